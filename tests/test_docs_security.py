"""docs/security.md says what the tests show."""

from pathlib import Path

from hostile_table import all_routes, with_table

DOCUMENT = Path(__file__).parent.parent / "docs/security.md"


def test_the_table_of_hostile_routes_is_up_to_date() -> None:
    document = DOCUMENT.read_text()
    assert with_table(document) == document, "run: python tests/hostile_table.py docs/security.md"


def test_there_are_at_least_eighty_routes_each_of_its_own_name() -> None:
    names = [route.name for route in all_routes()]
    assert len(set(names)) == len(names) >= 80


def test_every_route_says_what_it_does_and_how_it_ends() -> None:
    assert all(route.says and route.outcome for route in all_routes())
