"""Finds the elements that an article's paragraphs stand in, and where others stand among them. Pure."""

from collections.abc import Iterable

from worker.document.block_tests import is_link, is_long
from worker.document.blocks import Block, ElementFrame

_HOME_SHARE = 0.2
"""Share of the kept paragraphs that an element must hold for its other children to be checked."""
_CORE_SHARE = 0.8
"""Share of the kept text that the article's element must hold: a quotation or box may stand outside of it."""
OF_ITS_OWN = frozenset(
    ("p", "li", "dd", "dt", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "summary")
)
"""Elements whose text is one thing; others may hold bare lines beside blocks."""


def find_homes(blocks: Iterable[Block]) -> set[int]:
    """Find the elements that much of the kept paragraphs stands in, by their numbers."""
    held, total = dict[int, int](), 0
    for block in blocks:
        if block.frame is None or not is_long(block) or is_link(block) or block.kind == "cell":
            continue
        total += len(block.text)
        for frame in (block.frame.parent, block.frame if block.frame.tag not in OF_ITS_OWN else None):
            if frame is not None:
                held[frame.number] = held.get(frame.number, 0) + len(block.text)
    return {number for number, chars in held.items() if chars >= total * _HOME_SHARE}


def find_core(blocks: Iterable[Block]) -> int:
    """Find the innermost element round most kept paragraphs, by its number; -1 where there is none."""
    held, total = dict[int, int](), 0
    for block in blocks:
        if block.frame is not None and is_long(block) and not is_link(block):
            total += len(block.text)
            for frame in block.frame.up():
                held[frame.number] = held.get(frame.number, 0) + len(block.text)
    return max((number for number, chars in held.items() if chars >= total * _CORE_SHARE), default=-1)


def find_places(blocks: Iterable[Block], homes: set[int]) -> dict[int, tuple[int, int]]:
    """Find of each home the first and the last kept block that stands in it."""
    places: dict[int, tuple[int, int]] = {}
    for block in blocks:
        if block.frame is None or block.index < 0:
            continue
        for frame in block.frame.up():
            if frame.number in homes:
                begin, end = places.get(frame.number, (block.index, block.index))
                places[frame.number] = min(begin, block.index), max(end, block.index)
    return places


def find_parents(blocks: Iterable[Block]) -> set[int]:
    """Find the elements that kept paragraphs stand right in, by their numbers."""
    return {
        block.frame.parent.number
        for block in blocks
        if block.frame is not None and block.frame.tag == "p" and block.frame.parent and is_long(block)
    }


def find_child(frame: ElementFrame | None, homes: set[int]) -> ElementFrame | None:
    """Return the frame round a block whose parent is a home; the innermost."""
    while frame is not None and frame.parent is not None:
        if frame.parent.number in homes:
            return frame
        frame = frame.parent
    return None


def find_untouched(frame: ElementFrame, touched: set[int]) -> ElementFrame:
    """Return the outermost frame round a left-out block that holds no kept one, its own at least."""
    while frame.parent is not None and frame.parent.number not in touched:
        frame = frame.parent
    return frame
