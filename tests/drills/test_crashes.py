"""A crash at every place between two effects."""

import pytest
from faults.crashes import crash


async def test_a_crash_at_every_place_loses_and_doubles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    crashed = await crash(7, limit=100, calm=15)
    with capsys.disabled():
        print(f"\n{crashed.figures()}")  # noqa: T201
    assert crashed.verdict.clean, crashed.figures()
    assert crashed.crashes > 20, crashed.figures()
