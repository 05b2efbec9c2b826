"""Drops labels that stand alone: extraction kept what heads a box of links, and left the links out.

So a text shows "Contents", "Most read" or "In this article" between two paragraphs. The evidence is the box:
all else in it are links, none of which was taken.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from worker.document.block_tests import is_link, is_sentence
from worker.document.blocks import Block, ElementFrame

_MAX_LABEL_CHARS = 60
"""Characters of the longest label; a longer line says something by itself."""
_MIN_LINKS = 2
"""Links from which a box is a list of them; one may be a reference."""
_MOST_LINES = 80
"""Lines of a box that are checked: bounds the cost."""
_MIN_LINKED_SHARE = 0.8
"""Share of the box's characters in links; the rest are dates and numbers beside them."""


def drop_lone_labels(blocks: list[Block], everything: Sequence[Block]) -> list[Block]:
    """Return the blocks without labels over boxes of links that are left out."""
    kept = {block.index for block in blocks}
    alone = {
        block.index
        for block in blocks
        if _may_be_label(block, kept) and _heads_links(block, kept, everything)
    }
    return [block for block in blocks if block.index not in alone] if alone else blocks


def _may_be_label(block: Block, kept: set[int]) -> bool:
    if block.index < 0 or block.frame is None or block.index + 1 in kept or block.level == 1:
        return False
    return (
        len(block.text) <= _MAX_LABEL_CHARS
        and block.kind in ("heading", "paragraph")
        and not is_sentence(block, 4)
    )


def _heads_links(block: Block, kept: set[int], everything: Sequence[Block]) -> bool:
    assert block.frame is not None
    following = everything[block.index + 1 : block.index + 2]
    if not following or following[0].frame is None:
        return False
    around = {frame.number: frame for frame in block.frame.up()}
    box = next((around[frame.number] for frame in following[0].frame.up() if frame.number in around), None)
    if box is None or _stands_before(block, box, everything):
        return False
    lines = list(islice(_list_lines(block, box, everything), _MOST_LINES))
    chars = sum(len(line.text) for line in lines)
    return (
        sum(map(is_link, lines)) >= _MIN_LINKS
        and kept.isdisjoint(line.index for line in lines)
        and sum(line.linked * len(line.text) for line in lines) >= chars * _MIN_LINKED_SHARE
    )


def _stands_before(block: Block, box: ElementFrame, everything: Sequence[Block]) -> bool:
    """Return whether a line of the box stands before the label: then the label is not what heads it."""
    before = everything[block.index - 1] if block.index else None
    return before is not None and before.frame is not None and box in before.frame.up()


def _list_lines(block: Block, box: ElementFrame, everything: Sequence[Block]) -> Iterator[Block]:
    """List the lines of a box under its label."""
    for line in everything[block.index + 1 : block.index + 1 + _MOST_LINES]:
        if line.frame is None or box not in line.frame.up():
            return
        yield line
