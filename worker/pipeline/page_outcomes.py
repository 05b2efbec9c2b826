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
from feedmill._ledger.operations import boilerplate_operations, page_operations
from feedmill.article import Article
from worker.fetching.retry_policy import GiveUp, RetryLater
from worker.pipeline.processor_lock import RunnableClaim
from worker.pipeline.published_page import LOST_LEASE
from worker.pipeline.worker_context import WorkerContext

T = TypeVar("T")
Run = Callable[[Call[Any], float], Awaitable[Any]]
"""Runs a call to the ledger until a moment of the monotonic clock; raises LedgerError."""
_MAX_TRACE_CHARS = 4000
_TAUGHT = ("created", "updated", "unchanged", "other_reader", "held", "lost")
"""Ends of a page that its source's held pages need not be told of: it was learned from, or goes on."""

log = structlog.get_logger()


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


class PageOutcomes:
    """Ends that the ledger is told of; each answers (outcome, reason): "lost" where its lease is over."""

    def __init__(self, context: WorkerContext, run: Run) -> None:
        self._context = context
        self._run = run

    async def run_until_lease_ends(self, task: PageTask, call: Call[T]) -> T:
        """Run a call for a page, for as long as its lease lasts."""
        answer: T = await self._run(call, task.until)
        return answer

    async def released(self, task: PageTask, ended: tuple[str, str]) -> tuple[str, str]:
        """Let the held pages of a source look again when one of its pages ended without being learned."""
        if ended[0] not in _TAUGHT:
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

    async def defer_page(self, task: PageTask, why: RetryLater | GiveUp) -> tuple[str, str]:
        """Return a page for later, or give it up."""
        if isinstance(why, GiveUp):
            return await self.end_page(task, why)
        held = await self.return_page(
            task, why.reason, delay_ms=why.delay_ms, close_site_ms=why.close_site_ms
        )
        return ("deferred", why.reason) if held else (LOST_LEASE, why.reason)

    async def end_page(self, task: PageTask, why: GiveUp) -> tuple[str, str]:
        """End a page that no later request will make an article."""
        if not why.settled:
            return await self.dead_letter_page(task, why.reason, why.detail)
        page = task.page
        call = page_operations.settle_page(
            self._context.keys, page_id=page.id, lease=page.token, outcome=why.reason, token=uuid4().hex
        )
        return (why.reason if await self.run_until_lease_ends(task, call) else LOST_LEASE), why.detail

    async def dead_letter_page(self, task: PageTask, reason: str, detail: str) -> tuple[str, str]:
        """Put a page among the dead letters."""
        call = page_operations.dead_letter_page(
            self._context.keys,
            page_id=task.page.id,
            lease=task.page.token,
            reason=reason,
            detail=detail,
            token=uuid4().hex,
        )
        return ("dead" if await self.run_until_lease_ends(task, call) else LOST_LEASE), reason

    async def record_unexpected_error(
        self, task: PageTask, attempts: int, error: Exception
    ) -> tuple[str, str]:
        """Answer for an error that no rule foresaw: the page has as many tries as it has attempts."""
        trace = "".join(traceback.format_exception(error))[-_MAX_TRACE_CHARS:]
        log.warning("page_error", id=task.page.id, url=task.page.url, attempts=attempts, trace=trace)
        if attempts >= self._context.max_attempts:
            return await self.dead_letter_page(task, "error", trace)
        held = await self.return_page(task, "error", charge=True)
        return ("returned" if held else LOST_LEASE), "error"

    async def abandon(self, task: PageTask, cause: str) -> tuple[str, str]:
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
        return {"buried": "dead", "returned": "returned"}.get(ended, LOST_LEASE), cause


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
        token=uuid4().hex,
    )
