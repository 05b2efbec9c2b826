"""Brings the nesting of a page to a depth that every reader of the tree can follow."""

import re

from lxml import etree
from lxml.etree import strip_tags
from lxml.html import HtmlElement

from worker.document.tag_sets import BLOCK_TAGS

MOST_DEPTH = 150
"""Elements within each other: readers recurse, and libxml2 by itself ends at 256 (HTML_PARSE_HUGE: 2,048)."""
_MORE_DEPTH = 20
"""Paragraphs, headings and what is in them may stand deeper."""
_EXCESS = "excess"
_KEPT = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "a", "br", "img"))
_WRAPPERS = re.compile(
    rb"</?(?:div|span|section|font|b|i|u|em|strong|small|big|center|blockquote|article|main|a|ul|ol|dl|li|dd|"
    rb"table|tbody|tr|td)"
    rb"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def flatten_deep_nesting(tree: HtmlElement) -> None:
    """Take out wrappers past MOST_DEPTH; the texts that they held apart stay on lines of their own."""
    kept: list[bool] = []
    """Of the open elements, whether they stay."""
    stay = 0
    found = False
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            stay -= kept.pop()
            continue
        stays = stay < MOST_DEPTH or (stay < MOST_DEPTH + _MORE_DEPTH and element.tag in _KEPT)
        kept.append(stays)
        stay += stays
        if not stays:
            found = True
            if element.tag in BLOCK_TAGS:
                element.text = f"\n{element.text or ''}"
                element.tail = f"\n{element.tail or ''}"
            element.tag = _EXCESS
    if found:
        strip_tags(tree, _EXCESS)


def without_wrappers(source: bytes) -> bytes:
    """Write line ends for the tags of wrappers in a page that no parser reads to its end."""
    return _WRAPPERS.sub(b"\n", source)
