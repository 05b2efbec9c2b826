"""A whole mill on a moved clock: the real scheduler and the real worker's desk, in this process.

    mill = Mill(redis_url, monkeypatch)
    await mill.poll(FeedSpec(...)); await mill.work(); mill.hours_pass(2); ...

`turn` does both. What is faked is the time alone: the ledger's, the scheduler's and the worker's.
"""

import dataclasses
import time
from asyncio import Event
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import pytest
from ledger_desk import HOUR, MINUTE, NOON

import scheduler.components
import scheduler.main
from config.settings import (
    NetworkSettings,
    PageSettings,
    PolitenessSettings,
    PollingSettings,
    Settings,
    WorkerSettings,
)
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.records import FeedSpec  # noqa: TC001  read at run time by nobody, kept plain
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._net.client.http_client import HttpClient
from feedmill._operator_rules.page_overrides import PageOverrides  # noqa: TC001  as above
from scheduler.parsing.document_models import FeedDocument, ParseResult
from scheduler.sandbox.child_document_reader import read_document
from worker.main import make_worker_context
from worker.process.page_loop import PageLoop
from worker.process.page_runner import PageRunner
from worker.process.rq_job import make_rate_limiter

T = TypeVar("T")
SETTINGS = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",), contact="https://feedmill.test/"),
    politeness=PolitenessSettings(per_site=8, gap=0.0),
    polling=PollingSettings(min_interval=60.0, interval=600.0, max_interval=600.0),
    workers=WorkerSettings(processes=1, page_timeout=8, lease=30.0),
)
TICKETS = 20
"""A ticket lasts a time: on a busy machine several are needed for what is ready."""


class OpenCage:
    """Parses in this process: a child for every poll would cost most; Cage has its own tests."""

    def __init__(self, _settings: object) -> None:
        pass

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def parse(self, document: FeedDocument) -> ParseResult:
        return read_document(document)


class Mill:
    """One operator's feedmill; every poll and every work is by processes that start anew.

    `caged` parses in the real children.
    """

    def __init__(self, url: str, patch: pytest.MonkeyPatch, *, caged: bool = False, **pages: Any) -> None:
        self.url = url
        self.now = NOON + 500 * 24 * HOUR
        self.settings = dataclasses.replace(SETTINGS, pages=PageSettings(**pages))
        self.feeds: list[FeedSpec] = []
        self.overrides: dict[str, PageOverrides] = {}
        """Selectors for pages, by site."""
        patch.setattr(scheduler.components, "Ledger", self._ledger)
        if not caged:
            patch.setattr(scheduler.components, "ParserPool", OpenCage)

    def _clock(self) -> datetime:
        return datetime.fromtimestamp(self.now / 1000, UTC)

    def _ledger(self, client: Any, keys: Keys) -> Ledger:
        """Open a ledger whose time goes on from the mill's: a site that is slow is left alone a while."""
        began = time.monotonic()
        return Ledger(client, keys, now_ms=lambda: self.now + round((time.monotonic() - began) * 1000))

    def hours_pass(self, hours: float = 1) -> None:
        """Move the clock."""
        self.now += round(hours * HOUR)

    async def poll(self) -> None:
        """Let a scheduler poll what is due, and wake the visits that are."""
        self.now += 15 * MINUTE
        await scheduler.main.run(
            redis_url=self.url, settings=self.settings, feeds=self.feeds, stop=Event(), once=True
        )

    async def work(self) -> None:
        """Let a worker do what is ready; held pages wait no longer."""
        bench = dataclasses.replace(
            make_worker_context(self.url, self.settings), max_hold_s=0.0, page_cpu_s=None
        )
        client = connect(self.url)
        try:
            async with HttpClient(bench.client) as door:
                ledger = self._ledger(client, bench.keys)
                gateway = make_rate_limiter(bench, ledger)
                desk = PageRunner(
                    bench,
                    ledger,
                    door,
                    rate_limiter=gateway,
                    robots=RobotsCache(door, gateway, {}),
                    clock=self._clock,
                    overrides=self.overrides,
                )
                for _ in range(TICKETS):
                    await PageLoop(desk, "w", Event()).run()
                    counts = await ledger.run(count_all(bench.keys))
                    if not counts.ready:
                        break
                assert counts.balanced, counts
                assert counts.idle or counts.feeds_due, counts
                assert not counts.leased, counts
        finally:
            await client.aclose()

    async def turn(self, hours: float = 0) -> list[str]:
        """Let time pass, poll, work; answers the events that came of it, each as "event rev"."""
        self.hours_pass(hours)
        before = len(await self.stream())
        await self.poll()
        await self.work()
        return [f"{entry['event']} {entry['rev']}" for entry in (await self.stream())[before:]]

    async def stream(self) -> list[dict[str, str]]:
        """Read the whole stream."""
        client = connect(self.url)
        try:
            rows = await client.xrange(Keys().stream())
        finally:
            await client.aclose()
        return [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in rows]

    async def events(self, name: str) -> list[dict[str, str]]:
        """Read the events of a name."""
        client = connect(self.url)
        try:
            rows = await client.xrange(Keys().events_stream())
        finally:
            await client.aclose()
        told = ({key.decode(): value.decode() for key, value in fields.items()} for _, fields in rows)
        return [one for one in told if one["event"] == name]

    async def counts(self) -> Any:
        """Take the census."""
        return await self.ask(count_all(Keys()))

    async def ask(self, call: Call[T]) -> T:
        """Run one operation of the ledger."""
        client = connect(self.url)
        try:
            return await self._ledger(client, Keys()).run(call)
        finally:
            await client.aclose()
