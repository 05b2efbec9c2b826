"""Shows how texts differ: words within paragraphs that changed, paragraphs that one of two texts has. Pure.

All of it is linear in the texts: what is alike at beginning and end is set apart, no alignment is sought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from feedmill._text_safety import plain_text

_MIN_ALIKE = 0.3
"""Share of words at its beginning and end from which a paragraph counts as one that was changed."""
_MAX_BLOCKS = 20
"""Paragraphs that one of two texts has alone of which so many are shown."""


@dataclass(frozen=True, slots=True)
class BlockPart:
    """A piece of a paragraph: `same`, `removed` or `added`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TextComparison:
    """How a text and the one most alike differ."""

    at: int
    """Which of the others that is."""
    here: tuple[str, ...]
    """Paragraphs that only this one has."""
    there: tuple[str, ...]
    """Paragraphs that only the other one has."""
    shared: int
    """Paragraphs that both have."""


def compare_blocks(removed: Sequence[str], added: Sequence[str]) -> list[tuple[BlockPart, ...]]:
    """Pair paragraphs that went with those that came in their order, and mark what changed within them."""
    return [
        _compare_block(old, new) if old is not None and new is not None else _make_single(old, new)
        for old, new in zip_longest(removed, added)
    ]


def _compare_block(old: str, new: str) -> tuple[BlockPart, ...]:
    before, after = old.split(" "), new.split(" ")
    most = min(len(before), len(after))
    begin = next((at for at in range(most) if before[at] != after[at]), most)
    end = next((at for at in range(most - begin) if before[-1 - at] != after[-1 - at]), most - begin)
    if (begin + end) / max(len(before), len(after)) < _MIN_ALIKE:
        return BlockPart("removed", old), BlockPart("added", new)
    parts = (
        BlockPart("same", " ".join(before[:begin])),
        BlockPart("removed", " ".join(before[begin : len(before) - end])),
        BlockPart("added", " ".join(after[begin : len(after) - end])),
        BlockPart("same", " ".join(before[len(before) - end :])),
    )
    return tuple(part for part in parts if part.text)


def _make_single(old: str | None, new: str | None) -> tuple[BlockPart, ...]:
    return (BlockPart("removed", old),) if old is not None else (BlockPart("added", new or ""),)


def find_most_alike(text: str, others: Sequence[str]) -> TextComparison | None:
    """Find the other text that shares most paragraphs with one, and how the two differ; None without any."""
    own = _split_blocks(text)
    split = [_split_blocks(other) for other in others]
    if not any(split):
        return None
    at = max(range(len(split)), key=lambda number: (len(own.keys() & split[number].keys()), -number))
    other = split[at]
    return TextComparison(
        at,
        here=tuple(block for key, block in own.items() if key not in other)[:_MAX_BLOCKS],
        there=tuple(block for key, block in other.items() if key not in own)[:_MAX_BLOCKS],
        shared=len(own.keys() & other.keys()),
    )


def _split_blocks(text: str) -> dict[str, str]:
    """Return paragraphs by their words without case and space, in their order."""
    blocks = (block.strip() for block in plain_text(text).split("\n\n"))
    return {"".join(block.casefold().split()): block for block in blocks if block}
