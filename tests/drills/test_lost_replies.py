"""A daemon whose replies from Redis are lost, and then Redis itself: nothing is doubled or forgotten."""

import pytest
from faults.loss import CUT, lose


async def test_a_daemon_that_loses_replies_and_its_server_for_5_seconds_loses_no_article(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost = await lose(11, articles=120)
    with capsys.disabled():
        print(f"\n{lost.figures()}")  # noqa: T201
    assert lost.verdict.clean, lost.figures()
    assert lost.back, lost.figures()
    # in 2.5 s a page in hand may be read to its end and a child start; a busy loop takes all of a processor
    assert lost.busy < 0.95, lost.figures()
    assert set(lost.cuts) >= CUT
