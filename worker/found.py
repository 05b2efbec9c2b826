"""Reading what was found of a page: the page itself, or the words of its feed. Pure."""

from feedmill._ledger.records import LeasedPage
from feedmill._net.fetched import Fetched
from worker.entry import read_entry
from worker.page import Cleaned, Page, Rejected
from worker.read import read_page
from worker.retry import Never


def read_found(page: LeasedPage, found: Fetched | Never | None, off: frozenset[str]) -> Cleaned | Rejected:
    """Read what there is: the page, for one that is gone the full text of its feed, or the entry alone."""
    if found is None:
        return read_entry(page.entry, page.url, off=off)
    shown = Page(page.url, b"", None) if isinstance(found, Never) else _page_of(found)
    return read_page(shown, page.entry, off=off)


def read_again(
    page: LeasedPage,
    found: Fetched,
    read: Cleaned | Rejected,
    usual: tuple[int, int] | None,
    off: frozenset[str],
) -> Cleaned | Rejected:
    """Read a page once more, in the light of its source's usual length, where its text is far from that."""
    if isinstance(read, Rejected) or usual is None or usual[0] <= read.word_count <= usual[1]:
        return read
    return read_page(_page_of(found), page.entry, off=off, usual=usual)


def _page_of(found: Fetched) -> Page:
    return Page(found.url, found.body, found.headers.get("content-type"), found.headers)
