"""When to poll next, as a table."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from scheduler.schedule import JITTER, Bounds, Ending, next_poll, retry_after_s

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BOUNDS = Bounds(interval=900, min_interval=300, max_interval=86400)
WEEK = 7 * 86400


def decide(ending: Ending, *, asked: float | None = None, failures: int = 0, seed: int = 0):  # noqa: ANN201
    return next_poll(bounds=BOUNDS, asked=asked, failures=failures, ending=ending, now=NOW, rng=Random(seed))


GOOD = Ending(ok=True, status=200)
NO_ANSWER = Ending(ok=False)


@pytest.mark.parametrize(
    ("ending", "asked", "failures", "seconds", "reason", "closed"),
    [
        (GOOD, None, 0, 900, "default", 0),
        (GOOD, 3600, 0, 3600, "interval", 0),
        (GOOD, 1, 0, 300, "interval", 0),
        (GOOD, 10 * 86400, 0, 86400, "interval", 0),
        (GOOD, None, 7, 900, "default", 0),
        (Ending(ok=True, status=304), None, 0, 900, "default", 0),
        (NO_ANSWER, None, 0, 1800, "error_backoff", 0),
        (NO_ANSWER, None, 1, 3600, "error_backoff", 0),
        (NO_ANSWER, None, 3, 14400, "error_backoff", 0),
        (NO_ANSWER, None, 20, 86400, "error_backoff", 0),
        (NO_ANSWER, None, 10_000, 86400, "error_backoff", 0),
        (Ending(ok=False, status=404), 600, 0, 1200, "error_backoff", 0),
        (Ending(ok=False, status=410), None, 0, 86400, "gone", 0),
        (Ending(ok=False, status=429), None, 0, 1800, "error_backoff", 60),
        (Ending(ok=False, status=503), None, 0, 1800, "error_backoff", 0),
        (Ending(ok=False, status=429, retry_after="7200"), None, 0, 7200, "retry_after", 7200),
        (Ending(ok=False, status=503, retry_after="7200"), None, 0, 7200, "retry_after", 7200),
        (Ending(ok=False, status=500, retry_after="7200"), None, 0, 7200, "retry_after", 0),
        (Ending(ok=False, status=429, retry_after="30"), None, 0, 1800, "error_backoff", 30),
        (Ending(ok=False, status=429, retry_after="259200"), None, 0, 259200, "retry_after", 259200),
        (Ending(ok=False, status=429, retry_after="99999999"), None, 0, WEEK, "retry_after", WEEK),
        (
            Ending(ok=False, status=429, retry_after="Mon, 02 Mar 2026 12:00:00 GMT"),
            None,
            0,
            7200,
            "retry_after",
            7200,
        ),
        (Ending(ok=False, status=503, retry_after="soon"), None, 0, 1800, "error_backoff", 0),
        (Ending(ok=True, status=200, retry_after="7200"), None, 0, 900, "default", 0),
    ],
)
def test_the_next_poll(  # noqa: PLR0917  the columns of the table
    ending: Ending, asked: float | None, failures: int, seconds: float, reason: str, closed: float
) -> None:
    for seed in range(20):
        decided = decide(ending, asked=asked, failures=failures, seed=seed)
        assert decided.next_ms / 1000 == pytest.approx(seconds, rel=JITTER + 0.001)
        assert (decided.reason, decided.close_site_ms) == (reason, closed * 1000)


def test_jitter_spreads_polls_and_keeps_the_bounds() -> None:
    times = [decide(GOOD, seed=seed).next_ms for seed in range(50)]
    assert len(set(times)) == 50
    floor = [decide(GOOD, asked=300, seed=seed).next_ms for seed in range(50)]
    cap = [decide(NO_ANSWER, failures=30, seed=seed).next_ms for seed in range(50)]
    assert min(floor) >= 300_000
    assert max(cap) <= 86_400_000


def test_a_server_that_names_a_time_is_never_asked_before_it() -> None:
    ending = Ending(ok=False, status=429, retry_after="5000")
    assert all(decide(ending, seed=seed).next_ms >= 5_000_000 for seed in range(50))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 10:02:00 GMT", 120),
        ("Mon, 02 Mar 2026 11:02:00 +0100", 120),
        ("Monday, 02-Mar-26 10:02:00 GMT", 120),
        ("Mon Mar  2 10:02:00 2026", 120),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("9" * 400, WEEK),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header, NOW) == seconds
    assert timedelta(seconds=seconds or 0) <= timedelta(days=7)
