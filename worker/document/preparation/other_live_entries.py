"""Drops a live blog's other entries from the page of one, which the fragment of the address names.

An entry is an element with a time of its own and words of a paragraph; its like are siblings of the same tag
and class.
"""

from itertools import chain, islice
from urllib.parse import unquote, urldefrag

from lxml.html import HtmlElement

from worker.document.block_tests import is_long_text
from worker.document.preparation.neighboring_posts import POST_TAGS, list_like

_LEAST_ENTRIES = 2
"""Dated siblings of an entry from which they are a live blog's."""


def drop_other_entries(tree: HtmlElement, address: str) -> None:
    """Take out a live blog's entries beside the one that the fragment of an address names; in place."""
    fragment = unquote(urldefrag(address)[1])
    if not fragment:
        return
    named = next(
        (each for each in tree.iter(*POST_TAGS, "a") if fragment in (each.get("id"), each.get("name"))), None
    )
    if named is None:
        return
    for around in islice(chain((named,), named.iterancestors()), 3):
        if around.tag not in POST_TAGS or not _is_entry(around):
            continue
        others = [each for each in list_like(around) if _is_entry(each)]
        if len(others) >= _LEAST_ENTRIES:
            for other in others:
                other.drop_tree()
            return


def _is_entry(element: HtmlElement) -> bool:
    """Return whether an element has a time of its own and words of a paragraph."""
    if next(element.iter("time"), None) is None:
        return False
    text = " ".join("".join(islice(element.itertext(), 60)).split())
    return is_long_text(text)
