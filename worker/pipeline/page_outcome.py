"""Names how a page's turn in the worker ended, for its log line, its metrics and the pages held beside it."""

from dataclasses import dataclass

_LEARNED_OR_OPEN = frozenset({"created", "updated", "unchanged", "other_reader", "held", "lost"})
"""Outcomes of pages that were learned from, or whose turn is not their last."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """The end of a page's turn."""

    word: str
    """`created`, `updated`, `joined`, `held`, `deferred`, `dead` …, or why the page is dropped."""
    reason: str = ""
    """What led to it, where the word does not say so: why a page is put off, the article it joined ..."""

    @property
    def releases_held_pages(self) -> bool:
        """Whether held pages of its source are to be looked at again: it will teach nothing any more."""
        return self.word not in _LEARNED_OR_OPEN


LEASE_LOST = PageOutcome("lost")
"""The page's lease ran out: another worker has it."""
