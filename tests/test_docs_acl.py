# ruff: noqa: E501  rules are tables
"""The rules of docs/security.md let daemon and consumers work, and nothing more."""

import asyncio
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from newsroom import list_pages, story, until, working
from origin import feed, page, serve

import scheduler.main
from config.settings import NetworkUse, Politeness, Settings
from feedmill import Consumer
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.records import FeedSpec

DOCUMENT = (Path(__file__).parent.parent / "docs/security.md").read_text()
RULES = re.search(r"<!-- acl -->\n```\n(.*?)```", DOCUMENT, re.DOTALL)
SETTINGS = Settings(network=NetworkUse(allow_private=("127.0.0.0/8",)), politeness=Politeness(gap=0.0))
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

    await asyncio.wait_for(asyncio.to_thread(consume), 20)
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
        ("reader", ["XADD", "feedmill:articles", "*", "a", "b"]), ("reader", ["XDEL", "feedmill:articles", "1-1"]),
        ("reader", ["XRANGE", "feedmill:dead", "-", "+"]), ("reader", ["DEL", "feedmill:articles"]),
        ("reader", ["EVAL", "return 1", "0"]),
    ],
)  # fmt: skip
def test_what_is_not_needed_is_refused(urls: dict[str, str], name: str, words: list[str]) -> None:
    with (
        redis.Redis.from_url(urls[name]) as client,
        pytest.raises(redis.exceptions.ResponseError, match=r"(?i)perm"),
    ):
        client.execute_command(*words)
