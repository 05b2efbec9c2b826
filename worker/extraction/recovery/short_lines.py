"""Finds the short lines that extractors lose between an article's paragraphs: items, questions, terms.

They read like labels, so their words are no evidence. Their place is: among children of the
element that holds the kept paragraphs, between two kept lines, and led in by a colon or a heading, of a shape
that comes again, in a list, or in an element of which the rest was kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from lxml.html import HtmlElement

from worker.document.block_tests import LINKED, RUNNING_WORDS, is_link, is_sentence, lead_elsewhere
from worker.document.blocks import Block, ElementFrame
from worker.document.tag_sets import MOST_CHECKED
from worker.extraction.recovery.article_elements import find_child, find_homes
from worker.extraction.recovery.lost_paragraphs import is_beside, shows_picture_or_quote
from worker.vocabulary.labels import load_labels

_MOST_LINES = 60
"""Lines of a gap that are checked: a longer one is another part of the page."""
_MAX_LINE_CHARS = 400
"""Characters of the longest line of such a gap; with a longer one the gap is no run of short lines."""
_MIN_LINES = 2
"""Lines from which a run or a repetition is one."""
_MIN_SENTENCE_WORDS = 5
"""Words from which an item that is partly links is a sentence."""
_LISTS = frozenset(("ul", "ol", "dl", "menu", "details", "address", "table"))
_CONTROLS = ("form", "button", "input", "select", "textarea", "nav")
_COLONS = (":", "：")  # noqa: RUF001
_UNASKING = ("checkbox", "hidden")
"""Types of inputs that ask for nothing: a list of ingredients has boxes to tick."""
_MAX_WRAPPERS = 3
"""Elements round a list that hold it alone, and may be taken with it."""


def find_short_lines(blocks: Sequence[Block], everything: Sequence[Block], host: str = "") -> list[Block]:
    """Find the page's short lines that belong between the kept ones, in the page's order.

    A list of links comes back where a line with a colon leads it in and all of them lead to other hosts than
    the page's.
    """
    homes = find_homes(blocks)
    if not homes:
        return []
    kept = {block.index: block for block in blocks if block.index >= 0}
    children = {
        child.number for block in kept.values() if (child := find_child(block.frame, homes)) is not None
    }
    gaps: list[list[tuple[ElementFrame, list[Block]]]] = []
    lost: list[Block] = []
    for gap in _list_gaps(kept, everything):
        if parts := _list_parts(gap, homes, children):
            gaps.append(parts)
        elif host and _is_list_of_sources(gap, everything[gap[0].index - 1], homes, host):
            lost.extend(gap)
    repeated = _find_repeated(gaps)
    said = {block.key for block in blocks}
    for parts in gaps:
        led = _leads_in(everything[parts[0][1][0].index - 1], homes)
        count = sum(len(lines) for _, lines in parts)
        for child, lines in parts:
            if any(block.key in said for block in lines):
                led = False
                continue
            heads = lines[0].level > 1 and not parts[-1][1][-1].level
            by_place = _is_list(child.element) or child.number in children
            if by_place or heads or (led and count >= _MIN_LINES) or _sign(child) in repeated:
                lost.extend(lines)
                led = led or heads
    return sorted(lost, key=lambda block: block.index)


def _list_gaps(kept: dict[int, Block], everything: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """List the runs of lost blocks between two kept ones."""
    places = sorted(kept)
    for begin, end in pairwise(places):
        if 1 < end - begin <= _MOST_LINES + 1:
            yield everything[begin + 1 : end]


def _list_parts(
    gap: Sequence[Block], homes: set[int], children: set[int]
) -> list[tuple[ElementFrame, list[Block]]]:
    """Part a gap by the children of the paragraphs' element; nothing where one of them is of the page.

    `children` are those of which something was kept.
    """
    parts: list[tuple[ElementFrame, list[Block]]] = []
    for block in gap:
        if block.linked and block.hrefs and all(href.startswith("#") for href in block.hrefs):
            continue  # "Jump to recipe"
        child = find_child(block.frame, homes)
        if (
            child is None
            or len(block.text) > _MAX_LINE_CHARS
            or (block.linked and not _is_linked_text(block))
        ):
            return []
        if parts and parts[-1][0] is child:
            parts[-1][1].append(block)
        else:
            parts.append((child, [block]))
    plain = all(_is_plain(child, lines, opens=child.number in children) for child, lines in parts)
    return parts if plain else []


def _is_linked_text(block: Block) -> bool:
    """Return whether an item with links is a sentence of which less than half is links, or a long one."""
    return block.kind == "item" and is_sentence(
        block, _MIN_SENTENCE_WORDS if block.linked < LINKED else RUNNING_WORDS
    )


def _is_plain(child: ElementFrame, lines: Sequence[Block], *, opens: bool) -> bool:
    """Return whether a child of the article's element has words alone, and no name of a part of the page.

    Where it `opens` (what stands under its heading was kept) a button without words is no control.
    """
    if any(is_beside(block, child) for block in lines):
        return False
    if shows_picture_or_quote(lines, child):
        return False
    opens = opens and lines[0].level > 1
    return all(
        _asks_nothing(control, opens=opens)
        for control in islice(child.element.iter(*_CONTROLS), MOST_CHECKED)
    )


def _asks_nothing(control: HtmlElement, *, opens: bool) -> bool:
    """Return whether a control is a box to tick, or a button without words that opens what is kept."""
    if control.tag == "button":
        return opens and not "".join(control.itertext()).strip()
    return control.tag == "input" and (control.get("type") or "").lower() in _UNASKING


def _find_repeated(gaps: Iterable[list[tuple[ElementFrame, list[Block]]]]) -> set[tuple[str, str]]:
    """Find the tags and classes that several lost children share, whose words differ."""
    said: dict[tuple[str, str], list[str]] = {}
    for parts in gaps:
        for child, lines in parts:
            if child.words.strip():
                said.setdefault(_sign(child), []).append("".join(block.key for block in lines))
    return {
        sign for sign, texts in said.items() if len(texts) >= _MIN_LINES and len(set(texts)) == len(texts)
    }


def _is_list_of_sources(gap: Sequence[Block], before: Block, homes: set[int], host: str) -> bool:
    """Return whether a gap is one list whose links lead to other hosts, and a colon leads it in."""
    lists = {child for block in gap if (child := find_child(block.frame, homes)) is not None}
    if len(lists) != 1 or len(gap) < _MIN_LINES or not before.text.endswith(_COLONS):
        return False
    child = lists.pop()
    if child.tag not in ("ul", "ol") or any(is_beside(block, child) for block in gap):
        return False
    return _leads_in(before, homes) and lead_elsewhere(gap, host)


def _is_list(element: HtmlElement) -> bool:
    """Return whether an element is a list, or has nothing in it but one."""
    for _ in range(_MAX_WRAPPERS):
        if element.tag in _LISTS:
            return True
        inner = list(islice(element, 2))  # len() counts all
        if len(inner) != 1 or (element.text or "").strip() or not isinstance(inner[0].tag, str):
            return False
        element = inner[0]
    return element.tag in _LISTS


def _sign(child: ElementFrame) -> tuple[str, str]:
    return child.tag, child.element.get("class") or ""


def _leads_in(before: Block, homes: set[int]) -> bool:
    """Return whether a kept line leads in what follows: a heading, or a line that ends with a colon."""
    if find_child(before.frame, homes) is None or is_link(before):
        return False
    if before.level > 1:
        return True
    return before.text.endswith(_COLONS) and not load_labels().is_label("related_end", before.text)
