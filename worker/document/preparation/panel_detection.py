"""Detects panels of an article that a click opens (tabs, accordions): hidden, and to be shown."""

from itertools import chain, islice

from lxml.html import HtmlElement

from worker.document.block_tests import LINKED, is_long_text
from worker.document.tag_sets import MOST_CHECKED

MOST_SIBLINGS = 30
"""Siblings on each side in which a paragraph or an open panel is searched for: bounds the cost."""
_UP = 4
"""Steps from a panel to the element that stands beside the article's paragraphs."""


def is_panel_of_text(element: HtmlElement) -> bool:
    """Return whether a hidden element is a panel among an article's paragraphs that a click opens.

    It has the role of one, its like stands open beside it, or a heading or control that opens it stands right
    over it; and it holds words, not links.
    """
    if element.tag not in ("div", "section"):
        return False
    opened = element.get("role") == "tabpanel" or _has_opener(element) or _has_open_sibling(element)
    return opened and is_worded(element) and stands_beside_text(element)


def _has_opener(element: HtmlElement) -> bool:
    """Return whether what stands right over an element opens it."""
    opener = element.getprevious()
    if opener is None or (opener.tail or "").strip():
        return False
    parts = [opener, *islice(opener.iterdescendants(), 8)]
    return any(
        part.get("aria-expanded") is not None or part.get("role") == "button" or part.tag == "button"
        for part in parts
    )


def _has_open_sibling(element: HtmlElement) -> bool:
    """Return whether a sibling of the same tag and class is shown: no style of its own hides it."""
    names = element.get("class")
    if not names:
        return False
    beside = chain(
        islice(element.itersiblings(preceding=True), MOST_SIBLINGS),
        islice(element.itersiblings(), MOST_SIBLINGS),
    )
    return any(
        each.tag == element.tag
        and each.get("class") == names
        and each.get("style") is None
        and each.get("hidden") is None
        and each.get("aria-hidden") != "true"
        for each in beside
    )


def is_worded(element: HtmlElement) -> bool:
    """Return whether an element holds words, and few of them are links."""
    text = "".join(element.itertext()).strip()
    linked = sum(len(link.text_content()) for link in islice(element.iter("a"), MOST_CHECKED))
    return bool(text) and linked <= len(text) * LINKED


def stands_beside_text(element: HtmlElement) -> bool:
    """Return whether an element, or one that it stands in, has a paragraph of the article right beside it."""
    return any(
        each.tag not in ("body", "main", "article") and has_paragraph_beside(each)
        for each in islice(chain((element,), element.iterancestors()), _UP)
    )


def has_paragraph_beside(element: HtmlElement) -> bool:
    """Return whether a long paragraph is a near sibling of an element."""
    before = islice(element.itersiblings(preceding=True), MOST_SIBLINGS)
    after = islice(element.itersiblings(), MOST_SIBLINGS)
    return any(
        each.tag == "p" and is_long_text("".join(islice(each.itertext(), MOST_CHECKED)).strip())
        for each in chain(before, after)
    )
