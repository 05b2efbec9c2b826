"""Choose among what several ways of extraction found; a second way only where evidence asks for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from worker.blocks import Block, Frame, squeeze
from worker.clean.align import align, body_lines
from worker.clean.recover import with_continued, with_recovered
from worker.clean.story import is_paragraph
from worker.extract import Way, extract_body

_MISSED = 0.15
_LEAST_MISSED = 550
"""More than one long paragraph, which may be a note."""
_LONGER = 1.2
_MISNAMED = 10
_LEAST_MISNAMED = 5000
"""Characters in paragraphs below a text that is a tenth of them: the article, and no foot of a page."""
_COVERED = 0.3
_TOLD = 400
_CUT = 0.6
_FOUND = 0.7
_LEAST = 200
_FEW = 0.35
_MANY = 0.65
_TELLING = 6
"""Words that a description must have to tell one text from another."""
_SURE = 1500
"""Characters."""
_LINKED = 0.5
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


def choose(
    tree: HtmlElement, everything: list[Block], told: str | None, description: str | None = None
) -> list[Block]:
    """Give the blocks taken for the article; `told` is the text that the page's JSON-LD carries.

    A finding of the fast way that is long and leaves out little is as the usual one would be (`_is_sure`), at
    two thirds of its cost. Else the usual way is gone, and stands unless one of these speaks against it:

    - most of its text is nowhere on the page as shown, or it has hardly a word of the page's own
      description: then `fast`, where that mends it;
    - it left out many of the page's paragraphs, or found nothing: then `recall`, where that takes them;
    - paragraphs in containers like those of the kept ones were left out: then these are put back;
    - a container that is named a footer holds ten times as much as it found: then its name is passed over;
    - it has under 60 % of what JSON-LD tells: then the blocks that stand there.
    """
    usual = fast = extracted(tree, everything, "fast")
    sizes = _measured(fast, everything)
    if not _is_sure(sizes, fast, everything):
        usual, first = extracted(tree, everything, "usual"), sizes
        if not usual:
            return extracted(tree, everything, "recall")
        sizes = _measured(usual, everything)
        if _is_doubtful(sizes, usual, first, fast, description):
            return fast
    if told and len(told) >= _TOLD and sizes.all < len(told) * _CUT:
        within = _within(told, everything)
        if _size(within) > max(sizes.all, len(told) * _FOUND):
            return with_recovered(within, everything)
    if sizes.missed > max(sizes.kept * _MISSED, _LEAST_MISSED):
        return _with_missed(tree, everything, usual, sizes)
    return usual


def _with_missed(
    tree: HtmlElement, everything: list[Block], usual: list[Block], sizes: _Sizes
) -> list[Block]:
    """Give what takes the paragraphs that the usual way left out, as far as something does."""
    if sizes.missed > max(sizes.all * _MISNAMED, _LEAST_MISNAMED):
        whole = _under_a_footer(tree, everything, usual)
        if _size(whole) > sizes.missed * _FOUND:
            return whole
    recall = extracted(tree, everything, "recall")
    more = _measured(recall, everything)
    if (
        more.kept > sizes.kept
        and (more.all > sizes.all * _LONGER or more.kept > sizes.kept * _LONGER)
        and more.missed < more.kept * _COVERED
        and more.strange * 2 < more.all
    ):
        return recall
    return with_continued(usual, everything)


def _is_sure(sizes: _Sizes, found: list[Block], everything: list[Block]) -> bool:
    """Tell whether a second opinion could hardly change the fast way's finding.

    It replaces the first only where that is short, unclean, or less than half as long (trafilatura 2.3.1,
    `external.compare_extraction`): not where all that was left out, links aside, is no longer than what was
    found. Of 980 pages 860 are sure, and 10 of those would be changed.
    """
    taken = {block.index for block in found}
    left = _size([block for block in everything if block.index not in taken and block.linked < _LINKED])
    return sizes.all >= max(_SURE, left) and sizes.missed * 2 <= sizes.all and sizes.strange * 2 <= sizes.all


def _is_doubtful(
    sizes: _Sizes, usual: list[Block], first: _Sizes, fast: list[Block], description: str | None
) -> bool:
    """Tell whether the usual way's finding is doubtful where the fast way's is not."""
    if first.all <= _LEAST:
        return False
    strange = sizes.strange * 2 > sizes.all
    return strange or (_shared(description, usual) < _FEW and _shared(description, fast) > _MANY)


def _shared(description: str | None, blocks: Sequence[Block]) -> float:
    """Measure which share of a description's longer words a text has; 1 where it has too few to tell."""
    words = {word.strip(".,;:!?\"'()“”„«»").casefold() for word in (description or "").split()}
    words = {word for word in words if len(word) > 3}  # noqa: PLR2004
    if len(words) < _TELLING:
        return 1.0
    text = " ".join(block.text for block in blocks).casefold()
    return sum(word in text for word in words) / len(words)


def extracted(tree: HtmlElement, everything: list[Block], way: Way) -> list[Block]:
    """Give the blocks that one way of extraction finds, without looking at evidence."""
    body = extract_body(tree, way)
    blocks = align(body_lines(body), everything) if body is not None else []
    return with_recovered(blocks, everything)


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _under_a_footer(tree: HtmlElement, everything: list[Block], usual: list[Block]) -> list[Block]:
    """Extract again without the name of the `div` called a footer that holds most of what was left out.

    Themes call the part below a page's first screen so; the extractor takes the word for the page's foot.
    """
    held: Counter[Frame] = Counter()
    for block in _left_out(usual, everything):
        assert block.frame is not None
        for frame in block.frame.up():
            if frame.tag == "div" and "footer" in frame.words:
                held[frame] += len(block.text)
    if not held:
        return []
    element = held.most_common(1)[0][0].element
    names = {name: element.attrib.pop(name) for name in ("class", "id") if name in element.attrib}
    try:
        return extracted(tree, everything, "usual")
    finally:
        element.attrib.update(names)


def _measured(blocks: list[Block], everything: list[Block]) -> _Sizes:
    return _Sizes(
        all=_size(blocks),
        kept=_size([block for block in blocks if block.index >= 0 and is_paragraph(block)]),
        strange=_size([block for block in blocks if block.index < 0]),
        missed=_size(_left_out(blocks, everything)),
    )


def _left_out(blocks: list[Block], everything: list[Block]) -> list[Block]:
    """List the paragraphs of the page's middle that are not among these blocks."""
    taken = {block.index for block in blocks if block.index >= 0}
    shared = {
        frame.number for block in blocks if is_paragraph(block) and block.frame for frame in block.frame.up()
    }
    return [
        block
        for block in everything
        if block.index not in taken
        and is_paragraph(block)
        and block.frame is not None
        and not (
            block.frame.within(*_BESIDES)
            and any(frame.tag in _BESIDES and frame.number not in shared for frame in block.frame.up())
        )
    ]


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
