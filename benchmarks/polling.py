# ruff: noqa: FBT001
"""A simulated year of feeds: mean delay of an entry at equal numbers of requests. Run by `make bench-polling`.

Compares feedmill's schedule with fixed polling, two oracles, and the rules of two other pollers as their
sources state them (docs/polling.md tells all of it).
"""

import argparse
import bisect
import math
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from feeds_of_a_year import END, HOUR, START, WEEK, YEAR, SimulatedFeed, make_feeds

from scheduler.intervals import arrival_rate as rhythms
from scheduler.intervals.next_poll import IntervalBounds, PollEnd, PollHistory, decide_next_poll

PLACES = 25
"""Entries that a document lists."""
FLOOR, CAP = 300.0, 86400.0
MINUTE = 60.0
SAMPLE = 50
GOLDEN = 0.6180339887


class Rule(Protocol):
    """A way to choose the next poll of one feed."""

    def __call__(self, feed: SimulatedFeed, known: int, new: int, now: float) -> float:
        """Give the seconds to wait: `known` entries are out, `new` of them since the last poll."""
        ...


class Feedmill:
    def __init__(self, interval: float) -> None:
        self.bounds = IntervalBounds(interval=interval, min_interval=FLOOR, max_interval=CAP)
        self.rhythm: rhythms.ArrivalRate | None = None
        self.rng = Random(1)

    def __call__(self, feed: SimulatedFeed, known: int, new: int, now: float) -> float:
        if self.rhythm is None:
            self.rhythm = rhythms.start_rate(feed.entries[max(0, known - PLACES) : known], now)
        elif new:
            self.rhythm = rhythms.update_rate(self.rhythm, feed.entries[known - min(new, PLACES) : known])
        history = PollHistory(arrival_rate=self.rhythm, listed=min(known, PLACES))
        ending = PollEnd(ok=True, status=200)
        decided = decide_next_poll(bounds=self.bounds, history=history, end=ending, now=now, rng=self.rng)
        return decided.next_ms / 1000


class Adjusting:
    """Media Cloud's rss-fetcher: a base interval that steps by the share of known entries in a document."""

    def __init__(self) -> None:
        self.minutes = 360.0
        self.news_at = 0.0
        self.first = True

    def __call__(self, feed: SimulatedFeed, known: int, new: int, now: float) -> float:
        places = min(known, PLACES)
        share = 1.0 if new == 0 else 1 - min(new, places) / places
        self.news_at = now if new or self.first else self.news_at
        if self.first:
            self.first = False
        elif share >= 0.67:
            self.minutes += 10 if now - self.news_at <= 31 * 86400 or share < 1 else 60
        elif share < 0.33:
            self.minutes = 360.0 if self.minutes > 360 else self.minutes - 60
        self.minutes = min(max(self.minutes, 10.0), 1440.0)
        return self.minutes * MINUTE


class ByFrequency:
    """miniflux with the scheduler entry_frequency: a week over the entries that a week should have."""

    def __call__(self, feed: SimulatedFeed, known: int, new: int, now: float) -> float:
        first = bisect.bisect_left(feed.entries, now - WEEK, 0, known)
        count = known - first
        span = feed.entries[known - 1] - feed.entries[first] if count > 1 else 0.0
        if not span:
            return CAP
        weekly = math.ceil(WEEK / (span / (count - 1)))
        return min(max(WEEK / weekly, FLOOR), CAP)


@dataclass(frozen=True, slots=True)
class Result:
    polls: int
    delay: float
    """Sum over the entries, seconds."""
    entries: int

    @property
    def mean(self) -> float:
        return self.delay / max(self.entries, 1)


def simulate(feed: SimulatedFeed, number: int, rule: Rule) -> Result:
    """Poll one feed for the year."""
    entries = feed.entries
    now = START + number * GOLDEN % 1 * HOUR
    known = bisect.bisect_right(entries, now)
    polls, delay, found = 1, 0.0, 0
    wait = rule(feed, known, 0, now)
    while (now := now + wait) < END:
        polls += 1
        upto = bisect.bisect_right(entries, now, known)
        delay += sum(now - came for came in entries[known:upto])
        found += upto - known
        wait = rule(feed, upto, upto - known, now)
        known = upto
    return Result(polls, delay, found)


FEEDS: list[SimulatedFeed] = []
RULES: dict[str, Callable[[float], Rule]] = {
    "feedmill": Feedmill,
    "fixed": lambda interval: lambda *_: interval,
    "media cloud": lambda _: Adjusting(),
    "miniflux": lambda _: ByFrequency(),
}


def _one(job: tuple[str, float, int]) -> Result:
    name, interval, number = job
    return simulate(FEEDS[number], number, RULES[name](interval))


def total(results: Sequence[Result]) -> Result:
    return Result(
        sum(r.polls for r in results), sum(r.delay for r in results), sum(r.entries for r in results)
    )


class Bench:
    def __init__(self, count: int) -> None:
        FEEDS.extend(make_feeds(count))
        self.count = count
        self.pool = multiprocessing.get_context("fork").Pool()

    def run(self, name: str, interval: float = 0.0, count: int | None = None) -> list[Result]:
        jobs = [(name, interval, number) for number in range(count or self.count)]
        return self.pool.map(_one, jobs, chunksize=10)

    def calibrated(self, polls: int, sample_polls: int) -> list[Result]:
        """Run feedmill with the interval that makes so many polls: found on a sample, then on all feeds."""
        interval, sample = 1800.0, min(SAMPLE, self.count)
        for _ in range(4):
            made = total(self.run("feedmill", interval, sample)).polls
            interval *= (made / sample_polls) ** 1.1
        for _ in range(4):
            results = self.run("feedmill", interval)
            made = total(results).polls
            if 0.99 <= made / polls <= 1.0:
                break
            interval *= (made / polls / 0.995) ** 1.1
        return results

    def oracle(self, polls: int, *, bursts: bool) -> list[Result]:
        """Poll each feed with the root of its true rate; `bursts` says whether it sees bursts too."""
        roots = Counter(root for feed in FEEDS for root in _roots(feed, bursts))
        low, high = 1e-2, 1e6
        for _ in range(40):
            cost = math.sqrt(low * high)
            made = HOUR * sum(many * _often(root, cost) for root, many in roots.items())
            low, high = (cost, high) if made > polls else (low, cost)
        return self.pool.starmap(_oracle, [(number, high, bursts) for number in range(self.count)], 10)


def _roots(feed: SimulatedFeed, bursts: bool) -> list[float]:
    rate = feed.rate_now if bursts else feed.rate
    return [math.sqrt(rate(START + hour * HOUR)) for hour in range(int(YEAR // HOUR))]


def _often(root: float, cost: float) -> float:
    return min(max(root / cost, 1 / CAP), 1 / FLOOR)


def _oracle(number: int, cost: float, bursts: bool) -> Result:
    feed, made = FEEDS[number], [0.0]
    for root in _roots(feed, bursts):
        made.append(made[-1] + _often(root, cost) * HOUR)
    phase = number * GOLDEN % 1
    delay, found = 0.0, 0
    for came in feed.entries[bisect.bisect_left(feed.entries, START) :]:
        hour = int((came - START) // HOUR)
        here = made[hour] + (made[hour + 1] - made[hour]) * ((came - START) % HOUR) / HOUR
        poll = math.floor(here - phase) + 1 + phase
        after = bisect.bisect_left(made, poll)
        if after < len(made):
            share = (poll - made[after - 1]) / (made[after] - made[after - 1])
            delay += START + (after - 1 + share) * HOUR - came
            found += 1
    return Result(round(made[-1]), delay, found)


def compare(bench: Bench, rule: str, interval: float = 0.0) -> tuple[float, float, float]:
    """Print one table; answers feedmill's shares of both oracles' gains and of the rule's delay."""
    theirs = bench.run(rule, interval)
    there = total(theirs)
    mine = bench.calibrated(there.polls, total(theirs[: min(SAMPLE, bench.count)]).polls)
    here = total(mine)
    fixed = bench.run("fixed", bench.count * YEAR / here.polls)
    oracle, seer = (bench.oracle(here.polls, bursts=bursts) for bursts in (False, True))
    each = here.polls / bench.count / 365
    print(f"\n{here.polls:,} requests, {each:.1f} a feed and day: mean delay in minutes")
    kinds = list(dict.fromkeys(feed.kind for feed in FEEDS))
    print(f"  {'':28}{'requests':>11}{'all':>9}" + "".join(f"{kind:>9}" for kind in kinds))
    rows = [("fixed", fixed), ("feedmill", mine), ("oracle: the week's rates", oracle)]
    rows += [("oracle that sees bursts too", seer)]
    for name, results in [(rule, theirs), *rows] if rule != "fixed" else rows:
        by_kind = [
            total([r for r, feed in zip(results, FEEDS, strict=True) if feed.kind == kind]).mean
            for kind in kinds
        ]
        means = "".join(f"{mean / MINUTE:9.1f}" for mean in (total(results).mean, *by_kind))
        print(f"  {name:28}{total(results).polls:11,}{means}")
    gain = total(fixed).mean - here.mean
    shares = [gain / (total(fixed).mean - total(best).mean) for best in (oracle, seer)]
    print(f"  feedmill reaches {shares[0]:.0%} of the oracle's gain over fixed polling", end=" ")
    print(f"({shares[1]:.0%} of the one's that sees bursts)", end="")
    print("" if rule == "fixed" else f"; {here.mean / there.mean:.0%} of the delay of {rule}", flush=True)
    return shares[0], shares[1], here.mean / there.mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    arguments = parser.parse_args()
    started = time.monotonic()
    bench = Bench(arguments.feeds)
    print(f"{arguments.feeds} feeds, one year, {sum(len(feed.entries) for feed in FEEDS):,} entries")
    results = [compare(bench, "fixed", 4 * HOUR), compare(bench, "media cloud"), compare(bench, "miniflux")]
    well = min(gain for gain, _, _ in results) >= 0.8 and max(part for *_, part in results[1:]) < 1
    print(f"\n{'PASS' if well else 'FAIL'}: at least 80 % of the gain, and less delay than both rules")
    print(f"({time.monotonic() - started:.0f} s)")
    bench.pool.terminate()
    if not well:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
