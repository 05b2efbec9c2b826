"""Lists the lines printed round the headline, where bylines and dates stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from worker.document.block_tests import fold_text
from worker.document.blocks import normalize_line
from worker.document.tag_sets import MOST_NAME_CHARS, NEAR_LEVELS
from worker.metadata.element_ownership import is_running_text
from worker.metadata.page_declarations import PageHead

_MAX_ELEMENTS = 120
"""Elements behind the headline that are read: bylines stand near it, and the cost has a bound."""
_MAX_LINE_CHARS = 160
"""Characters of the longest byline; a longer line is a paragraph."""
_SKIPPED = frozenset(
    ("script", "style", "noscript", "svg", "figure", "nav", "footer", "aside", "form", "button", "template")
)
_TEXT_TAGS = frozenset(("p", "div", "section", "article", "main", "td", "blockquote"))
"""Elements that may hold a paragraph themselves."""
_AUTHOR = re.compile(
    r"\bauthors?\b|byline|author[-_]?(?:s|name|link|list|info)|\bauthored\b|verfasser|\bautor(?:es|en|in)?\b|\bsignature\b",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"comment|bio\b|avatar|image|photo|social|contact|desc|related|teaser|card", re.IGNORECASE
)
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en|in)?|auteurs?|autore|by|byline|contributors?)/[^/]{3}", re.IGNORECASE
)
_DATED = re.compile(r"date|datum|fecha|publi|posted|timestamp|\btime\b|created|lineinfo|meta", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class VisibleLine:
    """A short line near the headline: its text, its element, what its markup calls it."""

    text: str
    element: HtmlElement
    names_author: bool
    names_date: bool
    paragraphs_above: int = 0
    """Paragraphs of running text between the headline and the line; one may be the standfirst."""


def find_lines_near_headline(head: PageHead, title: str | None) -> tuple[VisibleLine, ...]:
    """List the short lines that follow the headline on the page, then those of the block that holds it.

    At most 120 elements are looked at; an outer element comes before those in it.
    """
    heading = _find_headline(head, title)
    if heading is None:
        return ()
    before = (element for element in heading.itersiblings(preceding=True) if isinstance(element.tag, str))
    lines: list[VisibleLine] = []
    paragraphs = 0
    for element in _find_after(heading):
        if line := _read_line(element, paragraphs):
            lines.append(line)
        paragraphs += element.tag in _TEXT_TAGS and is_running_text(element)
    return (*lines, *(line for element in before if (line := _read_line(element))))


def is_marked_author(element: HtmlElement) -> bool:
    """Return whether rel, itemprop, class or test id call an element the author's."""
    return _names_mark_author(element, _read_names(element))


def _names_mark_author(element: HtmlElement, names: str) -> bool:
    if element.get("rel") == "author" or (element.get("itemprop") or "").lower() == "author":
        return True
    if element.tag == "a" and _AUTHORS_PAGE.search(element.get("href") or ""):
        return True
    return _names_call_author(names)


@lru_cache(maxsize=2048)
def _names_call_author(names: str) -> bool:
    words = _CAMEL.sub(" ", names)
    return _AUTHOR.search(words) is not None and not _NO_AUTHOR.search(words)


@lru_cache(maxsize=2048)
def _names_call_date(names: str) -> bool:
    return _DATED.search(names) is not None


def _find_headline(head: PageHead, title: str | None) -> HtmlElement | None:
    key = fold_text(title or "")
    for heading in head.headings:
        printed = fold_text(heading.text_content())
        if printed and (printed.endswith(key) or key.endswith(printed)):
            return heading
    return head.headings[0] if len(head.headings) == 1 else _find_lesser_heading(head, key)


def _find_lesser_heading(head: PageHead, key: str) -> HtmlElement | None:
    """Find the headline among lesser headings, where themes keep `h1` for the site's name."""
    if not key:
        return None
    return next(
        (element for element in head.tree.iter("h2", "h3") if key in fold_text(element.text_content())),
        None,
    )


def _find_after(heading: HtmlElement) -> Iterator[HtmlElement]:
    seen = 0
    node = heading
    for _ in range(NEAR_LEVELS):
        for sibling in node.itersiblings():
            if not isinstance(sibling.tag, str) or sibling.tag in _SKIPPED:
                continue
            for element in sibling.iter():
                if isinstance(element.tag, str) and element.tag not in _SKIPPED:
                    seen += 1
                    yield element
                if seen >= _MAX_ELEMENTS:
                    return
        node = node.getparent()
        if node is None or node.tag in ("body", "html"):
            return


def _read_line(element: HtmlElement, paragraphs_above: int = 0) -> VisibleLine | None:
    text = _read_text(element)
    if not text:
        return None
    names = _read_names(element)
    return VisibleLine(
        text=text,
        element=element,
        names_author=_names_mark_author(element, names),
        names_date=element.tag == "time" or _names_call_date(names),
        paragraphs_above=paragraphs_above,
    )


def _read_text(element: HtmlElement) -> str:
    """Return an element's text, its parts apart by spaces; empty when it is long."""
    if not len(element):  # most have no parts
        text = element.text or ""
        return normalize_line(text) if 2 < len(text.strip()) <= _MAX_LINE_CHARS else ""  # noqa: PLR2004
    parts, size = [], 0
    for part in element.itertext():
        size += len(part.strip())
        if size > _MAX_LINE_CHARS:
            return ""
        parts.append(part)
    return normalize_line(" ".join(parts)) if size > 2 else ""  # noqa: PLR2004


def _read_names(element: HtmlElement) -> str:
    if not element.attrib:
        return ""
    return " ".join(
        (element.get(name) or "")[:MOST_NAME_CHARS]
        for name in ("class", "id", "itemprop", "data-testid", "data-qa")
    )
