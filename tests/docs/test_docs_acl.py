# ruff: noqa: E501  rules are tables
"""The rules of docs/security.md let daemon and consumers work, and nothing more."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from newsroom import list_pages, story, until, working
from origin import feed, page, serve
from reading_room import Room
from running import SETTINGS as SETTINGS_FILE
from running import Site
from support.acl_users import acl_users, refusals

import scheduler.main
from config.settings import NetworkSettings, PolitenessSettings, Settings
from feedmill import AsyncConsumer, Consumer
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import FeedSpec
from feedmill.dead_letters import Letters

SETTINGS = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",)), politeness=PolitenessSettings(gap=0.0)
)
FEED = (
    '<rss version="2.0"><channel><item><guid>one</guid><link>{}</link>'
    "<title>News of one</title></item></channel></rss>"
)


@pytest.fixture
def urls(redis_url: str) -> Iterator[dict[str, str]]:
    """Make the users of the document on the test's server; give a URL for each."""
    with acl_users(redis_url) as made:
        yield made


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
        own.xadd("feedmill:stories", {"a": "b"})
    with redis.Redis.from_url(urls["reader"]) as client:
        assert client.xlen("feedmill:articles") == 1
        assert client.xread({"feedmill:articles": "0", "feedmill:stories": "0"})


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
        ("reader", ["XADD", "feedmill:stories", "*", "a", "b"]), ("reader", ["HGETALL", "feedmill:stories:1"]),
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
