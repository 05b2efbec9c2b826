"""Does the upkeep of work: adds tickets, returns expired leases, trims the streams, logs pauses."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.operations.dead_page_operations import expire_dead_pages
from feedmill._ledger.operations.lease_recovery_operations import reap_leases, start_due_revisits
from feedmill._ledger.operations.rule_operations import list_routes
from feedmill._ledger.operations.stream_entry_operations import trim_stream
from scheduler.loops.rq_tickets import TicketQueue
from scheduler.retrying_ledger import RetryingLedger, wait_any


def count_claimable_pages(counts: Census) -> int:
    """Count the ready pages that may be taken: none while all is paused or a stream full, one as a probe."""
    if counts.full or "all" in counts.paused:
        return 0
    if counts.offline_ms is None:
        return counts.ready
    return min(counts.ready, 0 if counts.probe_in_ms else 1)


@dataclass(slots=True)
class PauseLogger:
    """Logs each pause of page work once at both ends; it holds what was logged last."""

    offline: bool = False
    full: frozenset[str] = frozenset()

    def log_changes(self, counts: Census) -> None:
        """Log what has changed."""
        log = structlog.get_logger()
        offline = counts.offline_ms is not None
        if offline and not self.offline:
            log.warning("offline", since_s=round((counts.offline_ms or 0) / 1000), ready=counts.ready)
        if self.offline and not offline:
            log.info("online", ready=counts.ready, due=counts.feeds_due)
        full = {stream.route: stream for stream in counts.full}
        for route, stream in full.items():
            if route not in self.full:
                log.warning(
                    "stream_full",
                    stream=route or "articles",
                    bytes=stream.size,
                    waits_for=stream.group,
                    do="read with it or remove it (`feedmill groups --remove`); pages wait, polling goes on",
                )
        for route in sorted(self.full - full.keys()):
            log.info("stream_has_room", stream=route or "articles")
        self.offline, self.full = offline, frozenset(full)


IDLE_S = 5.0
"""Seconds between two checks of the ledger while nothing is ready."""
READY_S = 1.0
"""Seconds between two checks while pages are ready."""
MIN_WAIT_S = 0.05
"""Shortest time between two rounds, so that pages due in the next ms do not make a busy loop."""
REAP_BATCH = 200
"""Expired leases that one call returns: scripts block the server, the next round takes the rest."""
REVISIT_BATCH = 200
"""Revisits that one call starts, for the same reason."""
EXPIRE_BATCH = 500
"""Dead letters that one call deletes, for the same reason."""
MAX_DEAD_LETTERS = 50_000
"""Dead letters that are kept at most; the oldest are deleted first."""
TRIM_BATCH = 50
"""Calls that trim one stream in a round; what is left then waits for the next, after other upkeep."""
HELD_S = 5.0
"""Seconds between two trims while a protected group holds more than the bounds allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceSettings:
    """What upkeep keeps to; times in seconds."""

    reap_every: float
    trim_every: float
    attempts: int
    """Attempts after which a page that ended its process goes to the dead letters."""
    keep: float
    max_bytes: int
    protect: tuple[str, ...]
    hard_bytes: int = 0
    """Size at which a stream that protected groups hold back stops page work; 0 is never."""
    most_revisits: int = 20
    keep_dead: float = 90 * 86400.0


@dataclass(slots=True, kw_only=True)
class MaintenanceLoop:
    """The loop beside the polls, and its parts for one round each."""

    ledger: RetryingLedger
    tickets: TicketQueue
    settings: MaintenanceSettings
    stop: asyncio.Event
    pages_made: asyncio.Event
    """Set by others when pages were made: tickets go out at once."""
    feeds_freed: asyncio.Event
    """Set here when leased feeds were returned."""
    on_ledger_time: Callable[[int], object] = int
    """Called with the ledger's time, in ms, at every round."""
    _reaped: tuple[int, float] = (0, 0.0)
    """The ledger's time and this process's monotonic one at the last reaping."""
    _reap_at: float = 0.0
    _trim_at: float = 0.0
    _said: PauseLogger = field(default_factory=PauseLogger)

    async def run(self) -> None:
        """Do rounds until `stop` is set."""
        while not self.stop.is_set():
            self.pages_made.clear()
            wait_s = await self.run_round(time.monotonic())
            await wait_any(wait_s, self.pages_made, self.stop)

    async def run_round(self, now: float) -> float:
        """Do what is due at `now` (of the monotonic clock); returns the seconds until the next round."""
        if now >= self._reap_at:
            self._reap_at = now + self.settings.reap_every
            await self.reap_leases()
            await self.start_due_revisits()
        if now >= self._trim_at:
            held = await self.trim_streams()
            self._trim_at = now + (
                min(HELD_S, self.settings.trim_every) if held else self.settings.trim_every
            )
            await self.expire_dead_letters()
        wait_s = await self.enqueue_tickets()
        return min(wait_s, max(self._reap_at - now, MIN_WAIT_S))

    async def enqueue_tickets(self) -> float:
        """Put out missing tickets; returns the seconds until pages may be ready that are not now."""
        counts = await self.count_and_log()
        await self.ledger.retry_until_done(
            lambda: asyncio.to_thread(self.tickets.enqueue_missing, count_claimable_pages(counts))
        )
        if counts.ready:
            return READY_S
        if counts.next_page_in_ms is None:
            return IDLE_S
        return min(max(counts.next_page_in_ms / 1000, MIN_WAIT_S), IDLE_S)

    async def count_and_log(self) -> Census:
        """Count, pass on the ledger's time, and log what keeps work resting."""
        counts = await self.ledger.run(count_all)
        self.on_ledger_time(counts.now_ms)
        self._said.log_changes(counts)
        return counts

    async def reap_leases(self) -> None:
        """Return the feeds and pages of processes that ended."""
        token, asked = uuid4().hex, time.monotonic()
        since_ms, at = self._reaped
        elapsed_ms = round((asked - at) * 1000)
        reaped = await self.ledger.run(
            lambda keys: reap_leases(
                keys,
                limit=REAP_BATCH,
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

    async def start_due_revisits(self) -> None:
        """Make pages of the planned visits that are due."""
        token = uuid4().hex
        most = self.settings.most_revisits
        woken = await self.ledger.run(
            lambda keys: start_due_revisits(keys, limit=REVISIT_BATCH, max_revisits=most, token=token)
        )
        if woken:
            structlog.get_logger().info("wake", pages=woken)

    async def expire_dead_letters(self) -> None:
        """Delete dead letters that are too old or too many."""
        token = uuid4().hex
        keep_ms = round(self.settings.keep_dead * 1000)
        gone = await self.ledger.run(
            lambda keys: expire_dead_pages(
                keys, limit=EXPIRE_BATCH, max_age_ms=keep_ms, most=MAX_DEAD_LETTERS, token=token
            )
        )
        if gone:
            structlog.get_logger().info("expire", pages=gone)

    async def trim_streams(self) -> bool:
        """Drop entries that are past the operator's bounds, of the stream and of every route's.

        True: a protected group holds more than that.
        """
        bounds = self.settings
        held = await self._trim_one("", round(bounds.keep * 1000), bounds.max_bytes, bounds.protect)
        for route in await self.ledger.run(list_routes):
            rule = route.rule
            held |= await self._trim_one(route.name, rule.keep_ms, rule.max_bytes, rule.protect)
        return held

    async def _trim_one(self, route: str, max_age_ms: int, max_bytes: int, protect: tuple[str, ...]) -> bool:
        hard = self.settings.hard_bytes and max(self.settings.hard_bytes, max_bytes)
        total = 0
        for _ in range(TRIM_BATCH):
            trimmed = await self.ledger.run(
                lambda keys: trim_stream(
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
