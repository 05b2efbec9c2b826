"""Estimates when a feed's entries come from the times of those that came.

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

HOUR_S = 3600.0
DAY_S = 86400.0
WEEK_S = 7 * DAY_S
"""Seconds of an hour, a day and a week: the rate varies by the hours of a day and the days of a week."""
MEMORY_S = 40 * DAY_S
"""Time constant with which the counts by hour and weekday fade: shorter forgets a week's pattern."""
BURST_DECAY_S = 1.5 * HOUR_S
"""Time constant with which fades what a burst makes more likely."""
SAME_BATCH_S = 300.0
"""Entries that come within this time of each other are one batch."""
LEARNING_SHARE = 1 / 48
"""Share by which one batch moves the estimates of bursts and batches."""
BURST_PRIOR_SHARE = 0.85
"""A batch that follows another may do so by chance: bursts must show again and again to count."""
FLAT_PRIOR = 4.0
"""Entries spread evenly over the week that are added to the counts: few entries show little of an hour."""
RATE_PRIOR = 0.3
"""Entries that a feed without a history is taken to have in `RATE_PRIOR_S`."""
RATE_PRIOR_S = 3 * DAY_S
"""The rate before anything is known is RATE_PRIOR entries in this time."""
SILENCE_SPANS = 10.0
"""A silence of so many expected entries is an accident, a longer one a change."""
KNOWN_BATCHES = 5.0
"""Entries (faded) without which a silence shows nothing."""
DIGITS = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\')
LEVELS = len(DIGITS) ** 2
"""Values that two characters of the stored form tell apart."""
MIN_COUNT, MAX_COUNT = 0.01, 1e5
STEP = math.log(MAX_COUNT / MIN_COUNT) / (LEVELS - 2)
"""Counts are stored to a fifth of a per cent, in two characters each."""
WRITTEN_CHARS = 3 * 5 + 2 * (3 + 24 + 7)
"""Characters of the stored form: three times, three counts, 24 hours and 7 weekdays."""


@dataclass(frozen=True, slots=True)
class ArrivalRate:
    """What is remembered of the times of a feed's entries."""

    since: float
    """When the watch began, or when the oldest entry came that was listed then."""
    counted_at: float
    """The time to which the counts have faded."""
    last_arrival_at: float
    """When the last entry came; `since` when none did."""
    burst_excitation: float = 0.0
    """Batches of late, at `last`, each faded by its age."""
    bursts: float = 0.2
    """The share of batches that follow from earlier ones, 0 to 1."""
    batch: float = 1.0
    """Entries in a batch."""
    hours: tuple[float, ...] = (0.0,) * 24
    """Entries by hour of the day, faded."""
    days: tuple[float, ...] = (0.0,) * 7
    """Entries by weekday, Monday first, faded."""


def start_rate(moments: Sequence[float], now: float) -> ArrivalRate:
    """Start from the times of the entries that the first document lists; times may be missing."""
    job = sorted(moment for moment in moments if now - 2 * MEMORY_S <= moment <= now)
    since = min(job[0], now - HOUR_S) if job else now - HOUR_S
    return update_rate(ArrivalRate(since=since, counted_at=since, last_arrival_at=since), job)


def update_rate(arrivals: ArrivalRate, moments: Sequence[float]) -> ArrivalRate:
    """Take in the times of new entries, in order."""
    if not moments:
        return arrivals
    arrivals = _decay(arrivals, moments[-1])
    hours, days = list(arrivals.hours), list(arrivals.days)
    last, heat, bursts, batch = (
        arrivals.last_arrival_at,
        arrivals.burst_excitation,
        arrivals.bursts,
        arrivals.batch,
    )
    size = 1.0
    for moment in moments:
        weight = math.exp((moment - arrivals.counted_at) / MEMORY_S)
        hours[_hour_of_day(moment)] += weight
        days[_day_of_week(moment)] += weight
        if heat and moment - last < SAME_BATCH_S:
            size += 1
            continue
        if heat:
            batch += LEARNING_SHARE * (size - batch)
        size = 1.0
        heat *= math.exp(-max(moment - last, 0.0) / BURST_DECAY_S)
        own = _slow_rate(arrivals, moment) * _weekly_share(arrivals, moment)
        quick = bursts * heat * batch / BURST_DECAY_S
        if arrivals.last_arrival_at > arrivals.since:
            bursts += LEARNING_SHARE * (BURST_PRIOR_SHARE * quick / (quick + (1 - bursts) * own) - bursts)
        heat += 1.0
        last = max(moment, last)
    return ArrivalRate(
        arrivals.since, arrivals.counted_at, last, heat, bursts, batch, tuple(hours), tuple(days)
    )


def expect_rate(arrivals: ArrivalRate, moment: float) -> float:
    """Return the entries a second to expect at a moment, as far as is known at `rhythm.last`."""
    quick = (
        arrivals.bursts
        * arrivals.batch
        * arrivals.burst_excitation
        * math.exp(-(moment - arrivals.last_arrival_at) / BURST_DECAY_S)
        / BURST_DECAY_S
    )
    return (1 - arrivals.bursts) * _slow_rate(arrivals, moment) * _weekly_share(arrivals, moment) + quick


def choose_wait_s(arrivals: ArrivalRate, now: float, *, unit: float, longest: float, most: float) -> float:
    """Return the seconds until the next poll is worth its cost.

    `unit` is what a poll costs (the integral of the rate's square root, in root seconds); the answer is at
    most `longest`, and at most until `most` entries are to be expected.
    """
    slow = (1 - arrivals.bursts) * _slow_rate(arrivals, now)
    quick = arrivals.bursts * arrivals.batch * arrivals.burst_excitation / BURST_DECAY_S
    total = sum(arrivals.days)
    worth, expected, at = 0.0, 0.0, now
    end = now + longest
    while at < end:
        step = min(HOUR_S - at % HOUR_S, end - at)
        here = slow * _weekly_share(arrivals, at, total)
        if quick:
            here += quick * math.exp(-(at + step / 2 - arrivals.last_arrival_at) / BURST_DECAY_S)
        root = math.sqrt(here)
        if worth + root * step >= unit or expected + here * step >= most:
            left = min((unit - worth) / root, (most - expected) / here)
            return at + left - now
        worth += root * step
        expected += here * step
        at += step
    return longest


def count_overdue_batches(arrivals: ArrivalRate, now: float) -> float:
    """Return how many batches should have come since the last entry, by what was known when it came.

    0 where too little is known: a feed must have shown so many entries that its silence means something.
    """
    if sum(arrivals.days) < KNOWN_BATCHES or arrivals.last_arrival_at <= arrivals.since:
        return 0.0
    mean = _slow_rate(arrivals, arrivals.last_arrival_at) / arrivals.batch
    silence = now - arrivals.last_arrival_at
    if silence > WEEK_S:  # whole weeks hold as much as the mean says, whatever their shape
        return silence * mean
    hours = range(int(arrivals.last_arrival_at // HOUR_S) + 1, int(now // HOUR_S))
    total = sum(arrivals.days)
    return sum(_weekly_share(arrivals, hour * HOUR_S, total) for hour in hours) * HOUR_S * mean


def _decay(arrivals: ArrivalRate, moment: float) -> ArrivalRate:
    """Fade the counts to a moment, in steps of days: the stored form would lose smaller ones."""
    gone = (moment - arrivals.counted_at) // DAY_S * DAY_S
    if gone <= 0:
        return arrivals
    left = math.exp(-gone / MEMORY_S)
    return replace(
        arrivals,
        counted_at=arrivals.counted_at + gone,
        hours=tuple(count * left for count in arrivals.hours),
        days=tuple(count * left for count in arrivals.days),
    )


def _slow_rate(arrivals: ArrivalRate, moment: float) -> float:
    """Return the mean entries a second over the last weeks; a silence longer than chance allows lowers it."""
    span = MEMORY_S * (1 - math.exp(-max(moment - arrivals.since, 0.0) / MEMORY_S))
    count = sum(arrivals.days) * math.exp(-(moment - arrivals.counted_at) / MEMORY_S)
    mean = (count + RATE_PRIOR) / (span + RATE_PRIOR_S)
    missed = _count_missed(arrivals, moment, mean / arrivals.batch)
    return mean if missed <= SILENCE_SPANS else mean * SILENCE_SPANS / missed


def _count_missed(arrivals: ArrivalRate, moment: float, mean: float) -> float:
    """Return how many batches are due since the last one; a week-end is no silence for a newsroom."""
    silence = max(moment - arrivals.last_arrival_at, 0.0)
    if silence * mean <= SILENCE_SPANS or silence > WEEK_S:
        return silence * mean
    hours = range(int(arrivals.last_arrival_at // HOUR_S) + 1, int(moment // HOUR_S))
    total = sum(arrivals.days)
    return sum(_weekly_share(arrivals, hour * HOUR_S, total) for hour in hours) * HOUR_S * mean


def _weekly_share(arrivals: ArrivalRate, moment: float, all_days: float | None = None) -> float:
    """Return the hour's and the weekday's share of the rate; 1 where nothing is known."""
    total = (sum(arrivals.days) if all_days is None else all_days) + FLAT_PRIOR
    hour = int(moment // HOUR_S)
    of_day, hours = hour % 24, arrivals.hours
    near = 0.6 * hours[of_day] + 0.2 * (hours[of_day - 1] + hours[of_day - 23])
    return (near * 24 + FLAT_PRIOR) * (arrivals.days[(hour // 24 + 3) % 7] * 7 + FLAT_PRIOR) / (total * total)


def _hour_of_day(moment: float) -> int:
    return int(moment // HOUR_S) % 24


def _day_of_week(moment: float) -> int:
    return (int(moment // DAY_S) + 3) % 7  # the epoch began on a Thursday


def write_rate(arrivals: ArrivalRate) -> str:
    """Write a rhythm in 83 printable characters."""
    times = "".join(
        _encode_digits(round(moment), 5)
        for moment in (arrivals.since, arrivals.counted_at, arrivals.last_arrival_at)
    )
    counts = (arrivals.burst_excitation, arrivals.bursts, arrivals.batch, *arrivals.hours, *arrivals.days)
    return times + "".join(_encode_digits(_encode_level(count), 2) for count in counts)


@lru_cache(maxsize=512)
def read_rate(text: str) -> ArrivalRate | None:
    """Read what `written` wrote; None for anything else."""
    if len(text) != WRITTEN_CHARS or not set(text) <= set(DIGITS):
        return None
    since, at, last = (float(_decode_digits(text[start : start + 5])) for start in (0, 5, 10))
    counts = [_decode_level(_decode_digits(text[start : start + 2])) for start in range(15, WRITTEN_CHARS, 2)]
    heat, bursts, batch = counts[:3]
    return ArrivalRate(since, at, last, heat, bursts, batch, tuple(counts[3:27]), tuple(counts[27:]))


def _encode_level(count: float) -> int:
    if count < MIN_COUNT:
        return 0
    return 1 + round(math.log(min(count, MAX_COUNT) / MIN_COUNT) / STEP)


def _decode_level(level: int) -> float:
    return MIN_COUNT * math.exp((level - 1) * STEP) if level else 0.0


def _encode_digits(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits


def _decode_digits(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number
