"""Differences of texts: words within changed paragraphs, and paragraphs that one of two texts has alone."""

import pytest
from support.growth import LINEAR, growth

from web.rendering.text_differences import compare_blocks, find_most_alike


@pytest.mark.parametrize(
    ("removed", "added", "marks"),
    [
        (["The old bridge opens on Monday"], ["The old bridge opens on Tuesday"],
         ["=The old bridge opens on", "-Monday", "+Tuesday"]),
        (["It opens on Monday in May"], ["It opens in May"], ["=It opens", "-on Monday", "=in May"]),
        (["It opens in May"], ["It opens on Monday in May"], ["=It opens", "+on Monday", "=in May"]),
        (["All of this went away"], ["Nothing that came is like it"],
         ["-All of this went away", "+Nothing that came is like it"]),
        (["gone"], [], ["-gone"]),
        ([], ["new"], ["+new"]),
        (["a a"], ["a a a"], ["=a a", "+a"]),
    ],
)  # fmt: skip
def test_words_that_changed_are_marked(removed: list[str], added: list[str], marks: list[str]) -> None:
    signs = {"same": "=", "removed": "-", "added": "+"}
    (block,) = compare_blocks(removed, added)
    assert [signs[part.kind] + part.text for part in block] == marks


def test_paragraphs_are_paired_in_their_order() -> None:
    assert len(compare_blocks(["a", "b", "c"], ["d"])) == 3
    assert compare_blocks([], []) == []


def test_the_most_alike_text_shares_most_paragraphs() -> None:
    found = find_most_alike("One.\n\nTwo.\n\nThree.", ["", "Four.", "one.\n\nTWO.\n\nFour."])
    assert found is not None
    assert (found.at, found.here, found.there, found.shared) == (2, ("Three.",), ("Four.",), 2)
    assert find_most_alike("One.", []) is None
    assert find_most_alike("One.", ["", ""]) is None


def test_texts_are_compared_in_time_that_grows_with_their_length() -> None:
    def compare(size: int) -> None:
        compare_blocks(["a " * size], ["a " * size + "b"])
        find_most_alike("w\n\n" * size, ["v\n\n" * size])

    assert growth(compare, 20_000) < LINEAR
