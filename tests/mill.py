"""A whole mill on a moved clock: the real scheduler and the real worker's desk, in this process.

    mill = Mill(redis_url, monkeypatch)
    await mill.poll(FeedSpec(...)); await mill.work(); mill.hours_pass(2); ...

`turn` does both. What is faked is the time alone: the ledger's, the scheduler's and the worker's.
"""

import dataclasses
from asyncio import Event
from datetime import UTC, datetime
from typing import Any

import pytest
from ledger_desk import HOUR, MINUTE, NOON

import scheduler.main
from config.settings import NetworkUse, Pages, Politeness, Polling, Settings, Workers
from feedmill._ledger.connect import connect
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.records import FeedSpec  # noqa: TC001  read at run time by nobody, kept plain
from feedmill._ledger.robots import Robots
from feedmill._ledger.watch_calls import census
from feedmill._net.door import Door
from worker.main import bench_of
from worker.run import Run
from worker.ticket import gateway_of
from worker.turn import Desk

SETTINGS = Settings(
    network=NetworkUse(allow_private=("127.0.0.0/8",), contact="https://feedmill.test/"),
    politeness=Politeness(per_site=8, gap=0.0),
    polling=Polling(min_interval=60.0, interval=600.0, max_interval=600.0),
    workers=Workers(processes=1, page_timeout=8, lease=30.0),
)


class Mill:
    """One operator's feedmill; every poll and every work is by processes that start anew."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch, **pages: Any) -> None:
        self.url = url
        self.now = NOON + 500 * 24 * HOUR
        self.settings = dataclasses.replace(SETTINGS, pages=Pages(**pages))
        self.feeds: list[FeedSpec] = []
        patch.setattr(scheduler.main, "Ledger", self._ledger)
        patch.setattr(scheduler.main, "PARSERS", 1)

    def _clock(self) -> datetime:
        return datetime.fromtimestamp(self.now / 1000, UTC)

    def _ledger(self, client: Any, keys: Keys) -> Ledger:
        return Ledger(client, keys, now_ms=lambda: self.now)

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
        bench = dataclasses.replace(bench_of(self.url, self.settings), hold=0.0, cpu=None)
        client = connect(self.url)
        try:
            async with Door(bench.door, tls=bench.tls) as door:
                ledger = self._ledger(client, bench.keys)
                gateway = gateway_of(bench, ledger)
                desk = Desk(
                    bench, ledger, door, gateway=gateway, robots=Robots(door, gateway, {}), clock=self._clock
                )
                await Run(desk, "w", Event()).work()
                counts = await ledger.run(census(bench.keys))
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

    async def counts(self) -> Any:
        """Take the census."""
        client = connect(self.url)
        try:
            return await self._ledger(client, Keys()).run(census(Keys()))
        finally:
            await client.aclose()
