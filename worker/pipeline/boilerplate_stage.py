"""Learns a source's boilerplate from a page, and takes the lines that are boilerplate out of it."""

from uuid import uuid4

from feedmill._ledger.operations import boilerplate_operations
from feedmill._ledger.outcome import Outcome
from worker.boilerplate.hold_policy import ENOUGH_SIBLINGS, HeldPage, choose_hold_ms, pack_held_page
from worker.boilerplate.line_hashes import hash_lines
from worker.boilerplate.line_removal import BOILERPLATE_RULE, name_boilerplate_memory, strip_boilerplate
from worker.fetching.retry_policy import RetryLater
from worker.page_models import CleanedArticle
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import LEASE_LOST, defer_page
from worker.pipeline.stage_values import LearnedPage, ResolvedPage
from worker.pipeline.stand_in_policy import has_words_to_learn_from
from worker.publishing.fingerprints import choose_known_fingerprint, compute_fingerprint, has_same_substance


async def learn_from_page(work: PageContext, resolved: ResolvedPage) -> LearnedPage | Outcome:
    """Learn from a page and strip it; it is held where too little is known of its source.

    The feed's words end as the page would have where they are no news. Where the page is awaited, nothing is
    learned from them.
    """
    held, ending, known = resolved.held, resolved.ending, resolved.known
    later = ending if isinstance(ending, RetryLater) else None
    stripped: CleanedArticle | Outcome = held.cleaned
    if later is None and has_words_to_learn_from(held):
        stripped = await _learn_boilerplate(work, held)
    if isinstance(stripped, Outcome):
        return stripped
    published, _ = choose_known_fingerprint(
        known.known_fingerprint, known.numbered_fingerprint, origin=held.origin
    )
    if ending and has_same_substance(compute_fingerprint(held.cleaned, stripped), published):
        return await defer_page(work, ending)
    return LearnedPage(held, known, stripped, later)


async def _learn_boilerplate(work: PageContext, held: HeldPage) -> CleanedArticle | Outcome:
    """Learn from a page; returns it without its source's boilerplate, or holds it until more is known."""
    context, page = work.context, work.page
    hashes = hash_lines(held.cleaned)
    longest_ms = round(context.max_hold_s * 1000)
    learned = await work.run(
        boilerplate_operations.learn_boilerplate(
            context.keys,
            memory=name_boilerplate_memory(page.source, held.url or page.feed, held.cleaned.text_from),
            page_id=page.id,
            title=hashes.title,
            prints=hashes.entries,
            source=page.source,
            site=page.site,
            enough=ENOUGH_SIBLINGS,
            soon_ms=longest_ms,
            token=uuid4().hex,
        )
    )
    hold_ms = choose_hold_ms(
        learned, known_rev=page.known_rev, read_at=held.read_at, now=work.clock(), longest_ms=longest_ms
    )
    if hold_ms:
        return await _hold(work, held, hold_ms)
    if learned.held:
        await work.run(
            boilerplate_operations.release_held_pages(context.keys, source=page.source, token=uuid4().hex)
        )
    if BOILERPLATE_RULE in context.skipped_steps:
        return held.cleaned
    return strip_boilerplate(held.cleaned, hashes, learned)


async def _hold(work: PageContext, held: HeldPage, hold_ms: int) -> Outcome:
    """Set a page aside until more of its source is known."""
    kept = await work.run(
        boilerplate_operations.hold_page(
            work.context.keys,
            page_id=work.page.id,
            lease=work.page.token,
            source=work.page.source,
            blocks=pack_held_page(held),
            hold_ms=hold_ms,
            token=uuid4().hex,
        )
    )
    return LEASE_LOST if kept is None else Outcome("held")
