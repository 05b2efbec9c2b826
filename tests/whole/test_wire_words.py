"""No word that others rely on goes: those of 0.1.0 in golden_records/words.json are all still there."""

import json
from pathlib import Path

import pytest

from tools.wire_words import collect

WORDS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "golden_records" / "words.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def now() -> dict[str, list[str]]:
    return collect()


@pytest.mark.parametrize("place", sorted(WORDS))
def test_no_word_has_gone(place: str, now: dict[str, list[str]]) -> None:
    gone = sorted(set(WORDS[place]) - set(now[place]))
    assert not gone, f"{place}: who reads these finds them no more"
