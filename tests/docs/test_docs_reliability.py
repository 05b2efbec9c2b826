"""docs/reliability.md names tests that exist, and the soak's switches."""

import re
from pathlib import Path

import pytest
from faults.__main__ import parser_of
from support.tracked import tracked

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "reliability.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+)`", TEXT)))
TESTS = "\n".join(path.read_text("utf-8") for path in tracked("tests", ".py"))


def test_every_promise_names_a_test_and_has_figures() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "test_" in line]
    assert len(rows) >= 12
    for row in rows:
        promise, shown, figures = (cell.strip() for cell in row.strip("|").split("|"))
        assert promise
        assert re.search(r"`test_\w+`", shown), row
        assert re.search(r"\d|every", figures), row
    assert "@" not in TEXT


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_exists(name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", TESTS, re.MULTILINE)


def test_the_soaks_switches_exist() -> None:
    known = {option for action in parser_of()._actions for option in action.option_strings}
    assert set(re.findall(r"--[a-z]+", TEXT)) <= known
