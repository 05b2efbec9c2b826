"""Finds the block whose letters a line has in order but not all of: an extractor took words out of it."""

from collections.abc import Container
from itertools import islice

from worker.document.blocks import Block

IDENTIFYING_CHARS = 25
"""Letters from which a line is told from all others of a page; shorter ones recur."""
_END_CHARS = 10
"""Characters of its beginning or end that a line and its block share."""
_MIN_LINE_SHARE = 0.6
"""Share of a block's characters that a line must have to come from it."""
_MOST_CANDIDATES = 8
"""Blocks that begin or end as a line does and are compared with it: bounds the cost of repeated lines."""


class SubsequenceIndex:
    """Finds the block of which a line is a subsequence, among those that begin or end as the line does."""

    __slots__ = ("_beginnings", "_blocks", "_endings")

    def __init__(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._beginnings: dict[str, list[int]] = {}
        self._endings: dict[str, list[int]] = {}
        for place, block in enumerate(blocks):
            if len(block.key) > IDENTIFYING_CHARS:
                self._beginnings.setdefault(block.key[:_END_CHARS], []).append(place)
                self._endings.setdefault(block.key[-_END_CHARS:], []).append(place)

    def find_block(self, key: str, taken: Container[int]) -> int | None:
        """Find the first block not taken that has all characters of a line in their order, and few others."""
        if len(key) < IDENTIFYING_CHARS:
            return None
        begins = self._beginnings.get(key[:_END_CHARS], ())
        ends = self._endings.get(key[-_END_CHARS:], ())
        for places in (begins, ends):
            for place in islice(places, _MOST_CANDIDATES):
                block = self._blocks[place]
                if block.index not in taken and _is_subsequence(key, block.key):
                    return block.index
        return None


def _is_subsequence(line: str, block: str) -> bool:
    if not len(block) * _MIN_LINE_SHARE <= len(line) < len(block):
        return False
    letters = iter(block)
    return all(letter in letters for letter in line)
