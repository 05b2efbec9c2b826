"""Choose among what several ways of extraction found; a second way only where evidence asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from worker.blocks import Block, squeeze
from worker.clean.align import align, body_lines
from worker.clean.recover import with_recovered
from worker.clean.story import is_paragraph
from worker.extract import Way, extract_body

_MISSED = 0.15
_LEAST_MISSED = 550
"""More than one long paragraph, which may be a note."""
_LONGER = 1.2
_COVERED = 0.3
_TOLD = 400
_CUT = 0.6
_FOUND = 0.7
_LEAST = 200
_BESIDES = ("aside", "nav", "footer", "header", "form")


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Characters of a candidate."""

    all: int
    kept: int
    """In paragraphs that stand on the page."""
    strange: int
    """In lines that no block of the page has."""
    missed: int
    """In paragraphs of the page's middle that it left out."""


def choose(tree: HtmlElement, everything: list[Block], told: str | None) -> list[Block]:
    """Give the blocks taken for the article; `told` is the text that the page's JSON-LD carries.

    The usual way stands unless most of its text is nowhere on the page as shown (`fast`), or it left out
    many of the page's paragraphs (`recall`), or it has under 60 % of what JSON-LD tells (the blocks that
    stand there).
    """
    usual = _extracted(tree, everything, "usual")
    sizes = _measured(usual, everything)
    if sizes.strange * 2 > sizes.all:
        fast = _extracted(tree, everything, "fast")
        usual, sizes = (fast, _measured(fast, everything)) if _size(fast) > _LEAST else (usual, sizes)
    if told and len(told) >= _TOLD and sizes.all < len(told) * _CUT:
        within = _within(told, everything)
        if _size(within) > max(sizes.all, len(told) * _FOUND):
            return with_recovered(within, everything)
    if sizes.missed > max(sizes.kept * _MISSED, _LEAST_MISSED):
        recall = _extracted(tree, everything, "recall")
        more = _measured(recall, everything)
        if (
            more.kept > sizes.kept
            and more.all > sizes.all * _LONGER
            and more.missed < more.kept * _COVERED
            and more.strange * 2 < more.all
        ):
            return recall
    return usual


def _extracted(tree: HtmlElement, everything: list[Block], way: Way) -> list[Block]:
    body = extract_body(tree, way)
    blocks = align(body_lines(body), everything) if body is not None else []
    return with_recovered(blocks, everything)


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _measured(blocks: list[Block], everything: list[Block]) -> _Sizes:
    taken = {block.index for block in blocks if block.index >= 0}
    left = [
        block
        for block in everything
        if block.index not in taken
        and is_paragraph(block)
        and block.frame is not None
        and not block.frame.within(*_BESIDES)
    ]
    return _Sizes(
        all=_size(blocks),
        kept=_size([block for block in blocks if block.index >= 0 and is_paragraph(block)]),
        strange=_size([block for block in blocks if block.index < 0]),
        missed=_size(left),
    )


def _within(told: str, everything: list[Block]) -> list[Block]:
    """Find the page's blocks that JSON-LD's text spells, each place of it once."""
    key = squeeze(told)
    found: list[Block] = []
    place = 0
    for block in everything:
        if len(block.key) < 25 or block.frame is None:  # noqa: PLR2004
            continue
        at = key.find(block.key, place)
        if at >= 0:
            found.append(block)
            place = at + len(block.key)
    return found
