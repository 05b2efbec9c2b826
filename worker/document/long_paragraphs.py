"""Finds the paragraphs of a page's tree that are long enough to be an article's text.

Blocks do not exist yet where a page is prepared; their like stands in `block_tests.py`.
"""

from collections.abc import Set as AbstractSet
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import is_long_text
from worker.document.tag_sets import MOST_CHECKED

_BARE_LINES = XPath(
    "descendant::text()[string-length() >= 25 and not(ancestor::a or parent::script or parent::style)]"
)


def list_long_paragraphs(tree: HtmlElement, passed: AbstractSet[HtmlElement] = frozenset()) -> list[str]:
    """List the long paragraphs outside the passed elements, or the long bare lines where there are none."""
    found = []
    for element in tree.iter("p"):
        if not any(around in passed for around in element.iterancestors()):
            text = " ".join(element.text_content().split())
            if is_long_text(text):
                found.append(text)
    return found or _list_bare_lines(tree, passed)


def _list_bare_lines(tree: HtmlElement, passed: AbstractSet[HtmlElement]) -> list[str]:
    """List the long lines of a page whose text stands in no paragraphs."""
    found = []
    for line in islice(_BARE_LINES(tree), MOST_CHECKED):
        holder = line.getparent()
        if line.is_tail and holder is not None:
            holder = holder.getparent()
        if holder is not None and passed.isdisjoint((holder, *holder.iterancestors())):
            text = " ".join(line.split())
            if is_long_text(text):
                found.append(text)
    return found
