"""A thousand feeds and their year: seeded rhythms of the kinds that real feeds have (docs/polling.md)."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

HOUR, DAY, WEEK = 3600.0, 86400.0, 604800.0
START = 1_767_225_600.0  # 2026-01-01 00:00 UTC
YEAR = 365 * DAY
END = START + YEAR
BEFORE = 30 * DAY
"""How long before the year the feeds had been publishing."""

KINDS = (("bursty", 20), ("office", 30), ("daily", 20), ("weekly", 15), ("dead", 15))
"""Kind and share of the feeds in per cent."""


@dataclass(frozen=True, slots=True)
class SimulatedFeed:
    """One feed: its entries' times, and its true rate, which only the oracles see."""

    kind: str
    entries: tuple[float, ...]
    rate: Callable[[float], float]
    """Entries a second in the hour that begins at a moment, by the feed's week and its life."""
    rate_now: Callable[[float], float]
    """The same, knowing also whether a burst is under way."""


def make_feeds(count: int, seed: int = 4) -> Iterator[SimulatedFeed]:
    """Make feeds; each has its own source of chance, so that a shorter list begins like a longer one."""
    cycle = [kind for kind, share in KINDS for _ in range(share)]
    Random(seed).shuffle(cycle)
    for number in range(count):
        yield MAKERS[cycle[number % 100]](Random(seed * 1_000_003 + number))


def _office(rng: Random) -> SimulatedFeed:
    """A newsroom: log-normal volume, busy from eight to six on weekdays, a fifth at other hours."""
    daily, zone = min(math.exp(rng.gauss(2.6, 0.9)), 150.0), rng.choice((-8, -5, 0, 0, 1, 1, 2, 5, 8))
    night, weekend = rng.uniform(0.02, 0.15), rng.uniform(0.1, 0.5)

    def shape(at: float) -> float:
        hour = int((at + zone * HOUR) // HOUR)
        open_ = 8 <= hour % 24 < 18
        return (1.0 if open_ else night) * (weekend if (hour // 24 + 3) % 7 >= 5 else 1.0)

    return _poisson("office", _scaled(shape, daily * 7), rng)


def _bursty(rng: Random) -> SimulatedFeed:
    """Long quiet, then a story: bursts of some hours with several entries an hour."""
    quiet = math.exp(rng.gauss(0.3, 0.8)) / DAY
    every, long, strong = rng.uniform(1, 6) * DAY, rng.uniform(2, 8) * HOUR, rng.uniform(2, 10) / HOUR
    bursts, at = [], START - BEFORE
    while (at := at + rng.expovariate(1 / every)) < END:
        bursts.append((at, at := at + rng.expovariate(1 / long)))
    hours: dict[int, float] = {}
    for begin, end in bursts:
        for hour in range(int(begin // HOUR), int(end // HOUR) + 1):
            inside = min(end, (hour + 1) * HOUR) - max(begin, hour * HOUR)
            hours[hour] = hours.get(hour, 0.0) + strong * inside / HOUR
    mean = quiet + strong * long / (every + long)

    def rate_now(at: float) -> float:
        return quiet + hours.get(int(at // HOUR), 0.0)

    times = [*_draw(lambda _: quiet, rng)]
    for begin, end in bursts:
        at = begin
        while (at := at + rng.expovariate(strong)) < end:
            times.append(at)
    return SimulatedFeed("bursty", tuple(sorted(t for t in times if t < END)), lambda _: mean, rate_now)


def _daily(rng: Random) -> SimulatedFeed:
    """One to four fixed hours a day, each entry up to half an hour late."""
    slots = sorted(rng.sample(range(24), rng.choice((1, 1, 1, 2, 3, 4))))
    free_day = rng.choice((None, None, 5, 6))

    def rate(at: float) -> float:
        hour = int(at // HOUR)
        return 1 / HOUR if hour % 24 in slots and (hour // 24 + 3) % 7 != free_day else 0.0

    hours = range(int((START - BEFORE) // HOUR), int(END // HOUR))
    times = tuple(hour * HOUR + rng.uniform(0, HOUR / 2) for hour in hours if rate(hour * HOUR))
    return SimulatedFeed("daily", times, rate, rate)


def _weekly(rng: Random) -> SimulatedFeed:
    """A blog: about one entry a week, at the waking hours of its author, some with a fixed day."""
    day, fixed, zone = rng.randrange(7), rng.random() < 0.5, rng.choice((-6, 0, 1, 8))

    def shape(at: float) -> float:
        hour = int((at + zone * HOUR) // HOUR)
        awake = 1.0 if 9 <= hour % 24 < 22 else 0.03
        return awake * (1.0 if not fixed or (hour // 24 + 3) % 7 == day else 0.03)

    return _poisson("weekly", _scaled(shape, math.exp(rng.gauss(0.0, 0.5))), rng)


def _dead(rng: Random) -> SimulatedFeed:
    """A newsroom or a blog that ends: some before the year, some in it."""
    alive = rng.choice((_office, _weekly))(rng)
    end = START + rng.uniform(-0.5, 0.7) * YEAR

    def rate(at: float) -> float:
        return alive.rate(at) if at < end else 0.0

    return SimulatedFeed("dead", tuple(t for t in alive.entries if t < end), rate, rate)


def _scaled(shape: Callable[[float], float], weekly: float) -> Callable[[float], float]:
    table = [shape(START + hour * HOUR) for hour in range(168)]
    factor = weekly / sum(table) / HOUR
    scaled = [share * factor for share in table]
    return lambda at: scaled[int((at - START) // HOUR) % 168]


def _poisson(kind: str, rate: Callable[[float], float], rng: Random) -> SimulatedFeed:
    return SimulatedFeed(kind, tuple(_draw(rate, rng)), rate, rate)


def _draw(rate: Callable[[float], float], rng: Random) -> Iterator[float]:
    at, due = START - BEFORE, rng.expovariate(1)
    while at < END:
        here = rate(at)
        step = HOUR - at % HOUR
        if here * step < due:
            due -= here * step
            at += step
        else:
            at += due / here
            due = rng.expovariate(1)
            if at < END:
                yield at


MAKERS = {"office": _office, "bursty": _bursty, "daily": _daily, "weekly": _weekly, "dead": _dead}
