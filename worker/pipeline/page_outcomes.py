"""Ends a page under its lease: put off, settled under a name, dead, or with a revision that goes out."""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import structlog

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import LeasedPage, PlannedVisit
from feedmill._ledger.core.replies import PublishedRevision
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.core.story_subject import StorySubject
from feedmill._ledger.operations import boilerplate_operations, page_operations
from feedmill._page_overrides.rules import PageOverrides
from feedmill.article import Article
from worker.fetching.retry_policy import GiveUp, RetryLater
from worker.pipeline.processor_lock import RunnableClaim
from worker.pipeline.worker_context import WorkerContext

T = TypeVar("T")
Run = Callable[[Call[Any], float], Awaitable[Any]]
"""Runs a call to the ledger until a moment of the monotonic clock; raises LedgerError."""
_MAX_TRACE_CHARS = 4000

_LEARNED_OR_OPEN = frozenset({"created", "updated", "unchanged", "other_reader", "held", "lost"})
"""Outcomes of pages that were learned from, or whose turn is not their last."""

log = structlog.get_logger()


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


@dataclass(slots=True)
class PageTask:
    """A leased page on its way through the worker."""

    page: LeasedPage
    until: float
    """When its lease is certainly over, on the monotonic clock."""
    taken_at: float = field(default_factory=time.monotonic)
    """When it passed its site's gate, on the monotonic clock."""
    claim: RunnableClaim | None = None
    """Its claim to the processor, from when that was granted first."""
    overrides: PageOverrides | None = None
    """The operator's selectors for pages of the site that answered."""


class PageOutcomes:
    """Operations that end a page's turn; each gives its outcome, `lost` where the lease is over."""

    def __init__(self, context: WorkerContext, run: Run) -> None:
        self._context = context
        self._run = run

    async def run_until_lease_ends(self, task: PageTask, call: Call[T]) -> T:
        """Run a call for a page, for as long as its lease lasts."""
        answer: T = await self._run(call, task.until)
        return answer

    async def release_held_pages(self, task: PageTask, ended: PageOutcome) -> PageOutcome:
        """Release the held pages of a source when one of its pages ended without being learned from."""
        if ended.releases_held_pages:
            call = boilerplate_operations.release_held_pages(
                self._context.keys, source=task.page.source, token=uuid4().hex
            )
            await self.run_until_lease_ends(task, call)
        return ended

    async def return_page(
        self, task: PageTask, reason: str, *, delay_ms: int = 0, charge: bool = False, close_site_ms: int = 0
    ) -> bool:
        """Return a page to the ledger; False when its lease is lost."""
        call = page_operations.return_page(
            self._context.keys,
            page_id=task.page.id,
            lease=task.page.token,
            delay_ms=delay_ms,
            reason=reason,
            charge=charge,
            close_site_ms=close_site_ms,
            token=uuid4().hex,
        )
        return await self.run_until_lease_ends(task, call)

    async def defer_page(self, task: PageTask, why: RetryLater | GiveUp) -> PageOutcome:
        """Return a page for later, or give it up."""
        if isinstance(why, GiveUp):
            return await self.end_page(task, why)
        held = await self.return_page(
            task, why.reason, delay_ms=why.delay_ms, close_site_ms=why.close_site_ms
        )
        return PageOutcome("deferred" if held else LEASE_LOST.word, why.reason)

    async def end_page(self, task: PageTask, why: GiveUp) -> PageOutcome:
        """End a page that no later request will make an article."""
        if not why.settled:
            return await self.dead_letter_page(task, why.reason, why.detail)
        page = task.page
        call = page_operations.settle_page(
            self._context.keys, page_id=page.id, lease=page.token, outcome=why.reason, token=uuid4().hex
        )
        settled = await self.run_until_lease_ends(task, call)
        return PageOutcome(why.reason if settled else LEASE_LOST.word, why.detail)

    async def dead_letter_page(self, task: PageTask, reason: str, detail: str) -> PageOutcome:
        """Put a page among the dead letters."""
        call = page_operations.dead_letter_page(
            self._context.keys,
            page_id=task.page.id,
            lease=task.page.token,
            reason=reason,
            detail=detail,
            token=uuid4().hex,
        )
        buried = await self.run_until_lease_ends(task, call)
        return PageOutcome("dead" if buried else LEASE_LOST.word, reason)

    async def record_unexpected_error(self, task: PageTask, attempts: int, error: Exception) -> PageOutcome:
        """Charge the page with an error that no rule expects: it has as many tries as attempts."""
        trace = "".join(traceback.format_exception(error))[-_MAX_TRACE_CHARS:]
        log.warning("page_error", id=task.page.id, url=task.page.url, attempts=attempts, trace=trace)
        if attempts >= self._context.max_attempts:
            return await self.dead_letter_page(task, "error", trace)
        held = await self.return_page(task, "error", charge=True)
        return PageOutcome("returned" if held else LEASE_LOST.word, "error")

    async def abandon(self, task: PageTask, cause: str) -> PageOutcome:
        """Take back a page whose reader died, charged: for another try, or to the dead letters."""
        call = page_operations.abandon_page(
            self._context.keys,
            page_id=task.page.id,
            lease=task.page.token,
            reason=cause,
            max_attempts=self._context.max_attempts,
            token=uuid4().hex,
        )
        ended = await self.run_until_lease_ends(task, call)
        return PageOutcome({"buried": "dead", "returned": "returned"}.get(ended, LEASE_LOST.word), cause)


def build_publish_call(
    keys: Keys,
    page: LeasedPage,
    article: Article,
    *,
    event: str,
    fields: Mapping[str, bytes | str],
    fingerprint: str,
    visit: PlannedVisit | None,
    words_because: str,
    later: RetryLater | None,
    story: StorySubject | None,
) -> Call[PublishedRevision | None]:
    """Make the call that publishes a revision; `words_because` says why it has the feed's words, if it has.

    With `later` the page waits for another try.
    """
    if not words_because:
        return page_operations.publish_revision(
            keys,
            page_id=page.id,
            lease=page.token,
            rev=article.rev,
            event=event,
            fields=fields,
            fingerprint=fingerprint,
            visit=visit,
            story=story,
            token=uuid4().hex,
        )
    return page_operations.publish_feed_words(
        keys,
        page_id=page.id,
        lease=page.token,
        rev=article.rev,
        event=event,
        fields=fields,
        fingerprint=fingerprint,
        reason=words_because,
        visit=visit,
        delay_ms=later.delay_ms if later else None,
        close_site_ms=later.close_site_ms if later else 0,
        story=story,
        token=uuid4().hex,
    )
