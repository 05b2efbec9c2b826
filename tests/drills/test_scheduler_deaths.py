"""Schedulers that are killed, and a Redis that goes away: nothing is lost, nothing is doubled."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import structlog
from origin import feed, serve
from support.waiting import until as await_true

from config.settings import NetworkSettings, PolitenessSettings, PollingSettings, Settings, WorkerSettings
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.operations.census_operations import count_all
from scheduler.main import run

SETTINGS = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",)),
    politeness=PolitenessSettings(per_site=8, gap=0.0),
    polling=PollingSettings(min_interval=0.1, interval=600.0, timeout=240.0),
    workers=WorkerSettings(processes=1, lease=600.0),
)
"""A lease within which a parser process starts on a busy machine too: a third of it is the parser's."""
PROGRAM = """
import asyncio, sys
from config.settings import NetworkSettings, PolitenessSettings, PollingSettings, Settings, WorkerSettings
from scheduler.main import run
settings = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",)),
    politeness=PolitenessSettings(per_site=8, gap=0.0),
    polling=PollingSettings(min_interval=0.1, interval=600.0, timeout=30.0),
    workers=WorkerSettings(processes=1, lease=6.0),
)
asyncio.run(run(redis_url=sys.argv[1], settings=settings, feeds=None, stop=asyncio.Event()))
"""


def rss(*titles: str) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>http://news.example/{title}</link></item>" for title in titles
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


async def until(holds: Callable[[Census], bool], ledger: Ledger) -> Census:
    async def reached() -> Census | None:
        counts = await ledger.run(count_all(ledger.keys))
        return counts if holds(counts) else None

    counts = await await_true(reached)
    assert counts is not None
    return counts


async def stopped(stop: asyncio.Event, running: "asyncio.Task[None]") -> None:
    stop.set()
    async with asyncio.timeout(120):
        await running


class Link:
    """A wire to the server that can be cut: every connection ends, and none is made until it is mended."""

    def __init__(self, far: Path) -> None:
        self._far = str(far)
        self._folder = tempfile.TemporaryDirectory(prefix="fm-", dir="/tmp")
        self.path = f"{self._folder.name}/s"
        self._server: asyncio.Server | None = None
        self._wires: set[asyncio.Task[None]] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_unix_server(self._wire, self.path)

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            Path(self.path).unlink(missing_ok=True)  # noqa: ASYNC240
        await asyncio.sleep(0)  # a connection that was just accepted gets to know
        while self._wires:
            for wire in self._wires:
                wire.cancel()
            await asyncio.gather(*self._wires, return_exceptions=True)

    async def _wire(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._wires.add(task)
        try:
            if self._server is not None:
                await self._join(near_in, near_out)
        except asyncio.CancelledError:
            pass
        finally:
            await hang_up(near_out)
            self._wires.discard(task)

    async def _join(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        opening = asyncio.ensure_future(asyncio.open_unix_connection(self._far))
        try:
            far_in, far_out = await asyncio.shield(opening)
            pours = [pour(near_in, far_out), pour(far_in, near_out)]
            both = [asyncio.create_task(one) for one in pours]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        finally:
            await hang_up((await opening)[1])


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while piece := await source.read(65536):
        sink.write(piece)
        await sink.drain()


@asynccontextmanager
async def linked(far: Path) -> AsyncIterator[Link]:
    link = Link(far)
    await link.mend()
    try:
        yield link
    finally:
        await link.cut()
        link._folder.cleanup()


async def test_a_scheduler_killed_in_mid_poll_loses_nothing(redis_url: str, ledger: Ledger) -> None:
    answer = asyncio.Event()
    async with serve({f"/{n}": feed(rss(f"story{n}"), wait=answer) for n in range(5)}) as origin:
        listed = [FeedSpec(url=origin.url(f"/{n}"), source="News") for n in range(5)]
        stop = asyncio.Event()
        stop.set()  # applies the list and no more
        await run(redis_url=redis_url, settings=SETTINGS, feeds=listed, stop=stop)
        doomed = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, redis_url)
        for n in range(5):
            await origin.seen(f"/{n}")
        doomed.kill()
        assert await doomed.wait() == -signal.SIGKILL
        counts = await ledger.run(count_all(ledger.keys))
        assert counts.discovered == 0
        answer.set()
        survivor_stop = asyncio.Event()
        survivor = asyncio.create_task(
            run(redis_url=redis_url, settings=SETTINGS, feeds=None, stop=survivor_stop)
        )
        counts = await until(lambda counts: counts.discovered == 5 and not counts.feeds_leased, ledger)
        await stopped(survivor_stop, survivor)
    assert counts.balanced


async def test_a_redis_that_goes_away_is_waited_for(
    valkey_socket: Path, redis_url: str, ledger: Ledger
) -> None:
    answer = asyncio.Event()
    async with (
        serve({"/held": feed(rss("held"), wait=answer), "/later": feed(rss("later"))}) as origin,
        linked(valkey_socket) as link,
    ):
        stop = asyncio.Event()
        listed = [FeedSpec(url=origin.url("/held"), source="News")]
        url = redis_url.replace(str(valkey_socket), link.path)
        with structlog.testing.capture_logs() as said:
            running = asyncio.create_task(run(redis_url=url, settings=SETTINGS, feeds=listed, stop=stop))
            await origin.seen("/held")
            await link.cut()
            answer.set()
            await await_true(lambda: "redis_waiting" in [line["event"] for line in said])
            assert (await ledger.run(count_all(ledger.keys))).discovered == 0
            await link.mend()
            counts = await until(lambda counts: counts.discovered == 1 and not counts.feeds_leased, ledger)
            await stopped(stop, running)
        assert len(origin.requests("/held")) == 1  # the record was sent again, the feed not polled again
    assert counts.balanced
    waiting = [line["event"] for line in said if line["event"].startswith("redis_")]
    assert waiting.count("redis_waiting") == waiting.count("redis_back")
    assert waiting[:2] == ["redis_waiting", "redis_back"]


async def test_a_stop_while_redis_is_gone_ends_the_process(valkey_socket: Path, redis_url: str) -> None:
    async with serve({"/feed": feed(rss("one"))}) as origin, linked(valkey_socket) as link:
        stop = asyncio.Event()
        listed = [FeedSpec(url=origin.url("/feed"), source="News")]
        url = redis_url.replace(str(valkey_socket), link.path)
        running = asyncio.create_task(run(redis_url=url, settings=SETTINGS, feeds=listed, stop=stop))
        await origin.seen("/feed")
        await link.cut()
        await stopped(stop, running)


async def test_a_bug_met_on_one_feed_is_named_and_ends_no_other(
    redis_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler.polling import poll_stages  # noqa: PLC0415

    real = poll_stages.build_poll_request

    def broken(leased: object, *rest: object) -> object:
        if leased.url.endswith("/bug"):
            message = "a mistake of ours"
            raise KeyError(message)
        return real(leased, *rest)

    monkeypatch.setattr(poll_stages, "build_poll_request", broken)
    async with serve({"/bug": feed(rss("bug")), "/good": feed(rss("good"))}) as origin:
        listed = [FeedSpec(url=origin.url(path), source="News") for path in ("/bug", "/good")]
        with structlog.testing.capture_logs() as said:
            await run(redis_url=redis_url, settings=SETTINGS, feeds=listed, stop=asyncio.Event(), once=True)
    assert {line["outcome"] for line in said if line["event"] == "poll"} == {"internal_error", "ok"}
    assert (await ledger.run(count_all(ledger.keys))).discovered == 1
