"""Joins the texts of an article's pages to one, each line once where the pages repeat it. Pure.

A page repeats the headline area of the first one at its top, and a box below the text at its end. Only lines
at these places go; one amid a page is its text, whatever stood on another page.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from worker.continuation.article_identity import is_page_number
from worker.document.block_tests import fold_text
from worker.document.text_rendering import count_words, join_markdown, join_plain
from worker.metadata.further_pages import names_next_page
from worker.page_models import CleanedArticle, RemovedText, TextLine
from worker.publishing.article_sanitizer import MAX_TEXT_CHARS

RULE = "repeated_on_page"
"""The rule by which lines are named that were taken from a further page, or from before one."""
_HEAD_LINES = 8
"""Lines at the top of the first page that a further page may repeat at its own top."""
_MIN_LONG_CHARS = 60
"""Letters and digits from which a line tells one text from another."""
_SAME_TEXT_SHARE = 0.5
"""Share of a page's long lines that must be known for it to be the same text again, not the next page."""
_ENOUGH_PAGES = 3
"""Pages that must all end alike for a line in the text's own markup to be none of it."""


@dataclass(frozen=True, slots=True)
class FurtherText:
    """What the further pages of an article were read as."""

    pages: tuple[CleanedArticle, ...] = ()
    is_whole: bool = False
    """All of its pages were read."""


def join_pages(first: CleanedArticle, further: FurtherText) -> tuple[CleanedArticle, bool]:
    """Join the pages of an article; also say whether that is all of it.

    A page that has the text of those before it once more ends the article: it was never the next one. So does
    one with which the text would be too long to be published.
    """
    pages, is_whole, size = [first], further.is_whole, len(first.text)
    known = _list_long_keys(first.lines)
    for page in further.pages:
        size += len(page.text)
        if size > MAX_TEXT_CHARS:
            is_whole = False
            break
        keys = _list_long_keys(page.lines)
        if keys and len(keys & known) >= _SAME_TEXT_SHARE * len(keys):
            is_whole = len(pages) == 1 or is_whole
            break
        known |= keys
        pages.append(page)
    return (_join(pages) if len(pages) > 1 else first), is_whole


def _join(pages: Sequence[CleanedArticle]) -> CleanedArticle:
    first = pages[0]
    heads = {fold_text(text) for text in (first.title, first.standfirst or "")}
    heads |= {fold_text(line.text) for line in first.lines[:_HEAD_LINES]}
    spans = [(0, len(first.lines)), *((_count_head(page, heads), len(page.lines)) for page in pages[1:])]
    spans = [
        (start, max(start, end - tail)) for (start, end), tail in zip(spans, _count_tails(pages), strict=True)
    ]
    lines, removed = list[TextLine](), list[RemovedText]()
    for page, (start, end) in zip(pages, spans, strict=True):
        lines.extend(_append(lines, page.lines[start:end]))
        gone = (*page.lines[:start], *page.lines[end:])
        removed += [*page.removed, *(RemovedText(line.text, RULE) for line in gone)]
    text = join_plain(lines)
    return replace(
        first,
        text=text,
        markdown=join_markdown(lines),
        lines=tuple(lines),
        word_count=count_words(text),
        removed=tuple(removed),
        put_back=tuple(piece for page in pages for piece in page.put_back),
        authors=next((page.authors for page in pages if page.authors), ()),
        agencies=_unite([page.agencies for page in pages]),
        rights=_unite([page.rights for page in pages]),
    )


def _append(before: Sequence[TextLine], lines: Sequence[TextLine]) -> list[TextLine]:
    """Return lines as they follow others: apart from them, and with homes of their own."""
    if not before or not lines:
        return list(lines)
    shift = max(line.home for line in before) + 1
    moved = [replace(line, home=line.home + shift) if line.home >= 0 else line for line in lines]
    return [replace(moved[0], gap="\n\n"), *moved[1:]]


def _count_head(page: CleanedArticle, heads: set[str]) -> int:
    """Count the lines at the top of a further page that the first page has at its top, or that number it."""
    own = (
        place
        for place, line in enumerate(page.lines)
        if fold_text(line.text) not in heads and not is_page_number(line.text)
    )
    return next(own, 0)


def _count_tails(pages: Sequence[CleanedArticle]) -> list[int]:
    """Count the lines at the end of each page that the next one ends with, too, or that lead there."""
    shared = min(_count_shared(before, after, pages) for before, after in pairwise(pages))
    return [*(max(shared, _count_pager(page)) for page in pages[:-1]), 0]


def _count_shared(before: CleanedArticle, after: CleanedArticle, pages: Sequence[CleanedArticle]) -> int:
    usual = Counter(line.markup for line in before.lines).most_common(1)[0][0] if before.lines else ""
    count = 0
    for line, other in zip(reversed(before.lines), reversed(after.lines), strict=False):
        is_apart = line.markup != usual or len(pages) >= _ENOUGH_PAGES
        if fold_text(line.text) != fold_text(other.text) or not is_apart:
            break
        count += 1
    return count if count < min(len(before.lines), len(after.lines)) else 0


def _count_pager(page: CleanedArticle) -> int:
    own = (
        count
        for count, line in enumerate(reversed(page.lines))
        if not (is_page_number(line.text) or names_next_page(line.text))
    )
    return next(own, 0)


def _list_long_keys(lines: Sequence[TextLine]) -> set[str]:
    return {key for line in lines if len(key := fold_text(line.text)) >= _MIN_LONG_CHARS}


def _unite(values: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for value in values for one in value))
