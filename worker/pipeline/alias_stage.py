"""Joins a page to the article that is known under another of its names."""

from uuid import uuid4

from feedmill._ledger.operations import page_lease_operations
from feedmill._ledger.outcome import Outcome
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import LEASE_LOST
from worker.pipeline.stage_values import ReadPage, ResolvedPage
from worker.publishing.article_builder import list_article_aliases
from worker.publishing.fingerprints import compute_fingerprint


async def resolve_article(work: PageContext, read: ReadPage) -> ResolvedPage | Outcome:
    """Find the article that a page is; a page of an article known under another name joins it and ends."""
    page, held = work.page, read.held
    names, weak_names = list_article_aliases(
        page, held.url, held.cleaned.canonical_url, is_proven=not held.jumped
    )
    known = await work.run(
        page_lease_operations.resolve_aliases(
            work.context.keys,
            page_id=page.id,
            lease=page.token,
            aliases=names,
            weak_aliases=weak_names,
            fingerprint=compute_fingerprint(held.cleaned, url=held.url),
            token=uuid4().hex,
        )
    )
    if known is None:
        return LEASE_LOST
    if not known.is_own:
        return Outcome("joined", known.id)
    return ResolvedPage(held, read.ending, known)
