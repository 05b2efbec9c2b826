"""Claims feeds that are due, polls them and records the outcomes, many feeds at a time."""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from feedmill._ledger.core.feed_operation_results import RecordedPoll
from feedmill._ledger.core.records import LeasedFeed, PollRecord
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.operations.feed_operations import claim_due_feeds, record_poll
from feedmill._ledger.outcome import Outcome
from feedmill._metrics.counters import ProcessCounters
from scheduler.polling.poll_stages import Poller
from scheduler.retrying_ledger import RetryingLedger, wait_any

MAX_WAIT_S = 5.0
"""Longest time between two claims: another process may make a feed due without a signal to this one."""
MIN_WAIT_S = 0.01
"""Shortest time between two claims, so that a feed due in the next ms does not make a busy loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollBounds:
    """How feeds are claimed; times in ms."""

    owner: str
    concurrency: int
    lease_ms: int
    per_site: int
    gap_ms: int


@dataclass(slots=True, kw_only=True)
class PollLoop:
    """Polls under way, and the loop that keeps them going."""

    ledger: RetryingLedger
    poller: Poller
    bounds: PollBounds
    stop: asyncio.Event
    pages_ready: asyncio.Event
    """Set after a poll that made pages."""
    feeds_freed: asyncio.Event
    """Set when more feeds may be claimable: a poll ended, or a dead process's leases were returned."""
    meters: ProcessCounters = field(default_factory=ProcessCounters)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Poll what is due until `stop` is set. Polls under way then are left to `finish`."""
        while not self.stop.is_set():
            self.feeds_freed.clear()
            _, wait_s = await self.start_due()
            await self._wait(wait_s)

    async def run_once(self) -> None:
        """Poll all that is due now, and return when these polls are recorded."""
        due = (await self.ledger.run(count_all)).feeds_due
        started = 0
        while not self.stop.is_set():
            self.feeds_freed.clear()
            claimed, wait_s = await self.start_due()
            started += claimed
            if not self._running and (started >= due or not (await self.ledger.run(count_all)).feeds_due):
                return
            await self._wait(wait_s)

    async def start_due(self) -> tuple[int, float]:
        """Claim due feeds and start their polls; returns how many, and the seconds until more may be due."""
        free = self.bounds.concurrency - len(self._running)
        if free <= 0:
            return 0, MAX_WAIT_S
        token = uuid4().hex
        gate = self.bounds
        claimed = await self.ledger.run(
            lambda keys: claim_due_feeds(
                keys,
                owner=gate.owner,
                limit=free,
                lease_ms=gate.lease_ms,
                per_site=gate.per_site,
                gap_ms=gate.gap_ms,
                token=token,
            )
        )
        for feed in claimed.feeds:
            task = asyncio.create_task(self._poll(feed), name=f"poll {feed.url}")
            self._running.add(task)
            task.add_done_callback(self._forget_poll)
        if claimed.next_in_ms is None:
            return len(claimed.feeds), MAX_WAIT_S
        return len(claimed.feeds), claimed.next_in_ms / 1000

    async def finish(self, grace_s: float) -> None:
        """Await polls under way, then cancel the rest: their leases expire and they are polled again."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace_s)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _forget_poll(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.feeds_freed.set()
        if not task.cancelled() and (error := task.exception()):
            structlog.get_logger().error("poll_lost", poll=task.get_name(), error=str(error))

    async def _wait(self, seconds: float) -> None:
        """Wait for the next due time, the end of a poll (its site's slot is free again), or the stop."""
        await wait_any(min(max(seconds, MIN_WAIT_S), MAX_WAIT_S), self.feeds_freed, self.stop)

    async def _poll(self, feed: LeasedFeed) -> None:
        """Poll one feed and record it. A bug met on one feed must not end the polls of all others."""
        started = time.monotonic()
        late_s = self.poller.now().timestamp() - feed.due_at / 1000
        try:
            made = await self.poller.poll(feed)
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001  logged with its trace, and kept as the poll's outcome
            structlog.get_logger().exception("poll_failed", feed=feed.url)
            failure = Outcome("internal_error", detail=f"{type(error).__name__}: {error}")
            made = self.poller.build_failure(feed, failure)
        token = uuid4().hex
        recorded = await self.ledger.run(
            lambda keys: record_poll(keys, feed_id=feed.id, lease=feed.token, record=made, token=token)
        )
        self.meters.count_poll("stale" if recorded.stale else made.outcome, late_s=late_s)
        _log_poll(feed, made, recorded, time.monotonic() - started)
        if recorded.new or recorded.changed:
            self.pages_ready.set()


def _log_poll(feed: LeasedFeed, made: PollRecord, recorded: RecordedPoll, took_s: float) -> None:
    structlog.get_logger().info(
        "poll",
        feed=feed.url,
        source=feed.source,
        outcome="stale" if recorded.stale else made.outcome,
        status=made.status,
        listed=made.listed,
        new=recorded.new,
        changed=recorded.changed,
        listed_again=recorded.listed_again,
        seconds=round(took_s, 3),
        next_s=round(made.next_ms / 1000, 1),
        reason="flooding" if recorded.left_out else made.reason,
        **({"left_out": recorded.left_out} if recorded.left_out else {}),
        **({"filtered": recorded.filtered} if recorded.filtered else {}),
        **({"detail": made.detail} if made.detail else {}),
    )
