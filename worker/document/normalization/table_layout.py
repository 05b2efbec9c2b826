"""Finds tables that only lay out a page, and keeps a cell's lists and lines within it."""

import re
from itertools import islice

from lxml import etree
from lxml.etree import strip_tags
from lxml.html import HtmlElement

from worker.document.block_tests import is_as_long
from worker.document.blocks import MIN_PAGE_PARAGRAPHS
from worker.document.tag_sets import BLOCK_TAGS, HEADING_TAGS

_PARTS = ("thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col")
_CELLS = ("td", "th")
_LONG_CHARS = 280
"""Characters of a cell that are no datum: two paragraphs."""
_MIN_PAGE_SHARE = 0.6
"""Share of a table's words in one cell from which that is the page, and the others lie round it."""
_MIN_PAGE_BREAKS = 4
"""Breaks and boxes of such a cell from which its text is more than a remark."""
_IN_CELLS = tuple(sorted((BLOCK_TAGS | {"br"}) - {"pre", "table", "hr", "html", "body", *_PARTS}))
_BLOCKS_IN_CELLS = frozenset(_IN_CELLS) - {"br"}
_CLOSED = (".", "!", "?", ":", ";", ",", "。", "！", "？", "、", "，", "；")  # noqa: RUF001
_BEFORE_MARK = re.compile(r"\s+;(?=\s)")
_MOST_CELLS = 5_000
"""Cells of a table that are checked: a table of results has no lists in them."""


def order_tables(tree: HtmlElement) -> None:
    """Make `div` of the parts of tables that lay out a page; make one line of each cell of the others."""
    for table in list(tree.iter("table")):
        parts = _list_own_parts(table)
        cells = [part for part in parts if part.tag in _CELLS]
        if _lays_out_page(table, parts, cells):
            for part in (table, *parts):
                part.tag = "div"
                for name in ("align", "valign", "width", "height"):
                    part.attrib.pop(name, None)
            continue
        for cell in cells[:_MOST_CELLS]:
            if len(cell) and next(cell.iterdescendants("pre", "table"), None) is None:
                _write_one_line(cell)


def _list_own_parts(table: HtmlElement) -> list[HtmlElement]:
    """List a table's parts down to its cells, without those of tables in them."""
    parts: list[HtmlElement] = []
    for child in table:
        if child.tag not in _PARTS:
            continue
        parts.append(child)
        for inner in child if child.tag not in _CELLS else ():
            if inner.tag in _PARTS:
                parts.append(inner)
                parts.extend(cell for cell in inner if cell.tag in _CELLS and inner.tag not in _CELLS)
    return parts


def _lays_out_page(table: HtmlElement, parts: list[HtmlElement], cells: list[HtmlElement]) -> bool:
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    if any(part.tag in ("th", "caption", "thead") for part in parts) or not cells:
        return False
    if next(table.iterdescendants("table"), None) is not None:
        return True
    rows = [part for part in parts if part.tag == "tr"]
    if len(rows) <= 1 or len(cells) <= len(rows):
        least = _LONG_CHARS if len(rows) <= 1 else _LONG_CHARS // 2
        return any(_is_long(cell, least) for cell in cells[:_MOST_CELLS])
    if len(cells) > _MOST_CELLS:
        return False
    return any(_holds_page(cell) for cell in cells) or _has_page_among(cells)


def _has_page_among(cells: list[HtmlElement]) -> bool:
    """Return whether one cell holds most of a table's words, in lines that breaks or boxes part."""
    sizes = [len("".join(cell.itertext())) for cell in cells]
    size = max(sizes)
    cell = cells[sizes.index(size)]
    if size < sum(sizes) * _MIN_PAGE_SHARE or not _is_long(cell, _LONG_CHARS * 2):
        return False
    breaks = sum(1 for _ in islice(cell.iter("br", "div", "p", "h1"), _MIN_PAGE_BREAKS))
    return breaks == _MIN_PAGE_BREAKS


def _is_long(cell: HtmlElement, least: int) -> bool:
    return is_as_long("".join(cell.itertext()).strip(), least)


def _holds_page(cell: HtmlElement) -> bool:
    if len(cell) < MIN_PAGE_PARAGRAPHS:
        return len(cell) > 0 and any(
            _holds_page(child) for child in cell if child.tag in ("div", "center", "font")
        )
    return (
        sum(1 for _ in islice(cell.iter("p"), MIN_PAGE_PARAGRAPHS)) == MIN_PAGE_PARAGRAPHS
        and _is_long(cell, _LONG_CHARS)
    ) or (next(cell.iter(*HEADING_TAGS), None) is not None and next(cell.iter("p"), None) is not None)


def _write_one_line(cell: HtmlElement) -> None:
    """Write what stands in a cell in one line: items and paragraphs set off by "; ", breaks by a space."""
    if next(cell.iterdescendants(*_IN_CELLS), None) is None:
        return
    last = (cell.text or "").rstrip()[-1:]
    for event, part in etree.iterwalk(cell, events=("start", "end")):
        if part is cell:
            continue
        if event == "start":
            if last and part.tag in _BLOCKS_IN_CELLS and _has_text(part):
                part.text = _choose_mark(last) + (part.text or "").lstrip()
                last = " "
            last = (part.text or "").rstrip()[-1:] or last
        elif tail := part.tail or "":
            if part.tag in _IN_CELLS and not tail.isspace():
                part.tail = (" " if part.tag == "br" else _choose_mark(last)) + tail.lstrip()
            last = tail.rstrip()[-1:] or last
    strip_tags(cell, *_IN_CELLS)
    _close_up_marks(cell)


def _close_up_marks(cell: HtmlElement) -> None:
    """Take the white space out before the marks that were set."""
    for part in cell.iter():
        if part.text:
            part.text = _BEFORE_MARK.sub(";", part.text)
        if part.tail and part is not cell:
            part.tail = _BEFORE_MARK.sub(";", part.tail)


def _has_text(element: HtmlElement) -> bool:
    return next((True for text in element.itertext() if not text.isspace()), False)


def _choose_mark(last: str) -> str:
    return " " if last.isspace() or last in _CLOSED else "; "
