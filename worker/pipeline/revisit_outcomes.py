"""Ends the page of a published article: not modified, gone, unchanged, retracted, or changed."""

from uuid import uuid4

import msgspec

from feedmill._ledger.core.operation_result_types import ResolvedArticle
from feedmill._ledger.core.records import PlannedVisit
from feedmill._ledger.operations.publication_operations import publish_revision
from feedmill._ledger.operations.stream_entry_operations import read_last_revision
from feedmill._ledger.outcome import Outcome
from feedmill.article import Article, decode
from feedmill.revision_changes import Changes
from worker.boilerplate.hold_policy import HeldPage
from worker.fetching.revisit_policy import (
    PageGone,
    find_change_evidence,
    plan_after_gone,
    plan_after_not_modified,
)
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import LEASE_LOST, settle_page
from worker.pipeline.stage_values import LearnedPage
from worker.publishing.article_builder import build_retraction_fields
from worker.publishing.fingerprints import (
    RETRACTED,
    choose_known_fingerprint,
    compute_fingerprint,
    has_same_site,
    has_same_substance,
    is_of_feed_words,
    number_fingerprint,
)
from worker.publishing.revision_diff import compare_revisions
from worker.quality.retraction_notice import find_retraction_notice


async def end_not_modified(work: PageContext) -> Outcome:
    """End a page that is as it was."""
    visit = plan_after_not_modified(work.page, work.context.revisits, now=work.read_now_ms())
    return await settle_page(work, "not_modified", visit)


async def end_gone(work: PageContext, reason: str) -> Outcome:
    """End a page that answered 404 or 410: it is requested again in an hour, or the article retracted."""
    if work.page.known_print == RETRACTED:
        return await settle_page(work, "gone")
    decided = plan_after_gone(work.page, now=work.read_now_ms())
    if isinstance(decided, PageGone):
        return await _retract(work, reason)
    return await settle_page(work, "gone", decided)


async def was_made_of_feed(work: PageContext) -> bool:
    """Return whether the last revision was made of the feed's words, not of a page.

    Records of 0.1.0 do not show it; then the stream does, while it has the revision.
    """
    if is_of_feed_words(work.page.known_print):
        return True
    article = await _read_last_revision(work)
    return article is not None and article.text_from != "page"


def is_read_otherwise(held: HeldPage, known: ResolvedArticle) -> bool:
    """Return whether a page's template reads other words than this reader's full way did at the last time."""
    numbered, print_ = known.numbered_fingerprint, compute_fingerprint(held.cleaned, url=held.url)
    by_full_way, is_own = choose_known_fingerprint(known.known_fingerprint, numbered)
    return is_own and by_full_way != RETRACTED and not has_same_substance(print_, by_full_way)


async def compare_with_published(  # noqa: PLR0911  a list of judgments
    work: PageContext, learned: LearnedPage, substance: str, article: Article, visit: PlannedVisit | None
) -> Changes | Outcome | None:
    """Decide what a page that was read again becomes: what it changed, or how it ended without an `updated`.

    Where another reader read it before, or this one another way, a text that differs is no change by itself:
    there has to be other evidence of a change.
    """
    known, read = learned.known, learned.stripped
    origin = learned.held.origin
    old_print, is_own = choose_known_fingerprint(
        known.known_fingerprint, known.numbered_fingerprint, origin=origin
    )
    is_retracted = known.known_fingerprint == RETRACTED
    numbered = number_fingerprint(substance, origin=origin)
    was_words = is_of_feed_words(known.known_fingerprint)
    came = was_words and read.text_from == "page"
    if has_same_substance(substance, old_print):
        noted = "" if is_own and not came else numbered
        return await settle_page(work, "unchanged", visit, fingerprint=noted)
    if not is_retracted and not has_same_site(substance, old_print):
        return await settle_page(work, "other_site")
    if notice := find_retraction_notice(read.title, read.text):
        if is_retracted:
            return await settle_page(work, "unchanged")
        return await _retract(work, "notice", notice)
    before = await _read_last_revision(work)
    of_words = was_words or (before is not None and before.text_from != "page")
    if read.text_from != "page" and not of_words:  # no words of the page: no news of it
        return await settle_page(work, "unchanged")
    if not (is_own or came) and not find_change_evidence(work.page, learned.held.validators, before, article):
        return await settle_page(work, "other_reader", visit, fingerprint=numbered)
    return None if before is None else compare_revisions(before, article)


async def _retract(work: PageContext, reason: str, notice: str = "") -> Outcome:
    """Publish that the article is no more."""
    page, keys = work.page, work.context.keys
    before = await work.run(read_last_revision(keys, page_id=page.id))
    retracted = await work.run(
        publish_revision(
            keys,
            page_id=page.id,
            lease=page.token,
            rev=page.known_rev + 1,
            event="retracted",
            fields=build_retraction_fields(page, before, reason=reason, notice=notice, now=work.clock()),
            fingerprint=RETRACTED,
            outcome="retracted",
            token=uuid4().hex,
        )
    )
    return Outcome("retracted" if retracted else LEASE_LOST.word, reason)


async def _read_last_revision(work: PageContext) -> Article | None:
    """Read the article as the last revision has it; None when the stream has dropped it."""
    fields = await work.run(read_last_revision(work.context.keys, page_id=work.page.id))
    try:
        return decode(fields["article"]) if fields.get("article") else None
    except msgspec.DecodeError:
        return None
