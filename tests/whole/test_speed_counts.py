"""What costs time, counted without a clock: round trips, requests, forks, bytes, imports."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import redis
from mill import Mill
from newsroom import idle, list_pages, story, until, working
from origin import Route, conditional, feed, page, serve
from rss_documents import item, rss

from config.settings import WorkerSettings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_call import build_call
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.core.records import FeedSpec
from scheduler.loops.rq_tickets import count_missing_tickets
from scheduler.sandbox.parser_pool import ParserPool

FEEDS = 20
HEAVY = {
    "aiohttp",
    "feedparser",
    "htmldate",
    "httpx",
    "lxml",
    "protego",
    "rq",
    "starlette",
    "tld",
    "trafilatura",
}
"""Libraries that take longer to load than a command may to answer."""


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


def scripts_run(client: redis.Redis) -> int:
    stats: Any = client.info("commandstats")
    return sum(int(stats.get(f"cmdstat_{name}", {}).get("calls", 0)) for name in ("eval", "evalsha"))


async def counted(client: redis.Redis, work: Callable[[], Any]) -> int:
    """Count the round trips to the ledger that some work takes."""
    before = scripts_run(client)
    await work()
    return scripts_run(client) - before


def many(mill: Mill, url: Callable[[str], str], route: Callable[[int], Route]) -> dict[str, Route]:
    routes = {f"/feed/{number}": route(number) for number in range(FEEDS)}
    mill.feeds = [FeedSpec(url=url(path), source=f"S{n}", interval=600.0) for n, path in enumerate(routes)]
    return routes


def document(number: int, upto: int) -> str:
    return rss(*(item(f"http://127.0.0.1:9/{number}/{entry}") for entry in range(upto)))


async def test_round_trips_of_a_poll(mill: Mill, redis_client_sync: redis.Redis) -> None:
    async with serve() as origin:
        origin.routes |= many(mill, origin.url, lambda number: conditional(document(number, 50)))
        await mill.poll()
        mill.hours_pass()
        unchanged = await counted(redis_client_sync, mill.poll)
        for number in range(FEEDS):
            origin.routes[f"/feed/{number}"] = conditional(document(number, 51))
        mill.hours_pass()
        changed = await counted(redis_client_sync, mill.poll)
    assert unchanged <= FEEDS * 1.5 + 20  # a record each; claims, the journal and upkeep are shared
    assert changed <= FEEDS * 3.5 + 20  # and what is new by its bytes, then by its words


async def test_a_changed_feed_is_read_in_its_new_entries_alone(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = Mill(redis_url, monkeypatch, caged=True)
    sizes: list[int] = []

    real = ParserPool.parse

    async def parse(cage: ParserPool, asked: Any) -> Any:
        sizes.append(asked.body.count(b"<item>") - len(asked.known))
        return await real(cage, asked)

    monkeypatch.setattr(ParserPool, "parse", parse)
    async with serve() as origin:
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        for upto in (50, 51, 51, 53):
            origin.routes["/feed"] = feed(document(0, upto))
            mill.hours_pass()
            await mill.poll()
        counts = await mill.counts()
    assert sizes == [50, 1, 2]  # a document that is as it was is not read at all
    assert counts.discovered == 53


async def test_round_trips_and_requests_of_a_page(
    ledger: Ledger, redis_url: str, redis_client_sync: redis.Redis
) -> None:
    routes: dict[str, Route] = {f"/{number}": page(story(f"n{number}")) for number in range(40)}
    looks = 0

    def is_done(now: Census) -> bool:
        nonlocal looks
        looks += 1
        return idle(now)

    async with serve(routes) as origin, working(redis_url) as worker:
        await list_pages(ledger, [origin.url(path) for path in list(routes)[:8]])
        await until(ledger, redis_url)
        before, asked = scripts_run(redis_client_sync), len(origin.log)
        await list_pages(ledger, [origin.url(path) for path in list(routes)[8:]])
        now = await until(ledger, redis_url, is_done)
        tickets = [line for line in worker.lines if line.get("event") == "ticket" and line.get("pages")]
        trips = scripts_run(redis_client_sync) - before
        requests = len(origin.log) - asked
    assert now.settled == {"published": 40}
    assert requests <= 32 + len(tickets)  # a page each; robots.txt is kept by the ledger
    assert len(tickets) <= 6  # forks
    # begin, note, resolve, learn and publish; takings and the journal are shared
    assert trips - looks <= 32 * 6 + 90


def test_forks_of_a_page() -> None:
    pages = WorkerSettings(processes=1).pages_per_ticket
    assert pages >= 256
    assert count_missing_tickets(ready=10_000, pages_per_ticket=pages, workers=2, queued=0) == 4
    assert (
        count_missing_tickets(ready=32, pages_per_ticket=pages, workers=2, queued=0) == 2
    )  # both work on a few


async def test_bytes_of_a_feed_and_of_an_entry(
    mill: Mill, redis_client_sync: redis.Redis, keys: Keys
) -> None:
    async with serve() as origin:
        origin.routes |= many(mill, origin.url, lambda number: feed(document(number, 50)))
        await mill.poll()
        mill.hours_pass()
        await mill.poll()
    names = [*redis_client_sync.scan_iter(keys.feed("*")), *redis_client_sync.scan_iter(keys.asked("*"))]
    own = sum(int(redis_client_sync.memory_usage(name, samples=0)) for name in names)
    seen = [*redis_client_sync.scan_iter(keys.seen("*"))]
    assert own / FEEDS <= 1024
    assert sum(int(redis_client_sync.memory_usage(name, samples=0)) for name in seen) / (FEEDS * 50) <= 40


def test_a_call_carries_no_keys() -> None:
    made = build_call("begin", Keys("mine"), int, "token", "page", "lease")
    assert made.args == ("token", "page", "lease")


def test_the_command_loads_nothing_heavy() -> None:
    program = "import sys, daemon.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert not HEAVY & set(loaded)
    assert len(loaded) < 700
