"""Places the ticks of charts: times that are round in the reader's zone, and round values. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
"""Ms of a minute and of a day."""
_STEPS_MIN = (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10080)
"""Minutes between two ticks of time: each divides a day, or is of whole days."""
_MAX_TIME_TICKS = 5
"""Ticks of time at most: their labels stand apart on a phone."""
_DURATION_TICKS_S = (0.1, 1, 10, 60, 600, 3600, 86_400, 604_800, 2_592_000)
"""Ticks of a logarithmic axis of durations, in seconds: each is a duration that people name."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, as a share of its length from its start, and what stands there."""

    at: float
    label: str


def place_time_ticks(start_ms: float, end_ms: float, zone: tzinfo) -> list[Tick]:
    """Place ticks at times that are round in a zone; a midnight has its day."""
    span = end_ms - start_ms
    step_min = next(
        (step for step in _STEPS_MIN if span / (step * _MINUTE_MS) <= _MAX_TIME_TICKS), _STEPS_MIN[-1]
    )
    ticks = []
    for moment in _list_round_times(start_ms, end_ms, step_min, zone):
        at = (moment.timestamp() * 1000 - start_ms) / span
        if 0 <= at <= 1:
            is_day = moment.hour == moment.minute == 0
            ticks.append(Tick(at, f"{moment.day} {moment:%b}" if is_day else f"{moment:%H:%M}"))
    return ticks


def _list_round_times(start_ms: float, end_ms: float, step_min: int, zone: tzinfo) -> Iterator[datetime]:
    first = datetime.fromtimestamp(start_ms / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = int((end_ms - start_ms) / _DAY_MS) + 3
    for minutes in range(0, days * 1440, step_min):
        yield first + timedelta(minutes=minutes)  # wall time: a day of 23 hours has its own 12:00


def place_count_ticks(most: float) -> tuple[float, list[Tick]]:
    """Return the upper end of an axis of counts, and its ticks: 0, a half and the end, or all of a few."""
    if most <= 3:  # noqa: PLR2004  (each number is a tick)
        end: float = max(1, math.ceil(most))
        return end, [Tick(number / end, str(number)) for number in range(int(end) + 1)]
    size = 10.0 ** math.floor(math.log10(most))
    end = next(size * factor for factor in (1, 2, 4, 6, 8, 10, 20) if size * factor >= most)
    return end, [Tick(share, format_number(end * share)) for share in (0.0, 0.5, 1.0)]


def format_number(number: float) -> str:
    """Write a count shortly: 1.2k, 3M."""
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


@dataclass(frozen=True, slots=True)
class DurationAxis:
    """A logarithmic axis of durations between two round ones, in seconds."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "DurationAxis":
        """Return the axis that holds all values."""
        least, most = min(values, default=1), max(values, default=1)
        low = max((tick for tick in _DURATION_TICKS_S if tick <= least), default=_DURATION_TICKS_S[0])
        high = min((tick for tick in _DURATION_TICKS_S if tick >= most), default=_DURATION_TICKS_S[-1])
        at = _DURATION_TICKS_S.index(low)
        return cls(low, high if high > low else _DURATION_TICKS_S[min(at + 1, len(_DURATION_TICKS_S) - 1)])

    def place(self, value: float) -> float:
        """Return where a value stands, as a share of the axis."""
        held = min(max(value, self.low), self.high)
        return math.log(held / self.low) / math.log(self.high / self.low)

    @property
    def ticks(self) -> list[Tick]:
        """Its ticks."""
        held = [tick for tick in _DURATION_TICKS_S if self.low <= tick <= self.high]
        return [Tick(self.place(tick), format_seconds(tick)) for tick in held]


def format_seconds(seconds: float) -> str:
    """Write a duration shortly, in its largest unit."""
    for name, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} s"
