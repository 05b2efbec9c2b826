"""Decides on which page an article goes on, by the pages of it that were fetched so far. Pure.

Nothing is requested here: the reader of a page finds the address of the next one, its horse requests it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from worker.continuation.article_identity import PageIdentity, is_same_article, read_identity
from worker.document.html_parsing import parse_html
from worker.document.page_decoding import decode_page
from worker.metadata.further_pages import find_further_pages, read_own_number, split_address
from worker.metadata.override_reader import OverrideRun, select_next_page
from worker.metadata.page_declarations import read_head
from worker.page_models import FetchedPage
from worker.quality.article_check import reject_non_html


@dataclass(frozen=True, slots=True)
class NextPageChoice:
    """The pages of one article, and where it goes on."""

    pages: tuple[FetchedPage, ...]
    """The first page, and those after it that are of the same article."""
    next_url: str | None = None
    """The next page, which was not fetched yet."""
    is_whole: bool = False
    """Nothing shows that there are pages besides."""


def follow_pages(pages: Sequence[FetchedPage], overrides: OverrideRun | None) -> NextPageChoice:
    """Find where the article of the first page goes on after the last one.

    A last page that is another article's is left out, unless the operator's selector led to it.
    """
    first, last = pages[0], pages[-1]
    tree = _parse(last)
    by_selector = overrides is not None and bool(overrides.rules.next)
    if tree is None:
        return NextPageChoice(tuple(pages[:-1]) or (first,))
    if len(pages) > 1 and not by_selector and not _continues(first, last, tree):
        return NextPageChoice(tuple(pages[:-1]))
    if overrides is not None and by_selector:
        next_url, exist = select_next_page(tree, last.url, overrides), False
    else:
        number = _read_number(first.url) + len(pages) - 1
        found = find_further_pages(read_head(tree, last.url, None), first=first.url, number=number)
        next_url, exist = found.next_url, found.exist
    if next_url in {page.url for page in pages}:
        next_url = None
    return NextPageChoice(tuple(pages), next_url, is_whole=not exist and next_url is None)


def _continues(first: FetchedPage, last: FetchedPage, tree: HtmlElement) -> bool:
    opening = _parse(first)
    return opening is not None and is_same_article(_identify(opening, first), _identify(tree, last))


def _identify(tree: HtmlElement, page: FetchedPage) -> PageIdentity:
    return read_identity(read_head(tree, page.url, None))


def _parse(page: FetchedPage) -> HtmlElement | None:
    if reject_non_html(page) is not None:
        return None
    return parse_html(decode_page(page.body, page.content_type))


def _read_number(url: str) -> int:
    own = split_address(url)
    return 1 if own is None else read_own_number(own)
