"""Decides whether a page that follows by its address is a page of the same article. Pure.

A link to the next page may lead to the next part of a series, to a list, or to another story: the headline
and the address that the page calls its own show which.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from worker.document.block_tests import fold_text
from worker.metadata.further_pages import split_address, without_tracking
from worker.metadata.page_declarations import PageHead, read_canonical
from worker.metadata.title import read_title

_PAGE_WORDS = "|".join(
    [
        *("page", "seite", "p[áa]gina", "sida", "side", "sivu", "oldal", "sayfa", "halaman", "trang"),
        *("strona", "str[áa]nka", "strana", r"str\.", "страница", "страніца", "сторінка", r"стр\."),
        *("صفحة", "पृष्ठ", "หน้า"),
    ]
)
_OF = r"(?:\s*(?:/|of|von|van|de|sur|di|av|af|z|из|з)\s*\d{1,2})"
_NAMED_MARK = rf"(?:{_PAGE_WORDS})\s*\d{{1,2}}{_OF}?"
_MARK = (
    rf"(?:{_NAMED_MARK}|\d{{1,2}}{_OF}|第\s*\d{{1,2}}\s*[页頁]"
    r"|\d{1,2}\s*(?:[/／]\s*\d{1,2})?\s*(?:ページ目?|[页頁]|페이지))"  # noqa: RUF001
)
"""How a title or line numbers a page. A mere number, or "part 2", may be one of a series."""
_WHOLE_MARK = re.compile(rf"\W*{_MARK}\W*", re.IGNORECASE)
_MARK_IN_BRACKETS = re.compile(rf"[(\[（]\s*{_MARK}\s*[)\]）]", re.IGNORECASE)  # noqa: RUF001
_MARK_AT_END = re.compile(rf"(?:\s{_NAMED_MARK}|[,;:|–—-]\s*{_MARK})\W*$", re.IGNORECASE)  # noqa: RUF001
_MARK_AT_START = re.compile(rf"^\W*{_MARK}\s*[:|–—-]\s*", re.IGNORECASE)  # noqa: RUF001
_MAX_MARK_CHARS = 40
"""Characters of the longest line that is a page's number; a longer one is text."""
_MAX_TITLE_CHARS = 1000
"""Characters of a title that are compared."""


@dataclass(frozen=True, slots=True)
class PageIdentity:
    """What shows of which article a page is."""

    url: str
    title: str | None
    canonical: str | None


def read_identity(head: PageHead) -> PageIdentity:
    """Read what a page states of its article."""
    return PageIdentity(head.url, read_title(head), read_canonical(head))


def is_same_article(first: PageIdentity, other: PageIdentity) -> bool:
    """Return whether a later page is one of the first one's article.

    Its headline must be the same, the number of the page aside, and its own address that of either page.
    """
    headline = fold_title(first.title)
    if not headline or fold_title(other.title) != headline:
        return False
    if other.canonical is None:
        return True
    own = _fold_addresses([first.url, first.canonical, other.url])
    return not own.isdisjoint(_fold_addresses([other.canonical]))


def fold_title(title: str | None) -> str:
    """Fold a title without the number of its page."""
    text = _MARK_IN_BRACKETS.sub(" ", (title or "")[:_MAX_TITLE_CHARS])
    text = _MARK_AT_START.sub("", _MARK_AT_END.sub("", text))
    return fold_text(text) or fold_text(title or "")


def is_page_number(text: str) -> bool:
    """Return whether a line is nothing but the number of a page."""
    return len(text) <= _MAX_MARK_CHARS and _WHOLE_MARK.fullmatch(text) is not None


def _fold_addresses(addresses: Iterable[str | None]) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    folded = set()
    for address in addresses:
        parts = split_address(address) if address else None
        if parts:
            kept = without_tracking(parts[2])
            folded.add((parts[0], parts[1], tuple(sorted((name, parts[2][name]) for name in kept))))
    return folded
