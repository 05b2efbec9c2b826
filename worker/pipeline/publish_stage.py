"""Publishes what is new in substance, as an article's first revision or its next."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.operation_result_types import PublishedRevision
from feedmill._ledger.core.records import PlannedVisit
from feedmill._ledger.core.story_subject import StorySubject
from feedmill._ledger.operations.publication_operations import publish_feed_words, publish_revision
from feedmill._ledger.outcome import Outcome
from feedmill.article import Article
from feedmill.revision_changes import Changes
from worker.fetching.revisit_policy import plan_revisit
from worker.metadata.tdm_rights import find_honoured
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import LEASE_LOST
from worker.pipeline.revisit_outcomes import compare_with_published
from worker.pipeline.stage_values import LOGGED_TITLE_CHARS, EndedPage, LearnedPage
from worker.pipeline.worker_context import WorkerContext
from worker.publishing.article_builder import build_article, build_stream_fields
from worker.publishing.fingerprints import compute_fingerprint, number_fingerprint
from worker.stories.subject_builder import build_story_subject


@dataclass(frozen=True, slots=True)
class _Revision:
    """What is published of a page."""

    article: Article
    event: str
    made_at: datetime
    substance: str
    """The fingerprint of its text."""
    changes: Changes | None
    visit: PlannedVisit | None
    """When the page is requested again for changes."""


async def publish_article(work: PageContext, learned: LearnedPage) -> EndedPage:
    """Publish a page's article, or end the page where a published one has not changed."""
    revision = await _build_revision(work, learned)
    if isinstance(revision, Outcome):
        return EndedPage(revision)
    page, held, meters, article = work.page, learned.held, work.context.meters, revision.article
    began = time.perf_counter()
    published = await work.run(_build_publish_call(work, learned, revision))
    meters.count_stage("publish", time.perf_counter() - began)
    if not published:
        return EndedPage(Outcome(LEASE_LOST.word, held.stands_in))
    meters.count_removed(article.removed)
    if revision.event == "created" and not page.backfill:
        meters.count_published(revision.made_at.timestamp() - page.listed_at / 1000)
    return EndedPage(
        Outcome(revision.event, held.stands_in),
        title=article.title[:LOGGED_TITLE_CHARS],
        words=article.word_count,
    )


async def _build_revision(work: PageContext, learned: LearnedPage) -> _Revision | Outcome:
    """Build an article's first revision or its next, unless the published one has not changed."""
    page, held, known = work.page, learned.held, learned.known
    substance = compute_fingerprint(held.cleaned, learned.stripped, url=held.url)
    now = work.clock()
    article = build_article(
        page,
        learned.stripped,
        rev=known.known_rev + 1,
        url=held.url,
        fetched_at=held.read_at,
        origin=held.origin,
    )
    plan_visit = partial(
        plan_revisit,
        page,
        held.validators,
        work.context.revisits,
        now=round(now.timestamp() * 1000),
    )
    changes = None
    if known.known_rev:
        compared = await compare_with_published(work, learned, substance, article, plan_visit(changed=False))
        if isinstance(compared, Outcome):
            return compared
        changes = compared
    event = "updated" if known.known_rev else "created"
    return _Revision(article, event, now, substance, changes, plan_visit(changed=True))


def _build_publish_call(
    work: PageContext, learned: LearnedPage, revision: _Revision
) -> Call[PublishedRevision | None]:
    """Build the call that publishes a revision; the feed's words may leave their page for another try."""
    context, held, article, later = work.context, learned.held, revision.article, learned.later
    given: dict[str, Any] = {
        "page_id": work.page.id,
        "lease": work.page.token,
        "rev": article.rev,
        "event": revision.event,
        "fields": build_stream_fields(
            article,
            event=revision.event,
            now=revision.made_at,
            restricted=held.restricted,
            reserved=find_honoured(article.rights, context.honour),
            changes=revision.changes,
        ),
        "fingerprint": number_fingerprint(revision.substance, origin=held.origin),
        "visit": revision.visit,
        "story": None if held.restricted else _build_story_subject(context, article),
        "token": uuid4().hex,
    }
    if learned.stripped.text_from == "page":
        return publish_revision(context.keys, **given)
    return publish_feed_words(
        context.keys,
        **given,
        reason=held.stands_in or "fuller",
        delay_ms=later.delay_ms if later else None,
        close_site_ms=later.close_site_ms if later else 0,
    )


def _build_story_subject(context: WorkerContext, article: Article) -> StorySubject | None:
    return build_story_subject(
        article, window_days=context.story_window_days, has_events=context.has_story_events
    )
