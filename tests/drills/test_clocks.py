"""Wrong clocks: hosts that jump and differ, a server that is set: no storm, no sleeper, no lease taken."""

import pytest
from faults.clocks import STEPS, library, misdate
from faults.mill import SETTINGS


@pytest.mark.skipif(not library(), reason="libfaketime is not installed (apt-get install faketime)")
async def test_no_clock_makes_a_storm_a_sleeper_or_a_thief(capsys: pytest.CaptureFixture[str]) -> None:
    found = await misdate(41)
    with capsys.disabled():
        print(f"\n{found.figures()}")  # noqa: T201
    assert found.verdict.clean, found.figures()
    assert list(found.resumed) == [name for name, _ in STEPS]
    assert found.years == 3, "the clocks were wrong indeed"
    assert found.stolen == 0, found.figures()
    assert 'min_interval = "1s"' in SETTINGS
    assert max(found.requests.values()) <= 6 * 1.2, "six feeds, a poll a second each at most"
    assert found.backwards == 0
    assert not found.tracebacks
