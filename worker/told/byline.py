"""The lines printed round the headline, where bylines and dates stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from worker.blocks import plain
from worker.clean.story import comparable
from worker.told.head import Head

_SEEN = 120
_UP = 6
_LONGEST = 160
_LONGEST_NAMES = 1000
_SKIPPED = frozenset(
    ("script", "style", "noscript", "svg", "figure", "nav", "footer", "aside", "form", "button", "template")
)
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
class Printed:
    """A short line near the headline: its text, its element, what its markup calls it."""

    text: str
    element: HtmlElement
    names_author: bool
    names_date: bool


def near_headline(head: Head, title: str | None) -> tuple[Printed, ...]:
    """List the short lines that follow the headline on the page, then those of the block that holds it.

    At most 120 elements are looked at; an outer element comes before those in it.
    """
    heading = _headline(head, title)
    if heading is None:
        return ()
    before = (element for element in heading.itersiblings(preceding=True) if isinstance(element.tag, str))
    elements = [*_after(heading), *before]
    return tuple(line for element in elements if (line := _line(element)))


def marked_author(element: HtmlElement) -> bool:
    """Tell whether rel, itemprop, class or test id call an element the author's."""
    return _marks_author(element, _names(element))


def _marks_author(element: HtmlElement, names: str) -> bool:
    if element.get("rel") == "author" or (element.get("itemprop") or "").lower() == "author":
        return True
    if element.tag == "a" and _AUTHORS_PAGE.search(element.get("href") or ""):
        return True
    return _call_author(names)


@lru_cache(maxsize=2048)
def _call_author(names: str) -> bool:
    words = _CAMEL.sub(" ", names)
    return _AUTHOR.search(words) is not None and not _NO_AUTHOR.search(words)


@lru_cache(maxsize=2048)
def _call_date(names: str) -> bool:
    return _DATED.search(names) is not None


def _headline(head: Head, title: str | None) -> HtmlElement | None:
    key = comparable(title or "")
    for heading in head.headings:
        printed = comparable(heading.text_content())
        if printed and (printed.endswith(key) or key.endswith(printed)):
            return heading
    return head.headings[0] if len(head.headings) == 1 else _other_heading(head, key)


def _other_heading(head: Head, key: str) -> HtmlElement | None:
    """Find the headline among lesser headings, where themes keep `h1` for the site's name."""
    if not key:
        return None
    return next(
        (element for element in head.tree.iter("h2", "h3") if key in comparable(element.text_content())),
        None,
    )


def _after(heading: HtmlElement) -> Iterator[HtmlElement]:
    seen = 0
    node = heading
    for _ in range(_UP):
        for sibling in node.itersiblings():
            if not isinstance(sibling.tag, str) or sibling.tag in _SKIPPED:
                continue
            for element in sibling.iter():
                if isinstance(element.tag, str) and element.tag not in _SKIPPED:
                    seen += 1
                    yield element
                if seen >= _SEEN:
                    return
        node = node.getparent()
        if node is None or node.tag in ("body", "html"):
            return


def _line(element: HtmlElement) -> Printed | None:
    text = _text(element)
    if not text:
        return None
    names = _names(element)
    return Printed(
        text=text,
        element=element,
        names_author=_marks_author(element, names),
        names_date=element.tag == "time" or _call_date(names),
    )


def _text(element: HtmlElement) -> str:
    """Give an element's text, its parts apart by spaces; empty when it is long."""
    parts, size = [], 0
    for part in element.itertext(with_tail=False):
        size += len(part.strip())
        if size > _LONGEST:
            return ""
        parts.append(part)
    return plain(" ".join(parts)) if size > 2 else ""  # noqa: PLR2004


def _names(element: HtmlElement) -> str:
    return " ".join(
        (element.get(name) or "")[:_LONGEST_NAMES]
        for name in ("class", "id", "itemprop", "data-testid", "data-qa")
    )
