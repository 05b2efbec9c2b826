"""docs/security.md says what the tests show."""

import re
from pathlib import Path

from hostile_table import all_routes, with_table
from support.tracked import tracked

DOCUMENT = Path(__file__).parent.parent.parent / "docs/security.md"


def test_the_table_of_hostile_routes_is_up_to_date() -> None:
    document = DOCUMENT.read_text()
    assert with_table(document) == document, (
        "run: python tests/support/hostile_server/hostile_table.py docs/security.md"
    )


def test_there_are_at_least_eighty_routes_each_of_its_own_name() -> None:
    names = [route.name for route in all_routes()]
    assert len(set(names)) == len(names) >= 80


def test_every_route_says_what_it_does_and_how_it_ends() -> None:
    assert all(route.says and route.outcome for route in all_routes())


def test_tests_that_it_names_are_there() -> None:
    document = DOCUMENT.read_text()
    tests = "".join(path.read_text() for path in tracked("tests", ".py"))
    assert all(f"def {name}(" in tests for name in re.findall(r"`(test_\w+)`", document))
    assert all(
        (DOCUMENT.parent.parent / name).exists() for name in re.findall(r"`(tests/[\w/]+\.py)`", document)
    )
