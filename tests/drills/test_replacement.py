"""Today's feedmill is put in the place of the last release while that runs: as files, and as wheels."""

from collections.abc import Callable
from pathlib import Path

import pytest
from replaced_install import Installed, InstalledTree, InstalledWheels, find_last_release
from replacement_drill import CHARGE_NOTHING, OLD_PARSER_DIED, replace_running

KINDS: list[Callable[[Path, str], Installed]] = [InstalledTree, InstalledWheels]


@pytest.mark.parametrize("kind", KINDS, ids=["files", "wheels"])
async def test_children_that_come_back_as_the_new_lose_double_and_charge_nothing(
    kind: Callable[[Path, str], Installed], capsys: pytest.CaptureFixture[str]
) -> None:
    commit = find_last_release()
    found = await replace_running(lambda folder: kind(folder, commit), seed=1)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.verdict.clean, found.figures()
    assert not found.failing, found.figures()
    charged = {name: n for name, n in found.polls.items() if name not in CHARGE_NOTHING}
    assert charged in ({}, OLD_PARSER_DIED), found.figures()
