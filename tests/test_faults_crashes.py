"""A crash at every place between two effects; the places are read from the code."""

import pytest
from faults.crashes import crash
from faults.points import places


def test_the_places_are_read_from_the_code() -> None:
    found = places()
    assert {"worker.turn:begin:before", "worker.turn:publish:after", "worker.request:fetch:after"} <= set(
        found
    )
    assert {"scheduler.rounds:record_poll:before", "scheduler.tickets:enqueue_many:after"} <= set(found)
    placed = {place.split(":")[1] for place in found}
    outside = {"feeds", "dead", "retry", "drop", "sent", "open_past"}  # commands that a person runs
    assert {"claim_due", "unseen", "take_pages", "extend", "resolve", "settle", "bury", "reap"} <= placed
    assert not outside & placed


@pytest.mark.timeout(300)
async def test_a_crash_at_every_place_loses_and_doubles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    crashed = await crash(7, limit=100, calm=15)
    with capsys.disabled():
        print(f"\n{crashed.figures()}")  # noqa: T201
    assert crashed.verdict.clean, crashed.figures()
    assert crashed.crashes > 20, crashed.figures()
