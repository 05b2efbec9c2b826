"""The line goes, the stream fills up: work rests, says so once, and goes on by itself."""

import pytest
from faults.rest import fill, unplug


async def test_a_line_that_is_down_is_said_once_and_buries_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = await unplug(51)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.verdict.clean, found.figures()
    assert found.said["offline"] == found.said["online"] == 1, found.figures()
    assert found.polls <= 12 + 4, "the polls that found out, then one in fifteen seconds"
    assert found.rush <= 6 * 1.4, "six feeds, a poll a second each: no storm"
    assert not found.said["traceback"]


async def test_a_stream_that_a_group_holds_back_stops_pages_at_the_hard_cap_and_goes_on_when_it_has_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = await fill(52)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.said["stream_full"] == found.said["stream_has_room"] == 1, found.figures()
    assert found.asked == 0, "no page is asked for"
    assert found.polls > 0, "polling goes on"
    assert not found.verdict.lost, found.figures()
    assert not found.verdict.stuck, found.figures()
    assert not found.said["traceback"]
