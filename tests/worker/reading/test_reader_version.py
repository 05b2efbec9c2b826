"""A reader that makes other texts of the same pages has another number."""

import json

import pytest

from tools.write_golden_texts import GOLDEN, compute_golden_texts, find_refusal
from worker.publishing.reader_version import READER_VERSION


def test_texts_that_change_demand_a_raise() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert golden["reader_version"] == READER_VERSION, "run python tools/write_golden_texts.py"
    texts = compute_golden_texts()
    changed = sorted(
        name for name in texts.keys() | golden["texts"] if texts.get(name) != golden["texts"].get(name)
    )
    assert not changed, (
        "these pages are read as other texts: raise READER_VERSION (worker/publishing/reader_version.py) "
        "if a release carries it, then run python tools/write_golden_texts.py (--unreleased if none does)"
    )


OLD = {"reader_version": 3, "texts": {"one": "ab", "two": "cd"}}


@pytest.mark.parametrize(
    ("texts", "version", "unreleased", "refused"),
    [
        ({"one": "ab", "two": "cd", "three": "ef"}, 3, False, False),  # one more page
        ({"one": "ab"}, 3, False, False),
        ({"one": "xx", "two": "cd"}, 3, False, True),
        ({"one": "xx", "two": "cd"}, 3, True, False),
        ({"one": "xx", "two": "cd"}, 4, False, False),
        ({"one": "ab", "two": "cd"}, 2, True, True),
    ],
)
def test_a_released_number_stands_for_its_texts(
    texts: dict[str, str], version: int, unreleased: bool, refused: bool
) -> None:
    assert bool(find_refusal(OLD, texts, version, is_unreleased=unreleased)) == refused
