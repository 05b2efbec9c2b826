"""Drops the posts beside the one that a page is asked for: the next ones of an endless page, and teasers.

The own post is found by its headline or address; the others have a headline or an address of their own, and
lead elsewhere.
"""

from collections.abc import Iterable
from itertools import chain, islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from worker.document.block_tests import fold_text
from worker.document.blocks import drop_numbered_words
from worker.document.long_paragraphs import list_long_paragraphs
from worker.document.tag_sets import HEADING_TAGS, MOST_CHECKED, NEAR_LEVELS

POST_TAGS = ("article", "section", "div", "li")
"""Elements that hold a post, or an entry of a live blog."""
_MOST_HEADINGS = 20
"""Headings of a page that are compared with its title; the own headline is among the first."""
_MOST_POSTS = 30
"""Neighboring posts that are checked, for the same bound; an endless page loads fewer."""
_MIN_OWN_CHARS = 150
"""Characters of paragraphs that the own part must have; with fewer it may be a teaser."""
_MIN_OWN_SHARE = 0.3
"""Share of the longest neighbor's paragraphs that the own part must have, for the same reason."""
_MIN_COUNTED_CHARS = 25
"""Characters from which a paragraph is counted: dates and bylines are shorter."""
_ADDRESSES = (
    "data-url",
    "data-href",
    "data-permalink",
    "data-canonical",
    "data-article-url",
    "itemid",
    "cite",
)
"""Attributes in which an `article` gives its own address."""
_BOX_TAGS = ("div", "section", "ol", "ul", "aside", "details")
"""Elements that may be a box of teasers."""
_LEAST_ARTICLES = 2
"""`article` elements from which a page is an endless one, or an element a box of teasers."""
_MOST_ARTICLES = 60
"""`article` elements of a page that are checked: bounds the cost."""
_MIN_TEXT_FACTOR = 2
"""Factor by which the text around must exceed teasers; else they may be the article itself."""


def drop_other_articles(tree: HtmlElement, url: str, canonical: str | None, title: str | None) -> None:
    """Take out the posts of an endless page that are not its own; in place.

    The own one has the page's headline, or its address; others have a headline and an address of their own.
    """
    articles = [
        each
        for each in islice(tree.iter("article"), _MOST_ARTICLES)
        if next(each.iterancestors("article"), None) is None
    ]
    if len(articles) < _LEAST_ARTICLES:
        return
    own_paths = {_read_path(address) for address in (url, canonical) if address}
    key = fold_text(title or "")
    own = [
        each for each in articles if _has_headline(each, key) or own_paths & set(_list_addresses(each, url))
    ]
    if len(own) != 1 or not list_long_paragraphs(own[0]):
        return
    for each in articles:
        if each is not own[0] and _leads_elsewhere(each, own_paths, url):
            each.drop_tree()


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
    own_paths = {_read_path(address) for address in (url, canonical) if address}
    for around in islice(headings[0].iterancestors(), NEAR_LEVELS):
        if around.tag not in POST_TAGS or not (around.get("class") or around.get("itemtype")):
            continue
        like = list_like(around)
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
    sizes = (len(paragraph.text_content()) for paragraph in islice(element.iter("p"), MOST_CHECKED))
    return sum(size for size in sizes if size >= _MIN_COUNTED_CHARS)


def list_like(element: HtmlElement) -> list[HtmlElement]:
    """List the siblings of an element's tag and class, numbers in the class aside."""
    names = _names(element)
    beside = chain(element.itersiblings(preceding=True), element.itersiblings())
    return [
        each for each in islice(beside, MOST_CHECKED) if each.tag == element.tag and _names(each) == names
    ]


def _names(element: HtmlElement) -> str:
    names = element.get("class")
    return drop_numbered_words(names) if names else ""


def _is_post(element: HtmlElement, own_paths: set[str], url: str) -> bool:
    """Return whether an element has a headline, a paragraph, and an address that is not the page's."""
    if next(element.iter("h1", "h2"), None) is None or next(element.iter("p"), None) is None:
        return False
    paths = list(_list_addresses(element, url))
    return bool(paths) and not own_paths.intersection(paths)


def drop_teaser_articles(tree: HtmlElement, url: str, canonical: str | None) -> None:
    """Take out each `article` among paragraphs whose headline leads to another page; in place.

    The paragraphs beside it, in the same element, must be twice as long as all of its kind: a round-up keeps
    its entries. Where a box has such articles alone, the paragraphs beside the box count, and it goes whole.
    Where an `h1` that is not the page's first heads it, all paragraphs count that stand in no article.
    """
    own_paths = {_read_path(address) for address in (url, canonical) if address}
    headline = next(tree.iter("h1"), None)
    for each in list(islice(tree.iter("article"), _MOST_ARTICLES)):
        around = each.getparent()
        heading = next(each.iter("h1", "h2", "h3", "h4", "h5"), None)
        if around is None or heading is None or (heading.tag == "h1" and heading is headline):
            continue
        if not _leads_elsewhere(each, own_paths, url):
            continue
        box = around if _is_box_of_articles(around, own_paths, url) else None
        if box is not None and box.getparent() is None:
            continue  # it went with the article before
        beside, entries = around, around.iterchildren("article")
        if box is not None and (outer := box.getparent()) is not None:
            beside, entries = outer, iter((box,))
        told = sum(
            len(paragraph.text_content())
            for paragraph in (beside.iter("p") if heading.tag == "h1" else beside.iterchildren("p"))
            if heading.tag != "h1" or next(paragraph.iterancestors("article"), None) is None
        )
        if told >= _MIN_TEXT_FACTOR * sum(len(entry.text_content()) for entry in entries):
            (each if box is None else box).drop_tree()


def _is_box_of_articles(element: HtmlElement, own_paths: set[str], url: str) -> bool:
    """Return whether a box has several articles that lead elsewhere, and a heading at most besides."""
    if element.tag not in _BOX_TAGS or len(element) > _MOST_ARTICLES:
        return False
    articles = [each for each in element if each.tag == "article"]
    others = [each for each in element if each.tag not in ("article", *HEADING_TAGS)]
    return (
        len(articles) >= _LEAST_ARTICLES
        and not others
        and all(_leads_elsewhere(each, own_paths, url) for each in articles)
    )


def _has_headline(article: HtmlElement, key: str) -> bool:
    headings = islice(article.iter("h1", "h2"), 3)
    return bool(key) and any(fold_text(heading.text_content()) == key for heading in headings)


def _leads_elsewhere(article: HtmlElement, own_paths: set[str], url: str) -> bool:
    return any(path and path not in own_paths for path in _list_addresses(article, url))


def _list_addresses(article: HtmlElement, url: str) -> Iterable[str]:
    """List the paths of the addresses that an article gives as its own, or its headline leads to."""
    given = [article.get(name) for name in _ADDRESSES]
    given += [
        each.get("content") or each.get("href")
        for each in islice(article.iter("meta", "link"), 8)
        if each.get("itemprop") in ("url", "mainEntityOfPage")
    ]
    for heading in islice(article.iter("h1", "h2", "h3", "h4", "h5"), 1):
        given += [link.get("href") for link in (*heading.iter("a"), *heading.iterancestors("a"))][:1]
    return [_read_path(urljoin(url, address)) for address in given if address and not address.startswith("#")]


def _read_path(address: str) -> str:
    """Read the path of an address, without its last slash."""
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""
