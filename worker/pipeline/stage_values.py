"""Describes what one stage of a page returns and the next one takes: frozen values."""

from dataclasses import dataclass

from feedmill._ledger.core.operation_result_types import ResolvedArticle
from feedmill._ledger.outcome import Outcome
from worker.boilerplate.hold_policy import HeldPage
from worker.fetching.retry_policy import GiveUp, RetryLater
from worker.page_models import CleanedArticle


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was read, or the feed's words in its place."""

    held: HeldPage
    ending: GiveUp | RetryLater | None = None
    """How the page ends where the feed's words, which stand in for it, are nothing new."""


@dataclass(frozen=True, slots=True)
class ResolvedPage:
    """A page that was read, and what the ledger has of its article."""

    held: HeldPage
    ending: GiveUp | RetryLater | None
    known: ResolvedArticle


@dataclass(frozen=True, slots=True)
class LearnedPage:
    """A page that is ready to be published."""

    held: HeldPage
    known: ResolvedArticle
    stripped: CleanedArticle
    """The article without its source's boilerplate."""
    later: RetryLater | None
    """When the page is requested again, where the feed's words stand in for it meanwhile."""


LOGGED_TITLE_CHARS = 120
"""Bounds a headline in the log: a line for each page."""


@dataclass(frozen=True, slots=True)
class EndedPage:
    """A page at the end of its way, and for the log what was published of it."""

    outcome: Outcome
    title: str = ""
    """The headline, at most LOGGED_TITLE_CHARS."""
    words: int = 0
    """The words, as the article counts them; 0 where nothing was published."""
