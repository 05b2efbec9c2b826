"""What becomes of a page whose request brought no page."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from worker.fetching.retry_policy import (  # fmt: skip
    MINUTE_MS,
    SITE_PAUSE_MS,
    FailureRun,
    GiveUp,
    RetryLater,
    after_error,
    after_interstitial,
    after_status,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FRESH = FailureRun(0, None)


def ago(**span: float) -> int:
    return int((NOW - timedelta(**span)).timestamp() * 1000)


class High(Random):
    """Draws the longest wait."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


@pytest.mark.parametrize("status", [200, 203, 204, 299])
def test_a_success_is_a_page(status: int) -> None:
    assert after_status(status, {}, FRESH, now=NOW, rng=High()) is None


@pytest.mark.parametrize("status", [404, 410, 451])
def test_what_is_gone_is_buried_at_once(status: int) -> None:
    assert after_status(status, {}, FRESH, now=NOW, rng=High()) == GiveUp(f"http_{status}")


@pytest.mark.parametrize("status", [304, 401, 403, 408, 429, 500, 502, 503, 504, 520])
def test_what_may_change_comes_back_later(status: int) -> None:
    decided = after_status(status, {}, FRESH, now=NOW, rng=High())
    assert isinstance(decided, RetryLater)
    assert decided.reason == f"http_{status}"
    assert bool(decided.close_site_ms) == (status in (429, 503))


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 1), (1, 2), (5, 32), (10, 1024), (11, 1440), (12, 1440), (5000, 1440)]
)
def test_the_wait_doubles_up_to_a_day(failures: int, minutes: int) -> None:
    failing = FailureRun(failures, ago(days=1))
    decided = after_error("dns", failing, temporary=True, detail="", now=NOW, rng=High())
    assert decided == RetryLater("dns", minutes * MINUTE_MS)


def test_the_wait_is_drawn_from_its_upper_half() -> None:
    rng = Random(7)
    waits = {
        after_error("dns", FailureRun(3, ago(hours=1)), temporary=True, detail="", now=NOW, rng=rng).delay_ms
        for _ in range(50)
    }
    assert len(waits) > 10
    assert all(4 * MINUTE_MS <= wait <= 8 * MINUTE_MS for wait in waits)


def test_a_week_of_failures_is_the_end() -> None:
    almost = FailureRun(12, ago(days=6, hours=23))
    over = FailureRun(12, ago(days=7))
    assert isinstance(after_status(503, {}, almost, now=NOW, rng=High()), RetryLater)
    assert after_status(503, {}, over, now=NOW, rng=High()) == GiveUp(
        "http_503", "failed 13 times in a row since 2026-02-25T05:06:07+00:00"
    )


@pytest.mark.parametrize(
    ("outcome", "failing", "minutes"),
    [
        ("maintenance", FRESH, 10),
        ("maintenance", FailureRun(3, ago(hours=2)), 80),
        ("maintenance", FailureRun(20, ago(days=6)), 24 * 60),
        ("maintenance", FailureRun(20, ago(days=7)), None),
        ("challenge", FRESH, 60),
        ("challenge", FailureRun(4, ago(hours=23)), 16 * 60),
        ("challenge", FailureRun(4, ago(hours=24)), None),
        ("error", FRESH, 10),
        ("error", FailureRun(4, ago(hours=24)), None),
        ("unrelated", FRESH, 60),
        ("unrelated", FailureRun(4, ago(hours=24)), None),
        ("paywall", FRESH, None),
        ("empty", FRESH, None),
    ],
)
def test_what_stands_before_a_page_for_a_time_is_waited_for(
    outcome: str, failing: FailureRun, minutes: int | None
) -> None:
    later = RetryLater(outcome, minutes * MINUTE_MS) if minutes else None
    assert after_interstitial(outcome, failing, now=NOW, rng=High()) == later


def test_an_end_that_is_not_temporary_is_the_end() -> None:
    decided = after_error("bad_url", FRESH, temporary=False, detail="no host", now=NOW, rng=High())
    assert decided == GiveUp("bad_url", "no host")


def test_retry_after_prolongs_the_wait_and_closes_the_site() -> None:
    headers = {"retry-after": "7200"}
    assert after_status(429, headers, FRESH, now=NOW, rng=High()) == RetryLater(
        "http_429", 7_200_000, 7_200_000
    )
    assert after_status(500, headers, FRESH, now=NOW, rng=High()) == RetryLater("http_500", 7_200_000, 0)


def test_a_short_retry_after_does_not_shorten_the_back_off() -> None:
    decided = after_status(503, {"retry-after": "1"}, FailureRun(4, ago(hours=1)), now=NOW, rng=High())
    assert decided == RetryLater("http_503", 16 * MINUTE_MS, 1000)


def test_a_date_to_come_back_at_is_read_by_the_servers_clock() -> None:
    said = {"retry-after": "Wed, 01 Jan 2020 02:00:00 GMT", "date": "Wed, 01 Jan 2020 00:00:00 GMT"}
    assert after_status(429, said, FRESH, now=NOW, rng=High()) == RetryLater(
        "http_429", 120 * MINUTE_MS, 120 * MINUTE_MS
    )


def test_what_is_no_wait_closes_the_site_for_as_long_as_none() -> None:
    said = [{"retry-after": text} for text in ("", "soon", "-5", "1.5", "²")]
    waits = [after_status(503, headers, FRESH, now=NOW, rng=High()) for headers in said]
    assert waits == [RetryLater("http_503", MINUTE_MS, SITE_PAUSE_MS)] * len(said)
