"""Drops tables of contents: lists of links to the parts of the page itself, and their labels."""

import re
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames
from worker.document.block_tests import LABEL_CHARS
from worker.document.tag_sets import MOST_CHECKED, MOST_NAME_CHARS

_CONTENTS = re.compile(
    r"(?:^|[\s_-])(?:(?:ez-|lw)?toc|table-?of-?contents?|table-?contents?|inhaltsverzeichnis|jump-?links?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WORDS = ("toc", "table", "inhaltsverzeichnis", "jump")
"""Parts of all names searched for."""
_BOXES = ("div", "nav", "aside", "section", "ul", "ol", "details")


def drop_contents_lists(named: PageNames) -> None:
    """Take out what is named a table of contents and has links within the page, or its label, alone."""
    names = frozenset(filter(_is_named, named.find_names(_WORDS)))
    for element in named.find_elements(names, _BOXES):
        if element.getparent() is not None and _leads_within(element):
            element.drop_tree()


@lru_cache(maxsize=4096)
def _is_named(names: str) -> bool:
    return _CONTENTS.search(names[:MOST_NAME_CHARS]) is not None


def _leads_within(element: HtmlElement) -> bool:
    """Return whether all links lead to parts of the page, and hardly a word stands beside them."""
    links = list(islice(element.iter("a"), MOST_CHECKED))
    if any("#" not in (link.get("href") or "#") for link in links):
        return False
    if next(element.iter("h1", "table", "blockquote"), None) is not None:
        return False
    linked = sum(len("".join(link.text_content().split())) for link in links)
    return len("".join(element.text_content().split())) - linked <= LABEL_CHARS
