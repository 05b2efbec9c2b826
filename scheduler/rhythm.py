"""A feed's rhythm: when its entries come, learned from the times of those that came.

The expected rate at a moment is a slow part (entries a second over the last weeks, shaped by the hour and the
weekday in UTC, sinking while the feed stays silent) and a quick part (what came in the last hours makes more
likely, as far as this feed's entries were seen to come in bursts). Pure; times in seconds since the epoch.

Where polls cost the same everywhere, the mean delay is least when a feed is polled with the square root of
its rate: four times as many entries, twice as many polls. `wait` spends a poll for each `unit` of the root's
integral.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
MEMORY = 40 * DAY
"""The counts by hour and weekday fade with this time constant."""
HEAT = 1.5 * HOUR
"""What a burst makes more likely fades with this one."""
TOGETHER = 300.0
"""Entries that come within this time of each other are one batch."""
LEARNING = 1 / 48
"""How far one batch moves what is known of bursts and batches."""
DOUBT = 0.85
"""A batch that follows another may do so by chance: bursts must show again and again to be believed."""
FLAT = 4.0
"""Entries spread evenly over the week that are added to the counts: few entries say little of an hour."""
PRIOR = 0.3
PRIOR_SPAN = 3 * DAY
"""The rate before anything is known: PRIOR entries in PRIOR_SPAN."""
PATIENCE = 10.0
"""A silence of so many expected entries is an accident, a longer one a change."""
KNOWN = 5.0
"""Entries (faded) without which a silence says nothing."""
DIGITS = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\')
LEVELS = len(DIGITS) ** 2
LEAST, MOST = 0.01, 1e5
STEP = math.log(MOST / LEAST) / (LEVELS - 2)
"""Counts are stored to a fifth of a per cent, in two characters each."""
WRITTEN = 3 * 5 + 2 * (3 + 24 + 7)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is remembered of the times of a feed's entries."""

    since: float
    """When the watch began, or when the oldest entry came that was listed then."""
    at: float
    """The time to which the counts have faded."""
    last: float
    """When the last entry came; `since` when none did."""
    heat: float = 0.0
    """Batches of late, at `last`, each faded by its age."""
    bursts: float = 0.2
    """The share of batches that follow from earlier ones, 0 to 1."""
    batch: float = 1.0
    """Entries in a batch."""
    hours: tuple[float, ...] = (0.0,) * 24
    """Entries by hour of the day, faded."""
    days: tuple[float, ...] = (0.0,) * 7
    """Entries by weekday, Monday first, faded."""


def begin(moments: Sequence[float], now: float) -> Rhythm:
    """Start from the times of the entries that the first document lists; times may be missing."""
    past = sorted(moment for moment in moments if now - 2 * MEMORY <= moment <= now)
    since = min(past[0], now - HOUR) if past else now - HOUR
    return learn(Rhythm(since=since, at=since, last=since), past)


def learn(rhythm: Rhythm, moments: Sequence[float]) -> Rhythm:
    """Take in the times of new entries, in order."""
    if not moments:
        return rhythm
    rhythm = _faded(rhythm, moments[-1])
    hours, days = list(rhythm.hours), list(rhythm.days)
    last, heat, bursts, batch = rhythm.last, rhythm.heat, rhythm.bursts, rhythm.batch
    size = 1.0
    for moment in moments:
        weight = math.exp((moment - rhythm.at) / MEMORY)
        hours[_hour(moment)] += weight
        days[_day(moment)] += weight
        if heat and moment - last < TOGETHER:
            size += 1
            continue
        if heat:
            batch += LEARNING * (size - batch)
        size = 1.0
        heat *= math.exp(-max(moment - last, 0.0) / HEAT)
        own = _slow_rate(rhythm, moment) * _shape(rhythm, moment)
        quick = bursts * heat * batch / HEAT
        if rhythm.last > rhythm.since:
            bursts += LEARNING * (DOUBT * quick / (quick + (1 - bursts) * own) - bursts)
        heat += 1.0
        last = max(moment, last)
    return Rhythm(rhythm.since, rhythm.at, last, heat, bursts, batch, tuple(hours), tuple(days))


def rate(rhythm: Rhythm, moment: float) -> float:
    """Give the entries a second to expect at a moment, as far as is known at `rhythm.last`."""
    quick = rhythm.bursts * rhythm.batch * rhythm.heat * math.exp(-(moment - rhythm.last) / HEAT) / HEAT
    return (1 - rhythm.bursts) * _slow_rate(rhythm, moment) * _shape(rhythm, moment) + quick


def wait(rhythm: Rhythm, now: float, *, unit: float, longest: float, most: float) -> float:
    """Give the seconds until the next poll is worth its cost.

    `unit` is what a poll costs (the integral of the rate's square root, in root seconds); the answer is at
    most `longest`, and at most until `most` entries are to be expected.
    """
    slow = (1 - rhythm.bursts) * _slow_rate(rhythm, now)
    quick = rhythm.bursts * rhythm.batch * rhythm.heat / HEAT
    total = sum(rhythm.days)
    worth, expected, at = 0.0, 0.0, now
    end = now + longest
    while at < end:
        step = min(HOUR - at % HOUR, end - at)
        here = slow * _shape(rhythm, at, total)
        if quick:
            here += quick * math.exp(-(at + step / 2 - rhythm.last) / HEAT)
        root = math.sqrt(here)
        if worth + root * step >= unit or expected + here * step >= most:
            left = min((unit - worth) / root, (most - expected) / here)
            return at + left - now
        worth += root * step
        expected += here * step
        at += step
    return longest


def overdue(rhythm: Rhythm, now: float) -> float:
    """Give how many batches should have come since the last entry, by what was known when it came.

    0 where too little is known: a feed must have shown so many entries that its silence says something.
    """
    if sum(rhythm.days) < KNOWN or rhythm.last <= rhythm.since:
        return 0.0
    mean = _slow_rate(rhythm, rhythm.last) / rhythm.batch
    silence = now - rhythm.last
    if silence > WEEK:  # whole weeks hold as much as the mean says, whatever their shape
        return silence * mean
    hours = range(int(rhythm.last // HOUR) + 1, int(now // HOUR))
    total = sum(rhythm.days)
    return sum(_shape(rhythm, hour * HOUR, total) for hour in hours) * HOUR * mean


def _faded(rhythm: Rhythm, moment: float) -> Rhythm:
    """Let the counts fade to a moment, in steps of days: the stored form would lose smaller ones."""
    gone = (moment - rhythm.at) // DAY * DAY
    if gone <= 0:
        return rhythm
    left = math.exp(-gone / MEMORY)
    return replace(
        rhythm,
        at=rhythm.at + gone,
        hours=tuple(count * left for count in rhythm.hours),
        days=tuple(count * left for count in rhythm.days),
    )


def _slow_rate(rhythm: Rhythm, moment: float) -> float:
    """Give the mean entries a second over the last weeks; a silence longer than chance allows lowers it."""
    span = MEMORY * (1 - math.exp(-max(moment - rhythm.since, 0.0) / MEMORY))
    count = sum(rhythm.days) * math.exp(-(moment - rhythm.at) / MEMORY)
    mean = (count + PRIOR) / (span + PRIOR_SPAN)
    missed = _missed(rhythm, moment, mean / rhythm.batch)
    return mean if missed <= PATIENCE else mean * PATIENCE / missed


def _missed(rhythm: Rhythm, moment: float, mean: float) -> float:
    """Give how many batches should have come since the last one; a week-end is no silence for a newsroom."""
    silence = max(moment - rhythm.last, 0.0)
    if silence * mean <= PATIENCE or silence > WEEK:
        return silence * mean
    hours = range(int(rhythm.last // HOUR) + 1, int(moment // HOUR))
    total = sum(rhythm.days)
    return sum(_shape(rhythm, hour * HOUR, total) for hour in hours) * HOUR * mean


def _shape(rhythm: Rhythm, moment: float, all_days: float | None = None) -> float:
    """Give the hour's and the weekday's share of the rate; 1 where nothing is known."""
    total = (sum(rhythm.days) if all_days is None else all_days) + FLAT
    hour = int(moment // HOUR)
    of_day, hours = hour % 24, rhythm.hours
    near = 0.6 * hours[of_day] + 0.2 * (hours[of_day - 1] + hours[of_day - 23])
    return (near * 24 + FLAT) * (rhythm.days[(hour // 24 + 3) % 7] * 7 + FLAT) / (total * total)


def _hour(moment: float) -> int:
    return int(moment // HOUR) % 24


def _day(moment: float) -> int:
    return (int(moment // DAY) + 3) % 7  # the epoch began on a Thursday


def written(rhythm: Rhythm) -> str:
    """Write a rhythm in 83 printable characters."""
    times = "".join(_digits(round(moment), 5) for moment in (rhythm.since, rhythm.at, rhythm.last))
    counts = (rhythm.heat, rhythm.bursts, rhythm.batch, *rhythm.hours, *rhythm.days)
    return times + "".join(_digits(_level(count), 2) for count in counts)


@lru_cache(maxsize=512)
def read(text: str) -> Rhythm | None:
    """Read what `written` wrote; None for anything else."""
    if len(text) != WRITTEN or not set(text) <= set(DIGITS):
        return None
    since, at, last = (float(_number(text[start : start + 5])) for start in (0, 5, 10))
    counts = [_count(_number(text[start : start + 2])) for start in range(15, WRITTEN, 2)]
    heat, bursts, batch = counts[:3]
    return Rhythm(since, at, last, heat, bursts, batch, tuple(counts[3:27]), tuple(counts[27:]))


def _level(count: float) -> int:
    if count < LEAST:
        return 0
    return 1 + round(math.log(min(count, MOST) / LEAST) / STEP)


def _count(level: int) -> float:
    return LEAST * math.exp((level - 1) * STEP) if level else 0.0


def _digits(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number
