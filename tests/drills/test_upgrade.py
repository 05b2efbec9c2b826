"""A working feedmill is changed over from the last release, and back, under load (`make upgrade`)."""

from replaced_install import find_last_release
from upgrade_drill import main


async def test_a_change_over_under_load_loses_and_doubles_nothing() -> None:
    assert await main(find_last_release()) == 0
