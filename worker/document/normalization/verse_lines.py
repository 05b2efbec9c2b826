"""Parts the lines of verse and addresses that are elements of their own, as `br` parts others.

They are spans shown as blocks, children named lines, or all children of what is named verse or a stanza.
"""

import re
from functools import lru_cache

from lxml.html import HtmlElement

from worker.document.attribute_inventory import list_values
from worker.document.block_tests import LONG
from worker.document.tag_sets import BLOCK_TAGS

_MIN_VERSE_LINES = 2
"""Lines from which elements are verse: one alone is a paragraph."""
_SHOWN_AS_LINE = re.compile(r"display\s*:\s*block\s*;?", re.IGNORECASE)
_VERSE_NAME = re.compile(
    r"(?:^|[\s_-])(?:poems?|poetry|verses?|stanzas?|strophes?|haikus?|tanka|lyrics|gedichte?|po[eè]mes?|poesias?)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_LINE_NAME = re.compile(r"(?:^|[\s_-])(?:line|verse-?line|verseline|vers|l)(?:$|\s)", re.IGNORECASE)


def keep_verse_lines(tree: HtmlElement) -> None:
    """Part lines by `br` that are elements of their own: spans shown as blocks, children named lines."""
    names = "\n".join(list_values(tree, "class"))
    styled = any(map(_SHOWN_AS_LINE.search, list_values(tree, "style")))
    if not (styled or _VERSE_NAME.search(names) or _LINE_NAME.search(names)):
        return
    shown: list[HtmlElement] = []
    named: list[HtmlElement] = []
    for element in tree.iter("span", "div"):
        names, style = element.get("class"), element.get("style")
        if style and element.tag == "span" and _SHOWN_AS_LINE.search(style):
            shown.append(element)
        elif names and _is_line_name(names) and element.getprevious() is None:
            named.append(element)
        elif names and _is_verse_name(names) and len(element) and element[0].tag in ("div", "span", "p"):
            named.append(element[0])
    for span in shown:
        if _is_within_paragraph(span):
            _set_on_line(span)
    for first in named:
        _join_lines(first)


def _join_lines(first: HtmlElement) -> None:
    """Make a paragraph of an element whose children are lines of verse; `first` is the first of them."""
    around = first.getparent()
    if around is None or len(around) < _MIN_VERSE_LINES:
        return
    lines = list(around)
    if around.tag == "pre" or next(around.iterancestors("pre"), None) is not None:
        return
    if _are_lines(around, lines):
        for line in lines[:-1]:
            _end_line(line)
        for line in lines:
            line.tag = "span"
        around.tag = "p" if around.tag == "div" else around.tag


@lru_cache(maxsize=4096)
def _is_verse_name(names: str) -> bool:
    return _VERSE_NAME.search(names) is not None


@lru_cache(maxsize=4096)
def _is_line_name(names: str) -> bool:
    return _LINE_NAME.search(names) is not None


def _is_within_paragraph(span: HtmlElement) -> bool:
    around = span.getparent()
    return around is not None and around.tag in ("p", "li", "blockquote", "dd")


def _set_on_line(span: HtmlElement) -> None:
    """Let a line break stand before and after what was shown as a block."""
    before, around = span.getprevious(), span.getparent()
    text = (around.text if before is None else before.tail) or ""
    span.set("style", _SHOWN_AS_LINE.sub("", span.get("style") or ""))
    if text.strip() or (before is not None and before.tag != "br"):
        span.addprevious(span.makeelement("br"))
    if (span.tail or "").strip():
        _end_line(span)


def _end_line(line: HtmlElement) -> None:
    mark = line.makeelement("br")
    mark.tail, line.tail = line.tail, None
    line.addnext(mark)


def _are_lines(around: HtmlElement, lines: list[HtmlElement]) -> bool:
    """Return whether all children are alike, named lines, and hold words alone."""
    names = lines[0].get("class")
    if (around.text or "").strip():
        return False
    return all(
        line.get("class") == names
        and line.tag == lines[0].tag
        and not (line.tail or "").strip()
        and next(line.iterdescendants(*BLOCK_TAGS, "br", "a"), None) is None
        and len("".join(line.itertext())) <= LONG
        for line in lines
    )
