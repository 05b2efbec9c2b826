"""Finds evidence that a page has changed, where its text is none: another reader read it before. Pure."""

from datetime import timedelta
from typing import Literal

from feedmill._ledger.core.records import LeasedPage
from feedmill.article import Article
from worker.fetching.revisit_policy import RevisitState, hash_entry_words, read_revisit_state

Evidence = Literal["feed", "validators", "date"]
_LONGEST_LAG = timedelta(days=7)
"""Time by which a date of change may be older than the last reading: caches, mere days, wrong zones."""


def find_change_evidence(
    page: LeasedPage, given: tuple[str, str], before: Article | None, after: Article
) -> Evidence | None:
    """Find evidence for a change of a published page since it was read last; None without any.

    `given` are the validators (ETag, Last-Modified) of its answer now, `before` is the last revision, None
    when the stream has dropped it, `after` what would be the next.
    """
    state = read_revisit_state(page)
    if _has_new_words(page, state):
        return "feed"
    if any(old and new and old != new for old, new in zip((state.etag, state.modified), given, strict=True)):
        return "validators"
    return "date" if before is not None and _has_later_date(before, after) else None


def _has_new_words(page: LeasedPage, state: RevisitState) -> bool:
    """Return whether the feed's words about an article brought its page back.

    What no plan brought back, they did. With a plan they did when they are not those noted with it; notes of
    releases up to 0.1.0 have none, but what a plan keeps of an entry never has its content.
    """
    if not page.visit:
        return True
    if state.words:
        return hash_entry_words(page.entry) != state.words
    return page.entry.content is not None


def _has_later_date(before: Article, after: Article) -> bool:
    """Return whether the page's date of change is later than the last revision's.

    Another reader may take another of a page's dates: one from long before the last revision was read is
    no sign of a change since.
    """
    if after.updated_at is None:
        return False
    if before.updated_at is None:
        return after.updated_at > before.fetched_at
    return after.updated_at > max(before.updated_at, before.fetched_at - _LONGEST_LAG)
