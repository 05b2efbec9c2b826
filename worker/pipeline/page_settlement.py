"""Ends a page under its lease: put off, settled under a name, dead, or charged with what it set off.

Each function returns the page's `Outcome`, `LEASE_LOST` where the lease is over.
"""

import traceback
from uuid import uuid4

import structlog

from feedmill._ledger.core.records import PlannedVisit
from feedmill._ledger.operations import boilerplate_operations, page_lease_operations
from feedmill._ledger.outcome import Outcome
from worker.fetching.retry_policy import GiveUp, RetryLater
from worker.pipeline.page_context import PageContext

_MAX_TRACE_CHARS = 4000
"""Bounds what a dead letter holds of a traceback; its end, which names the error, is kept."""

CONTINUES = "continues"
"""Outcome of a page whose article goes on at the address that is its reason: it is read with that page."""
TRANSCRIBED = "transcribed"
"""Outcome of a page that gives no text, of an entry with a transcript at the address that is its reason."""
_LEARNED_OR_OPEN = frozenset(
    {"created", "updated", "unchanged", "other_reader", "held", "lost", CONTINUES, TRANSCRIBED}
)
"""Outcomes of pages that were learned from, or that come back."""

log = structlog.get_logger()


LEASE_LOST = Outcome("lost")
"""The page's lease ran out: another worker has it."""


async def release_held_pages(work: PageContext, ended: Outcome) -> Outcome:
    """Release the held pages of a source when one of its pages ended without being learned from."""
    if ended.word not in _LEARNED_OR_OPEN:
        await work.run(
            boilerplate_operations.release_held_pages(
                work.context.keys, source=work.page.source, token=uuid4().hex
            )
        )
    return ended


async def return_page(
    work: PageContext, reason: str, *, delay_ms: int = 0, charge: bool = False, close_site_ms: int = 0
) -> bool:
    """Return a page to the ledger; False when its lease is lost."""
    return await work.run(
        page_lease_operations.return_page(
            work.context.keys,
            page_id=work.page.id,
            lease=work.page.token,
            delay_ms=delay_ms,
            reason=reason,
            charge=charge,
            close_site_ms=close_site_ms,
            token=uuid4().hex,
        )
    )


async def defer_page(work: PageContext, why: RetryLater | GiveUp) -> Outcome:
    """Return a page for later, or give it up."""
    if isinstance(why, GiveUp):
        return await end_page(work, why)
    kept = await return_page(work, why.reason, delay_ms=why.delay_ms, close_site_ms=why.close_site_ms)
    return Outcome("deferred" if kept else LEASE_LOST.word, why.reason)


async def end_page(work: PageContext, why: GiveUp) -> Outcome:
    """End a page that no later request will make an article."""
    if not why.settled:
        return await dead_letter_page(work, why.reason, why.detail)
    return await settle_page(work, why.reason, detail=why.detail)


async def settle_page(
    work: PageContext,
    outcome: str,
    visit: PlannedVisit | None = None,
    *,
    fingerprint: str = "",
    detail: str = "",
) -> Outcome:
    """End a page without an entry; `fingerprint` is how this reader reads the last revision."""
    settled = await work.run(
        page_lease_operations.settle_page(
            work.context.keys,
            page_id=work.page.id,
            lease=work.page.token,
            outcome=outcome,
            visit=visit,
            fingerprint=fingerprint,
            token=uuid4().hex,
        )
    )
    return Outcome(outcome if settled else LEASE_LOST.word, detail)


async def dead_letter_page(work: PageContext, reason: str, detail: str) -> Outcome:
    """Put a page among the dead letters."""
    buried = await work.run(
        page_lease_operations.dead_letter_page(
            work.context.keys,
            page_id=work.page.id,
            lease=work.page.token,
            reason=reason,
            detail=detail,
            token=uuid4().hex,
        )
    )
    return Outcome("dead" if buried else LEASE_LOST.word, reason)


async def record_unexpected_error(work: PageContext, attempts: int, error: Exception) -> Outcome:
    """Charge the page with an error that no rule expects: it has as many tries as attempts."""
    trace = "".join(traceback.format_exception(error))[-_MAX_TRACE_CHARS:]
    log.warning("page_error", id=work.page.id, url=work.page.url, attempts=attempts, trace=trace)
    if attempts >= work.context.max_attempts:
        return await dead_letter_page(work, "error", trace)
    kept = await return_page(work, "error", charge=True)
    return Outcome("returned" if kept else LEASE_LOST.word, "error")


async def abandon_page(work: PageContext, cause: str) -> Outcome:
    """Take back a page whose reader ended, charged: for another try, or to the dead letters."""
    ended = await work.run(
        page_lease_operations.abandon_page(
            work.context.keys,
            page_id=work.page.id,
            lease=work.page.token,
            reason=cause,
            max_attempts=work.context.max_attempts,
            token=uuid4().hex,
        )
    )
    return Outcome({"buried": "dead", "returned": "returned"}.get(ended, LEASE_LOST.word), cause)
