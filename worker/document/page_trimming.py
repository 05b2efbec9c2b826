"""Trims pages to sizes that libxml2 and trafilatura read in linear time; past these it is quadratic."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice

from lxml.etree import strip_elements, strip_tags
from lxml.html import HtmlElement

from worker.document.tag_sets import BLOCK_TAGS

MOST_ELEMENTS = 20_000
"""Elements of a page that are read: four times as many as the largest of 980 news pages has.

A table of four thousand rows fits, and a live blog of two thousand posts.
"""
MOST_INLINE = 1500
"""Inline elements in one block that the extractor is shown: half as many again as the most on any of those.

trafilatura takes such elements out and leaves the texts between them apart; XPath in lxml then walks back
over all of them from each.
"""
MOST_HEADINGS = 500
"""Headings that the extractor is shown as such: it takes the last ones off singly, counting all each time."""
MOST_CELLS = 300
"""Cells of a row that the extractor is shown as one: at each it walks over those before."""
_MOST_PADDED = 3 * MOST_ELEMENTS
"""Cells of all tables once each row is as long as the longest, to which the extractor fills them up."""
_LONGEST_SPAN = 100
"""Cells for which the extractor takes one at most."""
MOST_ATTRIBUTES = 300
"""Attributes of an element: four times the most on any of those. libxml2 compares each with all before it."""
_SHORTEST = 1000
"""Bytes of a tag from which its attributes are counted."""
_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{%d,}>" % _SHORTEST)
_ATTRIBUTE = re.compile(rb"\s[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?")
_INLINE = (
    *("a", "abbr", "acronym", "address", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em"),
    *("font", "i", "img", "input", "ins", "kbd", "label", "mark", "meter", "nobr", "q", "ruby", "samp"),
    *("small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
)
_UNSHOWN = (
    *("audio", "button", "canvas", "embed", "map", "marquee", "math", "noscript", "object", "output"),
    *("picture", "progress", "rp", "rt", "select", "svg", "textarea", "video"),
)
"""Elements within lines that the extractor takes out with all that is in them (trafilatura 2.3.1)."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_EXCESS = "excess"
_UNREAD = ("select", "datalist", "map")
"""Elements of many parts that show no text of an article."""


def trim(tree: HtmlElement) -> bool:
    """Drop what stands behind the first MOST_ELEMENTS elements; return whether anything did."""
    last = _element(tree, MOST_ELEMENTS)
    if last is None:
        return False
    drop_elements(tree, *_UNREAD)
    last = _element(tree, MOST_ELEMENTS)
    if last is None:
        return False
    for element in (last, *last.iterancestors()):
        if element is not tree:
            parent = element.getparent()
            del parent[parent.index(element) + 1 :]
    parent = last.getparent()
    parent.remove(last)
    return True


def _element(tree: HtmlElement, number: int) -> HtmlElement | None:
    """Return the element of this number, None where there are fewer."""
    return next(islice(tree.iter(), number, None), None)


def simplify(tree: HtmlElement) -> None:
    """Make text of inline elements, paragraphs of headings, further rows of cells: those past the most.

    For a tree whose blocks are listed already: they keep what they are.
    """
    for heading in list(islice(tree.iter(*_HEADINGS), MOST_HEADINGS, None)):
        heading.tag = "p"
    _bound_rows(tree)
    _unwrap(tree)
    _separate_texts(tree)


def _bound_rows(tree: HtmlElement) -> None:
    """Bound the cells that rows have, and that cells say to span, where there are many of either."""
    if next(islice(tree.iter("td", "th"), MOST_CELLS, None), None) is None:
        return
    rows = sum(1 for _ in tree.iter("tr"))
    most = min(MOST_CELLS, max(1, _MOST_PADDED // max(1, rows)))
    _drop_spans(tree, most)
    _split_rows(tree, most)


def _drop_spans(tree: HtmlElement, most: int) -> None:
    """Drop the spans of cells past the first, or of all where rows may not be as long as one of them."""
    kept = MOST_CELLS if most >= _LONGEST_SPAN else 0
    spanning = (cell for cell in tree.iter("td", "th") if cell.get("colspan") or cell.get("rowspan"))
    for cell in islice(spanning, kept, None):
        for name in ("colspan", "rowspan"):
            cell.attrib.pop(name, None)


def _split_rows(tree: HtmlElement, most: int) -> None:
    counts: dict[HtmlElement, int] = {}
    rows: dict[HtmlElement, HtmlElement] = {}
    for cell in list(tree.iter("td", "th")):
        home = cell.getparent()
        before = counts.get(home, 0)
        counts[home] = before + 1
        if before < most:
            continue
        if before % most == 0:
            above = rows.get(home, home)
            rows[home] = tree.makeelement("tr")
            if home.tag == "tr":
                above.addnext(rows[home])
            else:
                cell.addprevious(rows[home])
        rows[home].append(cell)


def _unwrap(tree: HtmlElement) -> None:
    if next(islice(tree.iter(*_INLINE), MOST_INLINE, None), None) is None:
        return
    counts: dict[HtmlElement, int] = {}
    homes: dict[HtmlElement, HtmlElement] = {}
    for element in tree.iter(*_INLINE):
        around = element.getparent()
        home = homes[element] = homes.get(around, around)
        counts[home] = counts.get(home, 0) + 1
        if counts[home] > MOST_INLINE:
            element.tag = _EXCESS
    strip_tags(tree, _EXCESS)
    for home, count in counts.items():
        if count > MOST_INLINE:
            _join_texts(home)


def _separate_texts(tree: HtmlElement) -> None:
    """Drop what is unshown from between the texts of a block, and make paragraphs of those between its parts.

    All past the first MOST_INLINE: the extractor takes parts out singly, each time joining the texts around.
    """
    for element in _find_past_most(tree, _UNSHOWN):
        element.tag = _EXCESS
    drop_elements(tree, _EXCESS)
    for part in _find_past_most(tree, BLOCK_TAGS):
        home = part.getparent()
        if home.tag == "p":
            home.tag = "div"
        if part.tail and not part.tail.isspace():
            text = tree.makeelement("p")
            text.text, part.tail = part.tail, None
            part.addnext(text)


def _find_past_most(tree: HtmlElement, tags: Collection[str]) -> list[HtmlElement]:
    """Find the elements past the first MOST_INLINE in blocks that have text behind more of them."""
    if next(islice(tree.iter(*tags), MOST_INLINE, None), None) is None:
        return []
    behind = (each.getparent() for each in tree.iter(*tags) if each.tail and not each.tail.isspace())
    counts = {home: 0 for home, count in Counter(behind).items() if count > MOST_INLINE}
    found: list[HtmlElement] = []
    for element in tree.iter(*tags) if counts else ():
        home = element.getparent()
        if home in counts:
            counts[home] += 1
            if counts[home] > MOST_INLINE:
                found.append(element)
    return found


def drop_elements(tree: HtmlElement, *tags: str) -> None:
    """Drop elements with all that is in them; texts that many in a block held apart become one."""
    counts = Counter(element.getparent() for element in tree.iter(*tags) if element.tail)
    strip_elements(tree, *tags, with_tail=False)
    for home, count in counts.items():
        if count > MOST_INLINE:
            _join_texts(home)


def _join_texts(home: HtmlElement) -> None:
    """Make one text of those that stand side by side."""
    for element in home.iter():
        element.text = element.text
        if element is not home:
            element.tail = element.tail


def with_fewer_attributes(source: bytes) -> bytes:
    """Leave out what a tag has past its first MOST_ATTRIBUTES attributes."""
    parts: list[bytes] = []
    done = 0
    for begin, end in _find_long_parts(source):
        parts += (source[done:begin], _LONG_TAG.sub(_first_attributes, source[begin:end]))
        done = end
    return b"".join((*parts, source[done:])) if parts else source


def _find_long_parts(source: bytes) -> Iterator[tuple[int, int]]:
    """Find where more than _SHORTEST bytes have no ">" but at their end, and a tag begins among them.

    Most pages have few: they are passed by the last ">" of each _SHORTEST bytes, not by every one.
    """
    begin, size = 0, len(source)
    while begin + _SHORTEST < size:
        end = source.rfind(b">", begin, begin + _SHORTEST + 1)
        if end < 0:
            end = source.find(b">", begin + _SHORTEST)
            if end < 0:
                return
            if 0 <= source.rfind(b"<", begin, end) < end - _SHORTEST:
                yield begin, end + 1
        begin = end + 1


def _first_attributes(tag: re.Match[bytes]) -> bytes:
    ends = (found.end() for found in _ATTRIBUTE.finditer(tag[0]))
    last = next(islice(ends, MOST_ATTRIBUTES - 1, None), None)
    return tag[0] if last is None else tag[0][:last] + b">"
