"""Chooses among what several ways of extraction found; a second way only where evidence asks for it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

from worker.document.block_tests import LINKED, is_paragraph
from worker.document.blocks import Block, ElementFrame, drop_white_space
from worker.extraction.block_alignment import align_lines, placed, read_body_lines
from worker.extraction.lone_labels import (
    drop_closing_links,
    drop_form_boxes,
    drop_last_heading,
    drop_lines_above,
    drop_lone_labels,
    drop_menu_links,
    drop_scraps_below,
)
from worker.extraction.recovery.block_recovery import insert_continued, insert_recovered
from worker.extraction.recovery.closing_lists import find_closing_lists
from worker.extraction.recovery.lost_paragraphs import find_lost_boxes
from worker.extraction.recovery.short_lines import find_short_lines
from worker.extraction.subsequence_index import IDENTIFYING_CHARS
from worker.extraction.trafilatura_adapter import ExtractionMode, extract_body
from worker.quality.confidence import (
    CUT_SHARE,
    MIN_JSONLD_CHARS,
    MIN_REFERENCE_WORDS,
    MIN_SUMMARY_SHARE,
    share_of,
)

_MAX_MISSED_SHARE = 0.15
"""Share of the kept text in missed paragraphs from which another way is tried; less may be notes."""
_MIN_MISSED_CHARS = 550
"""Characters of missed paragraphs from which another way is tried: more than one long note."""
_MIN_GAIN_FACTOR = 1.2
"""Factor by which another way's text must be longer to be taken: a little more is likely boilerplate."""
_MISNAMED_FACTOR = 10
"""Factor by which paragraphs below must exceed a text for the footer to be named so in error."""
_MIN_MISNAMED_CHARS = 5000
"""Characters of such paragraphs from which they are the article, and no foot of a page."""
_MAX_REMAINING_SHARE = 0.3
"""Share of the kept text that another way may still miss; with more it is not better."""
_MIN_FOUND_SHARE = 0.7
"""Share of the missed text that another way must find to be taken."""
_MIN_DOUBTED_CHARS = 200
"""Characters up to which the first text is not doubted against the second: both may be chance."""
_MANY_WORDS_SHARE = 0.65
"""Share of a description's words above which the other text is likely the described one."""
_MOST_PLACES = 64
"""Places that begin as a block does at which it is searched for; more are a text that repeats itself."""
_MIN_SURE_CHARS = 1500
"""Characters from which a text is taken without a second way, where hardly anything is left out."""
_MOST_COMPARED = 2000
"""Blocks of a page for which algorithms are compared: the second takes the square of their number."""
_MOST_UNSURE = 800
"""Blocks in a row that the second algorithm is not sure of alone, for the same: at each it walks over all."""
_MAX_UNSURE_CHARS = 200
"""Characters up to which it is not sure of a block without links (justext 3.0, LENGTH_HIGH_DEFAULT)."""
_BESIDES = ("aside", "nav", "footer", "header", "form")


@dataclass(frozen=True, slots=True)
class _CandidateSizes:
    """Characters of a candidate."""

    all: int
    kept: int
    """In paragraphs that stand on the page."""
    strange: int
    """In lines that no block of the page has."""
    missed: int
    """In paragraphs of the page's middle that it left out."""


def choose_candidate(
    tree: HtmlElement,
    everything: list[Block],
    jsonld_text: str | None,
    description: str | None = None,
    host: str = "",
) -> list[Block]:
    """Return the blocks taken for the article; `jsonld_text` is the text that the page's JSON-LD carries.

    A finding of the fast way that is long and leaves out little is as the usual one would be (`_is_sure`), at
    two thirds of its cost. Else the usual way is gone, and stands unless one of these holds:

    - most of its text is nowhere on the page as shown, or it has hardly a word of the page's own
      description: then `fast`, where that has it;
    - it left out many of the page's paragraphs, or found nothing: then `recall`, where that takes them;
    - paragraphs in containers like those of the kept ones were left out: then these are put back;
    - a container that is named a footer holds ten times as much as it found: then its name is passed over;
    - it has under 60 % of JSON-LD's text: then the blocks that stand there.

    Boxes and bare lines between the paragraphs of what is chosen come back last: they are no evidence. Labels
    over boxes of links of which none came go, so do links above the headline and a last line of them below a
    rule.
    """
    chosen = _choose(tree, everything, jsonld_text, description)
    lost = find_lost_boxes(chosen, everything)
    whole = insert_recovered(placed(chosen, lost), everything) if lost else chosen
    whole = placed(whole, find_short_lines(whole, everything, host))
    whole = placed(whole, find_closing_lists(whole, everything, host)) if whole and host else whole
    whole = drop_lines_above(drop_menu_links(whole, everything), everything)
    whole = drop_scraps_below(drop_form_boxes(whole), everything)
    return drop_last_heading(drop_closing_links(drop_lone_labels(whole, everything)), everything)


def _choose(
    tree: HtmlElement, everything: list[Block], jsonld_text: str | None, description: str | None
) -> list[Block]:
    usual = fast = extract_blocks(tree, everything, "fast")
    sizes = _measure(fast, everything)
    if not _is_sure(sizes, fast, everything):
        usual, first = extract_blocks(tree, everything, "usual"), sizes
        if not usual:
            return extract_blocks(tree, everything, "recall")
        sizes = _measure(usual, everything)
        if _is_doubtful(sizes, usual, first, fast, description):
            return fast
    if jsonld_text and len(jsonld_text) >= MIN_JSONLD_CHARS and sizes.all < len(jsonld_text) * CUT_SHARE:
        within = _find_jsonld_blocks(jsonld_text, everything)
        if _count_chars(within) > max(sizes.all, len(jsonld_text) * _MIN_FOUND_SHARE):
            return insert_recovered(within, everything)
    if sizes.missed > max(sizes.kept * _MAX_MISSED_SHARE, _MIN_MISSED_CHARS):
        return _add_missed(tree, everything, usual, sizes)
    return usual


def _add_missed(
    tree: HtmlElement, everything: list[Block], usual: list[Block], sizes: _CandidateSizes
) -> list[Block]:
    """Return what takes the paragraphs that the usual way left out, as far as something does."""
    if sizes.missed > max(sizes.all * _MISNAMED_FACTOR, _MIN_MISNAMED_CHARS):
        whole = _extract_without_footer_name(tree, everything, usual)
        if _count_chars(whole) > sizes.missed * _MIN_FOUND_SHARE:
            return whole
    recall = extract_blocks(tree, everything, "recall")
    more = _measure(recall, everything)
    if (
        more.kept > sizes.kept
        and (more.all > sizes.all * _MIN_GAIN_FACTOR or more.kept > sizes.kept * _MIN_GAIN_FACTOR)
        and more.missed < more.kept * _MAX_REMAINING_SHARE
        and more.strange * 2 < more.all
    ):
        return recall
    return insert_continued(usual, everything)


def _is_sure(sizes: _CandidateSizes, found: list[Block], everything: list[Block]) -> bool:
    """Return whether a second opinion could hardly change the fast way's finding.

    It replaces the first only where that is short, unclean, or less than half as long (trafilatura 2.3.1,
    `external.compare_extraction`): not where all that was left out, links aside, is no longer than what was
    found. Of 980 pages 860 are sure, and 10 of those would be changed.
    """
    taken = {block.index for block in found}
    left = _count_chars([block for block in everything if block.index not in taken and block.linked < LINKED])
    return (
        sizes.all >= max(_MIN_SURE_CHARS, left)
        and sizes.missed * 2 <= sizes.all
        and sizes.strange * 2 <= sizes.all
    )


def _is_doubtful(
    sizes: _CandidateSizes,
    usual: list[Block],
    first: _CandidateSizes,
    fast: list[Block],
    description: str | None,
) -> bool:
    """Return whether the usual way's finding is doubtful where the fast way's is not."""
    if first.all <= _MIN_DOUBTED_CHARS:
        return False
    strange = sizes.strange * 2 > sizes.all
    return strange or (
        _measure_shared_words(description, usual) < MIN_SUMMARY_SHARE
        and _measure_shared_words(description, fast) > _MANY_WORDS_SHARE
    )


def _measure_shared_words(description: str | None, blocks: Sequence[Block]) -> float:
    """Measure which share of a description's longer words a text has; 1 where it has too few to compare."""
    words = {word.strip(".,;:!?\"'()“”„«»").casefold() for word in (description or "").split()}
    words = {word for word in words if len(word) > 3}  # noqa: PLR2004
    if len(words) < MIN_REFERENCE_WORDS:
        return 1.0
    return share_of(words, " ".join(block.text for block in blocks))


def extract_blocks(tree: HtmlElement, everything: list[Block], mode: ExtractionMode) -> list[Block]:
    """Return the blocks that one way of extraction finds, without looking at evidence."""
    body = extract_body(tree, mode, compare=are_comparable(everything))
    blocks = align_lines(read_body_lines(body), everything) if body is not None else []
    return insert_recovered(blocks, everything)


def are_comparable(blocks: Sequence[Block]) -> bool:
    """Return whether the algorithms are compared at a cost in proportion to the page."""
    if len(blocks) <= _MOST_UNSURE:
        return True
    if len(blocks) > _MOST_COMPARED:
        return False
    runs = groupby(blocks, lambda block: not block.linked and len(block.text) <= _MAX_UNSURE_CHARS)
    return max((sum(1 for _ in run) for unsure, run in runs if unsure), default=0) <= _MOST_UNSURE


def _count_chars(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _extract_without_footer_name(
    tree: HtmlElement, everything: list[Block], usual: list[Block]
) -> list[Block]:
    """Extract again without the name of the `div` called a footer that holds most of what was left out.

    Themes call the part below a page's first screen so; the extractor takes the word for the page's foot.
    """
    held: Counter[ElementFrame] = Counter()
    for block in _find_left_out(usual, everything):
        assert block.frame is not None
        for frame in block.frame.up():
            if frame.tag == "div" and "footer" in frame.words:
                held[frame] += len(block.text)
    if not held:
        return []
    element = held.most_common(1)[0][0].element
    names = {name: element.attrib.pop(name) for name in ("class", "id") if name in element.attrib}
    try:
        return extract_blocks(tree, everything, "usual")
    finally:
        element.attrib.update(names)


def _measure(blocks: list[Block], everything: list[Block]) -> _CandidateSizes:
    return _CandidateSizes(
        all=_count_chars(blocks),
        kept=_count_chars([block for block in blocks if block.index >= 0 and is_paragraph(block)]),
        strange=_count_chars([block for block in blocks if block.index < 0]),
        missed=_count_chars(_find_left_out(blocks, everything)),
    )


def _find_left_out(blocks: list[Block], everything: list[Block]) -> list[Block]:
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


def _find_jsonld_blocks(jsonld_text: str, everything: list[Block]) -> list[Block]:
    """Find the page's blocks that JSON-LD's text spells, each place of it once."""
    key = drop_white_space(jsonld_text)
    shown = [block for block in everything if len(block.key) >= IDENTIFYING_CHARS and block.frame is not None]
    places = _openings(key, {block.key[:IDENTIFYING_CHARS] for block in shown})
    found: list[Block] = []
    place = 0
    for block in shown:
        begins = places.get(block.key[:IDENTIFYING_CHARS], ())
        first = bisect_left(begins, place)
        nearest = begins[first : first + _MOST_PLACES]
        at = next((begin for begin in nearest if key.startswith(block.key, begin)), None)
        if at is not None:
            found.append(block)
            place = at + len(block.key)
    return found


def _openings(key: str, wanted: set[str]) -> dict[str, list[int]]:
    """Find where any of these texts of 25 characters stands."""
    places: dict[str, list[int]] = {}
    for at in range(len(key) - IDENTIFYING_CHARS + 1):
        if (opening := key[at : at + IDENTIFYING_CHARS]) in wanted:
            places.setdefault(opening, []).append(at)
    return places
