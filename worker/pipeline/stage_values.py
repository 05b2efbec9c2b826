"""Describes what one stage of a page returns and the next one takes: frozen values."""

from dataclasses import dataclass

from feedmill._ledger.core.operation_result_types import ResolvedArticle
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
