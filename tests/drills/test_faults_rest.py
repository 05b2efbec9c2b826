"""The line goes, the stream fills up: work rests, says so once, and goes on by itself."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from worker.fetching.retry_policy import FailureRun, RetryLater, after_error, after_status


@pytest.mark.parametrize("outcome", ["connect", "dns", "timeout", "503"])
def test_a_site_that_is_down_for_a_day_buries_no_page_and_is_asked_some_twenty_times(outcome: str) -> None:
    rng, began = Random(1), datetime(2026, 11, 1, tzinfo=UTC)
    now, failing, asked = began, FailureRun(0, None), 0
    while now - began < timedelta(days=1):
        if outcome == "503":
            later = after_status(503, {}, failing, now=now, rng=rng)
        else:
            later = after_error(outcome, failing, temporary=True, detail="", now=now, rng=rng)
        assert isinstance(later, RetryLater)
        asked += 1
        failing = FailureRun(failing.failures + 1, failing.first_failed_at or round(now.timestamp() * 1000))
        now += timedelta(milliseconds=later.delay_ms)
    assert 8 <= asked <= 20
