"""The line goes, the stream fills up: work rests, says so once, and goes on by itself."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from faults.drill import crowding
from faults.rest import fill, unplug

from worker.retry import Failing, Later, after_error, after_status


@pytest.mark.timeout(600)
async def test_a_line_that_is_down_is_said_once_and_buries_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = await unplug(51)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.verdict.clean, found.figures()
    assert found.said["offline"] == found.said["online"] == 1, found.figures()
    assert found.noticed <= 15 * crowding(), found.figures()
    assert found.polls <= 12 + 4, "the polls that found out, then one in fifteen seconds"
    assert found.back <= 30 * crowding(), found.figures()
    assert found.rush <= 6 * 1.4, "six feeds, a poll a second each: no storm"
    assert not found.said["traceback"]


@pytest.mark.timeout(600)
async def test_a_stream_that_a_group_holds_back_stops_pages_at_the_hard_cap_and_goes_on_when_it_has_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = await fill(52)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.said["stream_full"] == found.said["stream_has_room"] == 1, found.figures()
    assert found.asked == 0, "no page is asked for"
    assert found.polls > 0, "polling goes on"
    assert found.back <= 30 * crowding(), found.figures()
    assert not found.verdict.lost, found.figures()
    assert not found.verdict.stuck, found.figures()
    assert not found.said["traceback"]


@pytest.mark.parametrize("outcome", ["connect", "dns", "timeout", "503"])
def test_a_site_that_is_down_for_a_day_buries_no_page_and_is_asked_some_twenty_times(outcome: str) -> None:
    rng, began = Random(1), datetime(2026, 11, 1, tzinfo=UTC)
    now, failing, asked = began, Failing(0, None), 0
    while now - began < timedelta(days=1):
        if outcome == "503":
            later = after_status(503, {}, failing, now=now, rng=rng)
        else:
            later = after_error(outcome, failing, temporary=True, detail="", now=now, rng=rng)
        assert isinstance(later, Later)
        asked += 1
        failing = Failing(failing.failures + 1, failing.first_failed_at or round(now.timestamp() * 1000))
        now += timedelta(milliseconds=later.delay_ms)
    assert 8 <= asked <= 20
