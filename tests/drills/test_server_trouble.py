"""Redis in trouble: noticed, no busy loop, back without a hand, nothing lost."""

import pytest
from faults.server import can_mount
from faults.trouble import GIVEN_UP_S, trouble


async def test_a_server_without_room_or_time_is_outlived(capsys: pytest.CaptureFixture[str]) -> None:
    found = await trouble(31)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.verdict.clean, found.figures()
    kinds = ["memory limit", *(["full disk"] if can_mount() else []), "busy script"]
    assert [one.kind for one in found.troubles] == kinds
    for one in found.troubles:
        assert one.noticed is not None, found.figures()
        assert one.back < GIVEN_UP_S, found.figures()
    assert not found.tracebacks


async def test_a_server_with_other_data_gets_the_list_again_and_what_is_listed_comes_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = await trouble(32, restored=True)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.verdict.clean, found.figures()
    assert [one.kind for one in found.troubles] == ["loading", "yesterday's data", "FLUSHALL"]
    assert all(one.back < GIVEN_UP_S for one in found.troubles), found.figures()
    assert not found.tracebacks
