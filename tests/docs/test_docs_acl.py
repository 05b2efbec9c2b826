# ruff: noqa: E501  rules are tables
"""The rules of docs/security.md let daemon and consumers work, and nothing more."""

import asyncio
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from newsroom import list_pages, story, until, working
from origin import feed, page, serve
from reading_room import Room
from running import SETTINGS as SETTINGS_FILE
from running import Site
from support.daemon_process import running_daemon

import scheduler.main
from config.settings import NetworkSettings, PolitenessSettings, Settings
from feedmill import AsyncConsumer, Consumer
from feedmill._ledger.core.ledger import Ledger
from feedmill._ledger.core.records import FeedSpec
from feedmill.dead_letters import Letters

DOCUMENT = (Path(__file__).parent.parent.parent / "docs/security.md").read_text()
RULES = re.search(r"<!-- acl -->\n```\n(.*?)```", DOCUMENT, re.DOTALL)
SETTINGS = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",)), politeness=PolitenessSettings(gap=0.0)
)
FEED = (
    '<rss version="2.0"><channel><item><guid>one</guid><link>{}</link>'
    "<title>News of one</title></item></channel></rss>"
)


@pytest.fixture
def urls(redis_url: str) -> Iterator[dict[str, str]]:
    """Make the users of the document on the test's server; answers a URL for each."""
    assert RULES is not None
    made = {}
    with redis.Redis.from_url(redis_url) as client:
        for line in RULES[1].splitlines():
            _, name, *words = shlex.split(line)
            user, secret = f"{name}-{uuid4().hex[:8]}", uuid4().hex
            client.execute_command("ACL", "SETUSER", user, *(w.replace("SECRET", secret) for w in words))
            made[name] = redis_url.replace("unix://", f"unix://{user}@") + f"&password={secret}"
        yield made
        client.execute_command(
            "ACL", "DELUSER", *(re.findall(r"unix://(.*?)@", url)[0] for url in made.values())
        )


async def test_the_daemon_works_with_its_rules(urls: dict[str, str], redis_url: str, ledger: Ledger) -> None:
    async with serve({"/one": page(story("one"))}) as origin:
        origin.routes["/feed"] = feed(FEED.format(origin.url("/one")))
        specs = [FeedSpec(url=origin.url("/feed"), source="Mill")]
        await scheduler.main.run(
            redis_url=urls["daemon"], settings=SETTINGS, feeds=specs, stop=asyncio.Event(), once=True
        )
        async with working(urls["daemon"]) as worker:
            await until(ledger, redis_url, lambda now: bool(now.settled), tickets=True)
            await worker.logged("page", outcome="created")
    assert await ledger.client.xlen("feedmill:articles") == 1


def refusals(client: redis.Redis, url: str) -> set[str]:
    """List what the server has refused to a URL's user; it keeps a log of that."""
    user = re.findall(r"unix://(.*?)@", url)[0]
    rows: Any = client.execute_command("ACL", "LOG", "1000")
    log = [dict(zip(row[::2], row[1::2], strict=True)) for row in rows]
    return {f"{row[b'reason']!r} {row[b'object']!r}" for row in log if row[b"username"] == user.encode()}


async def test_every_part_of_the_daemon_works_with_its_rules(
    urls: dict[str, str], redis_url: str, redis_client_sync: redis.Redis, ledger: Ledger, tmp_path: Path
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    mine = {"FEEDMILL_REDIS_URL": urls["daemon"]}
    with Consumer(urls["consumer"], "mill", start="beginning", wait=False) as consumer:
        assert list(consumer) == []
    async with serve({"/one": page(story("one")), "/two": page("gone", status=410)}) as origin:
        entries = (
            f"<item><guid>{name}</guid><link>{origin.url(f'/{name}')}</link><title>News of {name}</title></item>"
            for name in ("one", "two")
        )
        origin.routes["/feed"] = feed(f'<rss version="2.0"><channel>{"".join(entries)}</channel></rss>')
        settings = SETTINGS_FILE.replace("enabled = false", "port = 0") + '[pages]\nstand_in = "full"\n'
        site.write(origin.url("/feed"), settings=settings)
        async with running_daemon(site, urls["daemon"]) as http:
            await until(ledger, redis_url, lambda now: bool(now.settled and now.dead))
            stories = (await http.get("/v1/articles")).json()["entries"]
            ids = (stories[0]["id"], (await http.get("/v1/dead")).json()["dead"][0]["id"])
            feed_id = (await http.get("/v1/feeds")).json()["feeds"][0]["id"]
            for path in (
                "/", "/overview", "/feeds", "/dead", "/groups", "/add", "/readyz", "/v1/status", "/v1/groups",
                "/v1/groups/mill/dead", f"/v1/articles/{ids[0]}", f"/articles/{ids[0]}", f"/v1/feeds/{feed_id}",
                f"/feeds/{feed_id}", "/feeds/all.atom", "/feeds/all.json",
            ):  # fmt: skip
                assert (await http.get(path)).status_code == 200, path
            assert (await http.post(f"/v1/dead/{ids[1]}/retry")).status_code == 200
            await until(ledger, redis_url, lambda now: bool(now.dead))
            for words in (
                ("status", "--json"), ("doctor",), ("tail", "--from-start", "--no-follow"), ("replay",), ("groups",),
                ("dead", "list"), ("dead", "show", ids[1]), ("dead", "drop", ids[1]), ("feeds", "list"),
                ("feeds", "why", origin.url("/feed")), ("feeds", "report"), ("feeds", "check"),
                ("feeds", "poll", "all"), ("feeds", "retry", "all"), ("feeds", "dropped", "all"),
                ("backfill", "--since", "2026-10-01", origin.url("/feed")),
                ("consume", "--group", "mill", "--count", "1", "--", "cat"), ("groups", "--remove", "mill"),
            ):  # fmt: skip
                done = await asyncio.to_thread(site.run, *words, **mine)
                assert "perm" not in (done.stdout + done.stderr).lower(), (words, done)
                answers = words in {
                    ("doctor",),
                    ("feeds", "report"),
                }  # their code says more than whether they ran
                assert done.returncode == 0 or answers, (words, done.stderr)
    assert refusals(redis_client_sync, urls["daemon"]) == set()


async def test_webhooks_and_metrics_work_with_the_daemons_rules(
    urls: dict[str, str], redis_url: str, redis_client_sync: redis.Redis, tmp_path: Path
) -> None:
    Room(redis_url, redis_client_sync).append(1, 2)
    site = Site(tmp_path / "config", tmp_path / "data")
    async with serve({"/hook": page("")}) as origin:
        secret = await asyncio.to_thread(site.run, "webhooks", "--new-secret")
        hook = {
            "name": "mill",
            "url": origin.url("/hook"),
            "secret": secret.stdout.strip(),
            "start": "beginning",
        }
        table = "\n".join(f'{name} = "{value}"' for name, value in hook.items())
        routes = '[[routes]]\nstream = "science"\ntags = ["science"]\n'
        site.write(settings=f"{SETTINGS_FILE}[[webhooks]]\n{table}\n{routes}")
        for words in (("webhooks", "--until-idle"), ("metrics",), ("groups",)):
            done = await asyncio.to_thread(site.run, *words, FEEDMILL_REDIS_URL=urls["daemon"])
            assert done.returncode == 0, (words, done.stderr)
            assert "perm" not in (done.stdout + done.stderr).lower(), (words, done)
        assert len(origin.requests("/hook")) == 2
    assert refusals(redis_client_sync, urls["daemon"]) == set()


def use_a_group(url: str, quick: dict[str, Any]) -> list[str]:
    """Fail on the first entry, try its dead letter again, and read all that there is."""
    with (
        suppress(ZeroDivisionError),  # its only delivery: a dead letter
        Consumer(url, "mill", "first", **quick) as consumer,
    ):
        for _ in consumer:
            raise ZeroDivisionError
    with redis.Redis.from_url(url) as client:
        letters = Letters(client, "mill", stream=quick.get("stream", ""))
        assert letters.retry([letters.latest(1)[0].letter])
    with Consumer(url, "mill", "second", protect=True, **quick) as consumer:
        return [event.article.title for event in consumer]


async def test_every_part_of_a_consumer_works_with_its_rules(
    urls: dict[str, str], redis_url: str, redis_client_sync: redis.Redis
) -> None:
    room = Room(redis_url, redis_client_sync)
    room.append(*range(6))
    quick = {"wait": False, "claim_after": 0.1, "deliveries": 1, "start": "beginning"}

    read = await asyncio.to_thread(use_a_group, urls["consumer"], quick)
    async with AsyncConsumer(urls["consumer"], "other", **quick) as consumer:
        assert len([event async for event in consumer]) == 6
    assert len(read) == 6
    assert refusals(redis_client_sync, urls["consumer"]) == set()


async def test_a_consumer_of_a_route_reads_that_one_alone(
    urls: dict[str, str], redis_url: str, redis_client_sync: redis.Redis
) -> None:
    room = Room(redis_url, redis_client_sync)
    room.append(1)
    for (_, fields), at in zip(redis_client_sync.xrange("feedmill:articles") * 3, range(3), strict=True):
        redis_client_sync.xadd("feedmill:articles:science", fields, id=f"1-{at + 1}")
    quick = {"stream": "science", "wait": False, "claim_after": 0.1, "deliveries": 1, "start": "beginning"}

    assert await asyncio.to_thread(use_a_group, urls["science"], quick) == ["Title 1"] * 3
    assert refusals(redis_client_sync, urls["science"]) == set()


async def test_a_consumer_works_with_its_rules(urls: dict[str, str], redis_url: str, ledger: Ledger) -> None:
    async with serve({"/one": page(story("one"))}) as origin:
        await list_pages(ledger, [origin.url("/one")])
        async with working(redis_url):
            await until(ledger, redis_url, lambda now: bool(now.settled))

    read: list[str] = []

    def consume() -> None:
        with Consumer(urls["consumer"], "mill", start="beginning") as consumer:
            for event in consumer:
                read.append(event.article.title)
                consumer.stop()

    await asyncio.wait_for(asyncio.to_thread(consume), 60)
    assert read == ["News of one"]
    (group,) = await ledger.client.xinfo_groups("feedmill:articles")
    assert group["pending"] == 0


def test_a_reader_reads(urls: dict[str, str], redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as own:
        own.xadd("feedmill:articles", {"a": "b"})
    with redis.Redis.from_url(urls["reader"]) as client:
        assert client.xlen("feedmill:articles") == 1
        assert client.xread({"feedmill:articles": "0"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("daemon", ["GET", "other"]), ("daemon", ["FLUSHALL"]), ("daemon", ["CONFIG", "SET", "dir", "/tmp"]),
        ("daemon", ["ACL", "LIST"]), ("daemon", ["MODULE", "LIST"]),
        ("daemon", ["SCRIPT", "FLUSH"]), ("daemon", ["KEYS", "*"]), ("daemon", ["SHUTDOWN"]),
        ("consumer", ["HGETALL", "feedmill:counts"]), ("consumer", ["LPUSH", "rq:queue:feedmill", "x"]),
        ("consumer", ["EVAL", "return redis.call('get', KEYS[1])", "1", "rq:x"]), ("consumer", ["CONFIG", "GET", "*"]),
        ("science", ["XRANGE", "feedmill:articles", "-", "+"]), ("science", ["GET", "feedmill:group:dead:mill"]),
        ("reader", ["XADD", "feedmill:articles", "*", "a", "b"]), ("reader", ["XDEL", "feedmill:articles", "1-1"]),
        ("reader", ["XRANGE", "feedmill:dead", "-", "+"]), ("reader", ["DEL", "feedmill:articles"]),
        ("reader", ["EVAL", "return 1", "0"]),
    ],
)  # fmt: skip
def test_what_is_not_needed_is_refused(
    urls: dict[str, str], redis_client_sync: redis.Redis, name: str, words: list[str]
) -> None:
    assert not refusals(redis_client_sync, urls[name])
    with (
        redis.Redis.from_url(urls[name]) as client,
        pytest.raises(redis.exceptions.ResponseError, match=r"(?i)perm"),
    ):
        client.execute_command(*words)
    assert refusals(redis_client_sync, urls[name])
