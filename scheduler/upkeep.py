"""Upkeep: tickets while pages are ready, expired leases returned, the stream kept within its bounds."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from feedmill._ledger.answers import Census
from feedmill._ledger.route_calls import routes
from feedmill._ledger.watch_calls import census, expire, reap, trim, wake
from scheduler.patience import PatientLedger, wait_any
from scheduler.stopped import Stopped, takable
from scheduler.tickets import Tickets

IDLE_S = 5.0
"""Between two looks at the ledger while nothing is ready."""
READY_S = 1.0
"""Between two looks while pages are ready."""
SHORTEST_S = 0.05
REAPED_AT_A_TIME = 200
WOKEN_AT_A_TIME = 200
EXPIRED_AT_A_TIME = 500
MOST_DEAD = 50_000
"""Dead letters that are kept at most; the oldest are forgotten first."""
TRIMS_AT_A_TIME = 50
HELD_S = 5.0
"""Between two trims while a protected group holds more than the bounds allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepSettings:
    """What upkeep keeps to; times in seconds."""

    reap_every: float
    trim_every: float
    attempts: int
    """Attempts after which a page that killed its process is buried."""
    keep: float
    max_bytes: int
    protect: tuple[str, ...]
    hard_bytes: int = 0
    """Size at which a stream that protected groups hold back stops page work; 0 is never."""
    most_revisits: int = 20
    keep_dead: float = 90 * 86400.0


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """The loop beside the polls, and its parts for one round each."""

    ledger: PatientLedger
    tickets: Tickets
    settings: UpkeepSettings
    stop: asyncio.Event
    pages_made: asyncio.Event
    """Set by others when pages were made: tickets go out at once."""
    feeds_freed: asyncio.Event
    """Set here when leased feeds were returned."""
    told_time: Callable[[int], object] = int
    """Told the ledger's time, in ms, with every look."""
    _reaped: tuple[int, float] = (0, 0.0)
    """The ledger's time and this process's monotonic one at the last reaping."""
    _reap_at: float = 0.0
    _trim_at: float = 0.0
    _said: Stopped = field(default_factory=Stopped)

    async def run(self) -> None:
        """Do rounds until `stop` is set."""
        while not self.stop.is_set():
            self.pages_made.clear()
            wait_s = await self.round(time.monotonic())
            await wait_any(wait_s, self.pages_made, self.stop)

    async def round(self, now: float) -> float:
        """Do what is due at `now` (of the monotonic clock); answers the seconds until the next round."""
        if now >= self._reap_at:
            self._reap_at = now + self.settings.reap_every
            await self.reap()
            await self.wake()
        if now >= self._trim_at:
            held = await self.trim()
            self._trim_at = now + (
                min(HELD_S, self.settings.trim_every) if held else self.settings.trim_every
            )
            await self.expire()
        wait_s = await self.top_up()
        return min(wait_s, max(self._reap_at - now, SHORTEST_S))

    async def top_up(self) -> float:
        """Put out missing tickets; answers the seconds until pages may be ready that are not now."""
        counts = await self.look()
        await self.ledger.until_done(lambda: asyncio.to_thread(self.tickets.top_up, takable(counts)))
        if counts.ready:
            return READY_S
        if counts.next_page_in_ms is None:
            return IDLE_S
        return min(max(counts.next_page_in_ms / 1000, SHORTEST_S), IDLE_S)

    async def look(self) -> Census:
        """Count, pass on the ledger's time, and say what keeps work resting."""
        counts = await self.ledger.run(census)
        self.told_time(counts.now_ms)
        self._said.look(counts)
        return counts

    async def reap(self) -> None:
        """Return the feeds and pages of processes that died."""
        token, asked = uuid4().hex, time.monotonic()
        since_ms, at = self._reaped
        elapsed_ms = round((asked - at) * 1000)
        reaped = await self.ledger.run(
            lambda keys: reap(
                keys,
                limit=REAPED_AT_A_TIME,
                max_attempts=self.settings.attempts,
                token=token,
                since_ms=since_ms,
                elapsed_ms=elapsed_ms,
            )
        )
        self._reaped = (reaped.now_ms, asked)
        if reaped.feeds:
            self.feeds_freed.set()
        if reaped.feeds or reaped.pages or reaped.buried:
            structlog.get_logger().warning(
                "reap", feeds=reaped.feeds, pages=reaped.pages, buried=reaped.buried
            )

    async def wake(self) -> None:
        """Make pages of the planned visits that are due."""
        token = uuid4().hex
        most = self.settings.most_revisits
        woken = await self.ledger.run(
            lambda keys: wake(keys, limit=WOKEN_AT_A_TIME, most_revisits=most, token=token)
        )
        if woken:
            structlog.get_logger().info("wake", pages=woken)

    async def expire(self) -> None:
        """Forget dead letters that are too old or too many."""
        token = uuid4().hex
        keep_ms = round(self.settings.keep_dead * 1000)
        gone = await self.ledger.run(
            lambda keys: expire(
                keys, limit=EXPIRED_AT_A_TIME, max_age_ms=keep_ms, most=MOST_DEAD, token=token
            )
        )
        if gone:
            structlog.get_logger().info("expire", pages=gone)

    async def trim(self) -> bool:
        """Drop entries that are past the operator's bounds, of the stream and of every route's.

        True: a protected group holds more than that.
        """
        bounds = self.settings
        held = await self._trim_one("", round(bounds.keep * 1000), bounds.max_bytes, bounds.protect)
        for route in await self.ledger.run(routes):
            rule = route.rule
            held |= await self._trim_one(route.name, rule.keep_ms, rule.max_bytes, rule.protect)
        return held

    async def _trim_one(self, route: str, max_age_ms: int, max_bytes: int, protect: tuple[str, ...]) -> bool:
        hard = self.settings.hard_bytes and max(self.settings.hard_bytes, max_bytes)
        total = 0
        for _ in range(TRIMS_AT_A_TIME):
            trimmed = await self.ledger.run(
                lambda keys: trim(
                    keys,
                    max_age_ms=max_age_ms,
                    max_bytes=max_bytes,
                    protect=protect,
                    route=route,
                    hard_bytes=hard,
                )
            )
            total += trimmed.dropped
            if not trimmed.dropped:
                break
        if total:
            structlog.get_logger().info("trim", dropped=total, **({"route": route} if route else {}))
        return trimmed.size > max_bytes and bool(trimmed.holder)
