"""Drops the neighbours of what a page is asked for: the next posts of an endless page, other live entries.

The own part is found by the headline, or by the fragment of the address; its neighbours are siblings of the
same tag and class that have a headline and an address, or an identifier and a time, of their own.
"""

from itertools import chain, islice
from urllib.parse import unquote, urldefrag

from lxml.html import HtmlElement

from worker.document.block_tests import fold_text, is_dense
from worker.document.blocks import drop_numbered_words
from worker.document.preparation.other_contributions import list_addresses, read_path

_PARTS = ("article", "section", "div", "li")
_UP = 6
_MOST_HEADINGS = 20
_MOST_SIBLINGS = 200
_MOST_POSTS = 30
_LEAST_OWN = 150
_OWN_SHARE = 0.3
"""Characters of its paragraphs, and their share of the longest neighbour's, that the own part has."""
_LEAST_ENTRIES = 2
"""Dated siblings of an entry from which they are a live blog's."""
_ENTRY_CHARS = 60
_ENTRY_CHARS_DENSE = 25


def drop_next_posts(tree: HtmlElement, url: str, canonical: str | None, title: str | None) -> None:
    """Take out the siblings of the part with the page's headline whose headlines lead elsewhere; in place."""
    key = fold_text(title or "")
    if not key:
        return
    headings = [
        heading
        for heading in islice(tree.iter("h1", "h2"), _MOST_HEADINGS)
        if fold_text(heading.text_content()) == key
    ]
    if len(headings) != 1:
        return
    own_paths = {read_path(address) for address in (url, canonical) if address}
    for around in islice(headings[0].iterancestors(), _UP):
        if around.tag not in _PARTS or not (around.get("class") or around.get("itemtype")):
            continue
        like = _list_like(around)
        others = [each for each in islice(like, _MOST_POSTS) if _is_post(each, own_paths, url)]
        size = _count_paragraphs(around) if others else 0
        if not others:
            continue
        if size >= max(_LEAST_OWN, _OWN_SHARE * max(map(_count_paragraphs, others))):
            for other in others:
                other.drop_tree()
        return


def _count_paragraphs(element: HtmlElement) -> int:
    """Count the characters of the longer paragraphs in an element."""
    sizes = (len(paragraph.text_content()) for paragraph in islice(element.iter("p"), _MOST_SIBLINGS))
    return sum(size for size in sizes if size >= _ENTRY_CHARS_DENSE)


def _list_like(element: HtmlElement) -> list[HtmlElement]:
    """List the siblings of an element's tag and class, numbers in the class aside."""
    names = _names(element)
    beside = chain(element.itersiblings(preceding=True), element.itersiblings())
    return [
        each for each in islice(beside, _MOST_SIBLINGS) if each.tag == element.tag and _names(each) == names
    ]


def _names(element: HtmlElement) -> str:
    names = element.get("class")
    return drop_numbered_words(names) if names else ""


def _is_post(element: HtmlElement, own_paths: set[str], url: str) -> bool:
    """Return whether an element has a headline, a paragraph, and an address that is not the page's."""
    if next(element.iter("h1", "h2"), None) is None or next(element.iter("p"), None) is None:
        return False
    paths = list(list_addresses(element, url))
    return bool(paths) and not own_paths.intersection(paths)


def drop_other_entries(tree: HtmlElement, address: str) -> None:
    """Take out a live blog's entries beside the one that the fragment of an address names; in place."""
    fragment = unquote(urldefrag(address)[1])
    if not fragment:
        return
    named = next(
        (each for each in tree.iter(*_PARTS, "a") if fragment in (each.get("id"), each.get("name"))), None
    )
    if named is None:
        return
    for around in islice(chain((named,), named.iterancestors()), 3):
        if around.tag not in _PARTS or not _is_entry(around):
            continue
        others = [each for each in _list_like(around) if _is_entry(each)]
        if len(others) >= _LEAST_ENTRIES:
            for other in others:
                other.drop_tree()
            return


def _is_entry(element: HtmlElement) -> bool:
    """Return whether an element has a time of its own and words of a paragraph."""
    if next(element.iter("time"), None) is None:
        return False
    text = " ".join("".join(islice(element.itertext(), 60)).split())
    return len(text) >= (_ENTRY_CHARS_DENSE if is_dense(text) else _ENTRY_CHARS)
