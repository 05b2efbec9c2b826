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
_MAX_ANCESTORS = 6
"""Elements outward from the headline that may be its post: further out is the page."""
_MOST_HEADINGS = 20
"""Headings of a page that are compared with its title; the own headline is among the first."""
_MOST_SIBLINGS = 200
"""Siblings or paragraphs that are counted: bounds the cost of long pages."""
_MOST_POSTS = 30
"""Neighbouring posts that are checked, for the same bound; an endless page loads fewer."""
_MIN_OWN_CHARS = 150
"""Characters of paragraphs that the own part must have; with fewer it may be a teaser."""
_MIN_OWN_SHARE = 0.3
"""Share of the longest neighbour's paragraphs that the own part must have, for the same reason."""
_LEAST_ENTRIES = 2
"""Dated siblings of an entry from which they are a live blog's."""
_MIN_ENTRY_CHARS = 60
"""Characters from which an element with a time is an entry of a live blog, not a date line."""
_MIN_DENSE_ENTRY_CHARS = 25
"""As `_MIN_ENTRY_CHARS`, in Chinese, Japanese and Korean."""


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
    for around in islice(headings[0].iterancestors(), _MAX_ANCESTORS):
        if around.tag not in _PARTS or not (around.get("class") or around.get("itemtype")):
            continue
        like = _list_like(around)
        others = [each for each in islice(like, _MOST_POSTS) if _is_post(each, own_paths, url)]
        size = _count_paragraphs(around) if others else 0
        if not others:
            continue
        if size >= max(_MIN_OWN_CHARS, _MIN_OWN_SHARE * max(map(_count_paragraphs, others))):
            for other in others:
                other.drop_tree()
        return


def _count_paragraphs(element: HtmlElement) -> int:
    """Count the characters of the longer paragraphs in an element."""
    sizes = (len(paragraph.text_content()) for paragraph in islice(element.iter("p"), _MOST_SIBLINGS))
    return sum(size for size in sizes if size >= _MIN_DENSE_ENTRY_CHARS)


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
    return len(text) >= (_MIN_DENSE_ENTRY_CHARS if is_dense(text) else _MIN_ENTRY_CHARS)
