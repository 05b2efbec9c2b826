"""Phrases are tried by the character that they begin or end with, and match as all of them together would."""

import gc

import pytest

from worker.document.block_walker import list_page_blocks
from worker.document.blocks import ElementFrame
from worker.document.html_parsing import parse_html
from worker.vocabulary.labels import normalize_label
from worker.vocabulary.phrase_patterns import compile_phrases, group_phrases

PHRASES = [
    "Photo: {name}",
    "Photo by {name} for {agencies}",
    "{n} comments",
    "{name} via {agencies}",
    "© {rest}",
    "क्रेडिट: {name}",
]


@pytest.mark.parametrize(
    "text",
    [
        "Photo: Jane Doe",
        "PHOTO BY Jane Doe for AP",
        "12 Comments",
        "Jane Doe via Reuters",
        "© 2026 The Harbour Post",
        "क्रेडिट: Jane Doe",
        "Phone: Jane Doe",
        "Comments",
        "12 commenters",
        "x",
        "The council met on Tuesday.",
    ],
)
def test_sorted_phrases_match_what_all_of_them_match(text: str) -> None:
    every, some = compile_phrases(PHRASES), group_phrases(PHRASES)
    assert every is not None
    assert some is not None
    bare = normalize_label(text)
    assert some.match(bare) == (every.fullmatch(bare) is not None)


def test_phrases_without_open_parts_are_no_pattern() -> None:
    assert group_phrases(["advertisement"]) is None


def test_blocks_of_a_list_hold_no_page_in_memory_by_themselves() -> None:
    tree = parse_html("<body><ul><li>One<ul><li>Two</li></ul></li></ul></body>")
    assert tree is not None
    gc.collect()
    gc.disable()
    try:
        list_page_blocks(tree)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        assert not any(isinstance(each, ElementFrame) for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
