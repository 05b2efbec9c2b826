"""When to poll next, as tables."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from feedmill._net.cache_and_retry_headers import WaitRequest
from scheduler.intervals.arrival_rate import start_rate
from scheduler.intervals.failure_weights import add_failure_weight, classify_failure
from scheduler.intervals.next_poll import (
    JITTER,
    IntervalBounds,
    NextPoll,
    PollEnd,
    PollHistory,
    decide_next_poll,
)
from scheduler.parsing.document_models import Hints

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC).timestamp()  # a Monday
BOUNDS = IntervalBounds(interval=900, min_interval=300, max_interval=86400)
HOUR, DAY, WEEK = 3600, 86400, 7 * 86400
HOURLY = start_rate([NOW - n * HOUR for n in range(700)], NOW)
SILENT = start_rate([], NOW - 300 * DAY)
NEW = start_rate([], NOW)


def decide(ending: PollEnd, *, seed: int = 0, **history: object) -> NextPoll:
    return decide_next_poll(
        bounds=BOUNDS, history=PollHistory(**history), end=ending, now=NOW, rng=Random(seed)
    )


def good(reason: str | None = None, seconds: float = 0) -> PollEnd:
    return PollEnd(ok=True, status=200, max_age=WaitRequest(reason, seconds) if reason else None)


def bad(status: int | None = None, retry_after_s: float | None = None) -> PollEnd:
    return PollEnd(ok=False, status=status, retry_after_s=retry_after_s)


@pytest.mark.parametrize(
    ("ending", "history", "seconds", "reason"),
    [
        (good(), {}, 900, "default"),
        (good(), {"arrival_rate": NEW}, 900, "default"),
        (good(), {"asked": 3600}, 3600, "interval"),
        (good(), {"asked": 1}, 300, "interval"),
        (good(), {"asked": 10 * DAY}, DAY, "interval"),
        (good(), {"asked": 3600, "arrival_rate": HOURLY, "conditional": False}, 3600, "interval"),
        (good("max_age", 7200), {"asked": 3600, "hints": Hints(ttl=7200)}, 3600, "interval"),
        (good(), {"arrival_rate": SILENT}, 58000, "rhythm"),
        (good("max_age", 7200), {}, 7200, "max_age"),
        (good("max_age", 60), {}, 900, "default"),
        (good("expires", 7200), {}, 7200, "expires"),
        (good("expires", 366 * DAY), {}, DAY, "expires"),
        (good("max_age", 5400), {"hints": Hints(ttl=7200, period=3600)}, 7200, "ttl"),
        (good("max_age", 5400), {"hints": Hints(ttl=60, period=10800)}, 10800, "update_period"),
        (good(), {"hints": Hints(skip_hours=0b11 << 10)}, 7200, "skip_hours"),
        (good(), {"hints": Hints(skip_days=1)}, 14 * HOUR, "skip_days"),
        (good(), {"hints": Hints(skip_days=0b11)}, DAY, "skip_days"),
        (good(), {"hints": Hints(skip_days=0b1111111, skip_hours=(1 << 24) - 1)}, 900, "default"),
        (good(), {"hints": Hints(skip_hours=0b11 << 10), "asked": 900}, 900, "interval"),
        (good(), {"arrival_rate": start_rate([NOW - n * 60 for n in range(99)], NOW), "conditional": False},
         900, "unconditional"),
    ],
)  # fmt: skip
def test_after_a_good_poll(ending: PollEnd, history: dict[str, object], seconds: float, reason: str) -> None:
    for seed in range(20):
        decided = decide(ending, seed=seed, **history)
        assert decided.next_ms / 1000 == pytest.approx(seconds, rel=2 * JITTER)
        assert decided.reason == reason
        assert (decided.close_site_ms, decided.stop) == (0, False)


def test_many_entries_make_more_polls_by_the_root_of_their_number() -> None:
    waits = []
    for every in (HOUR, 4 * HOUR, 16 * HOUR):
        rng = Random(every)
        rhythm = replace(start_rate([NOW - 900 * every * rng.random() for _ in range(900)], NOW), bursts=0.0)
        waits.append(sum(decide(good(), arrival_rate=rhythm, seed=seed).next_ms for seed in range(50)) / 50)
    assert waits[0] == pytest.approx(900_000, rel=0.3)
    assert waits[1] / waits[0] == pytest.approx(2, rel=0.3)
    assert waits[2] / waits[1] == pytest.approx(2, rel=0.3)


def test_a_gap_halves_the_wait() -> None:
    assert decide(good(), arrival_rate=HOURLY, gap=True).reason == "gap"
    usual, after_gap = (decide(good(), arrival_rate=HOURLY, gap=gap).next_ms for gap in (False, True))
    assert after_gap == max(usual // 2, 300_000) or after_gap == pytest.approx(usual / 2, abs=1)


@pytest.mark.parametrize(
    ("ending", "history", "seconds", "reason", "closed"),
    [
        (bad(), {"failure_score": 0.25}, 900 * 2**0.25, "error_backoff", 0),
        (bad(404), {"failure_score": 1.0}, 1800, "error_backoff", 0),
        (bad(404), {"failure_score": 4.0}, 14400, "error_backoff", 0),
        (bad(404), {"failure_score": 16.0}, DAY, "error_backoff", 0),
        (bad(404), {"failure_score": 1.0, "asked": 600}, 1200, "error_backoff", 0),
        (bad(404), {"failure_score": 1.0, "hints": Hints(ttl=7200)}, 14400, "error_backoff", 0),
        (bad(429), {"failure_score": 0.25}, 900 * 2**0.25, "error_backoff", 60),
        (bad(503), {"failure_score": 0.25}, 900 * 2**0.25, "error_backoff", 60),
        (bad(503), {"failure_score": 1.0, "failures": 3}, 1800, "error_backoff", 480),
        (bad(503), {"failure_score": 4.0, "failures": 99}, 14400, "error_backoff", 3600),
        (bad(429, 7200), {"failure_score": 0.25}, 7200, "retry_after", 7200),
        (bad(503, 7200), {"failure_score": 0.25}, 7200, "retry_after", 7200),
        (bad(500, 7200), {"failure_score": 0.25}, 7200, "retry_after", 0),
        (bad(429, 30), {"failure_score": 1.0}, 1800, "error_backoff", 30),
        (bad(429, 3 * DAY), {"failure_score": 1.0}, 3 * DAY, "retry_after", 3 * DAY),
        (bad(429, 7200), {"failure_score": 0.25, "asked": 300}, 7200, "retry_after", 7200),
    ],
)
def test_after_a_failed_poll(
    ending: PollEnd, history: dict[str, object], seconds: float, reason: str, closed: float
) -> None:
    for seed in range(20):
        decided = decide(ending, seed=seed, **history)
        assert decided.next_ms / 1000 == pytest.approx(seconds, rel=JITTER + 0.001)
        assert (decided.reason, decided.close_site_ms) == (reason, closed * 1000)


def test_a_feed_that_is_gone_is_polled_no_more() -> None:
    assert decide(bad(410)).stop
    assert decide(bad(410)).reason == "gone"
    assert not decide(bad(404), failure_score=16.0).stop


def test_jitter_spreads_polls_and_keeps_the_bounds() -> None:
    times = [decide(good(), seed=seed).next_ms for seed in range(50)]
    assert len(set(times)) == 50
    floor = [decide(good(), asked=300, seed=seed).next_ms for seed in range(50)]
    cap = [decide(bad(404), failure_score=30, seed=seed).next_ms for seed in range(50)]
    assert min(floor) >= 300_000
    assert max(cap) <= 86_400_000


def test_a_server_that_names_a_time_is_never_asked_before_it() -> None:
    assert all(decide(bad(429, 5000), failure_score=1, seed=seed).next_ms >= 5_000_000 for seed in range(50))
    assert all(decide(good("max_age", 5000), seed=seed).next_ms >= 5_000_000 for seed in range(50))


def test_all_that_had_a_say_is_told() -> None:
    decided = decide(good("max_age", 600), hints=Hints(ttl=7200))
    assert decided.why == "default=900 ttl=7200 max_age=600"
    assert decide(bad(429, 7200), failure_score=1, seed=3).why.startswith("default=900 error_backoff=")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("http_404", "permanent"), ("http_403", "permanent"), ("http_410", "permanent"),
        ("bad_url", "permanent"), ("forbidden_address", "permanent"),
        ("http_429", "temporary"), ("http_408", "temporary"), ("http_500", "temporary"),
        ("http_503", "temporary"), ("dns", "temporary"), ("timeout", "temporary"),
        ("connect", "temporary"), ("internal_error", "temporary"),
        ("html", "soft"), ("truncated", "soft"), ("not_a_feed", "soft"), ("tls", "soft"),
        ("redirect_loop", "soft"), ("http_304", "soft"), ("http_300", "soft"),
    ],
)  # fmt: skip
def test_faults_have_their_weight(outcome: str, kind: str) -> None:
    assert classify_failure(outcome) == kind
    assert add_failure_weight(1.0, outcome) == 1.0 + {"permanent": 1, "soft": 0.5, "temporary": 0.25}[kind]
    assert add_failure_weight(16.0, outcome) == 16.0


@pytest.mark.parametrize("fresh", [6900, 7100, 7300])
def test_jitter_never_undercuts_what_the_server_wishes(fresh: float) -> None:
    rhythm = start_rate([NOW - n * 4 * HOUR for n in range(200)], NOW)
    for interval in (1200, 1900, 3500):
        bounds = replace(BOUNDS, interval=interval)
        for seed in range(40):
            decided = decide_next_poll(
                bounds=bounds,
                history=PollHistory(arrival_rate=rhythm),
                end=good("max_age", fresh),
                now=NOW,
                rng=Random(seed),
            )
            assert decided.next_ms >= fresh * 1000


def test_a_feed_silent_for_days_is_asked_hourly_at_most() -> None:
    rhythm = start_rate([NOW - 4 * DAY - n * HOUR / 4 for n in range(2000)], NOW)
    eager = replace(BOUNDS, interval=60, min_interval=60)
    history = PollHistory(arrival_rate=rhythm)
    decided = decide_next_poll(bounds=eager, history=history, end=good(), now=NOW, rng=Random(1))
    assert (decided.reason, decided.next_ms >= HOUR * 1000) == ("quiet", True)
    asked = decide_next_poll(
        bounds=eager, history=PollHistory(arrival_rate=rhythm, asked=600), end=good(), now=NOW, rng=Random(1)
    )
    assert asked.reason == "interval"


def test_a_closed_gate_is_no_fault_of_the_feed() -> None:
    assert (classify_failure("gate"), add_failure_weight(1.5, "gate")) == ("none", 1.5)
