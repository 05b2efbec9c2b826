"""Declares the settings of when feeds are polled, and of how much one feed may bring: `[polling]`."""

from dataclasses import dataclass

from config.parsing.duration_and_size import DurationKind
from config.parsing.setting_declaration import DAY_S, declare_setting
from config.parsing.value_kinds import IntegerKind


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """When feeds are looked at."""

    interval: float = declare_setting(
        DurationKind(0.1, 30 * DAY_S), 900.0, why="news within a quarter of an hour at four requests an hour"
    )
    min_interval: float = declare_setting(
        DurationKind(0.1, 30 * DAY_S),
        300.0,
        why="no feed is polled more often, whatever it or its table asks for",
    )
    max_interval: float = declare_setting(
        DurationKind(0.1, 90 * DAY_S),
        DAY_S,
        why="no feed is forgotten: even a failing one is tried once a day",
    )
    concurrency: int = declare_setting(
        IntegerKind(1, 1024),
        64,
        why="polls wait for the network nearly all of their time, so many run at once",
    )
    timeout: float = declare_setting(
        DurationKind(1, 600), 30.0, why="a deadline round the whole poll; a slow drip cannot outlive it"
    )
    entries_per_day: int = declare_setting(
        IntegerKind(1, 10_000_000),
        5000,
        why="one every seventeen seconds, day and night, of one feed; what is more is left out",
    )
    waiting_per_feed: int = declare_setting(
        IntegerKind(1, 10_000_000), 2000, why="pages of one feed at a time: what one document may list"
    )
    waiting_per_site: int = declare_setting(
        IntegerKind(1, 10_000_000),
        20_000,
        why="waiting pages of one site: at a second apart they are six hours' work; a backfill is apart",
    )
    waiting_percent: int = declare_setting(
        IntegerKind(1, 90),
        25,
        why="of the server's maxmemory, or else of its machine's memory: what all waiting pages may take",
    )
