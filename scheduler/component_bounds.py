"""Derives what each part of the scheduler is bounded by from the operator's settings."""

import os
import platform
from dataclasses import dataclass
from uuid import uuid4

from config.settings import Settings
from feedmill._ledger.core.records import Limits
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.loops.maintenance_loop import MaintenanceSettings
from scheduler.loops.poll_loop import PollBounds
from scheduler.sandbox.parser_pool import ParserPoolSettings

PARSER_PROCESSES = 2
"""Child processes that parse documents: a second one goes on while the first has a large document."""
TRIM_EVERY_S = 60.0
"""Seconds between two trims of the streams: bounds how far a stream may exceed its limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTimes:
    """How a poll's lease is spent, in seconds: two thirds on the exchange, one third on the document."""

    lease: float
    deadline: float
    parser: float

    @classmethod
    def of(cls, *, timeout: float, lease: float) -> "LeaseTimes":
        """Fit the poll's timeout into a lease that is no longer than the operator's."""
        fitting = min(timeout * 1.5, lease)
        return cls(lease=fitting, deadline=fitting * 2 / 3, parser=fitting / 3)


def read_page_limits(settings: Settings) -> Limits:
    """Return what bounds the new pages of feeds and sites."""
    polling = settings.polling
    return Limits(
        most_a_day=polling.entries_per_day,
        most_of_feed=polling.waiting_per_feed,
        most_of_site=polling.waiting_per_site,
        percent=polling.waiting_percent,
    )


def choose_spread_ms(settings: Settings) -> int:
    """Return how far apart a backfill's pages are requested: every other place at the gate stays free."""
    return round(settings.politeness.gap * 2000)


def make_interval_bounds(settings: Settings) -> IntervalBounds:
    """Return between which intervals a feed is polled where it has none of its own."""
    polling = settings.polling
    return IntervalBounds(
        interval=polling.interval, min_interval=polling.min_interval, max_interval=polling.max_interval
    )


def make_poll_bounds(settings: Settings, times: LeaseTimes) -> PollBounds:
    """Return how many feeds are polled at a time, under which name, and for how long each is leased."""
    return PollBounds(
        owner=f"scheduler-{platform.node()}-{os.getpid()}-{uuid4().hex[:8]}",
        concurrency=settings.polling.concurrency,
        lease_ms=round(times.lease * 1000),
        per_site=settings.politeness.per_site,
        gap_ms=round(settings.politeness.gap * 1000),
    )


def make_parser_settings(times: LeaseTimes) -> ParserPoolSettings:
    """Return what the reading of a document may take of its poll's lease."""
    return ParserPoolSettings(
        children=PARSER_PROCESSES, cpu_s=max(1, round(times.parser * 2 / 3)), wall_s=max(2.0, times.parser)
    )


def make_maintenance_settings(settings: Settings) -> MaintenanceSettings:
    """Return what upkeep bounds, and how often."""
    return MaintenanceSettings(
        reap_every=min(max(settings.workers.lease / 8, 0.5), 5.0),
        trim_every=TRIM_EVERY_S,
        attempts=settings.workers.attempts,
        keep=settings.stream.keep,
        max_bytes=settings.stream.max_bytes,
        protect=settings.stream.protect,
        hard_bytes=settings.stream.hard_bytes,
        most_revisits=settings.pages.most_revisits,
        keep_dead=settings.pages.keep_dead,
    )
