"""Publishes what is new in substance, as an article's first revision or its next."""

import time
from collections.abc import Mapping
from uuid import uuid4

from feedmill._ledger.core.records import PlannedVisit
from feedmill._ledger.core.replies import PublishedRevision
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.core.story_subject import StorySubject
from feedmill._ledger.operations import page_operations
from worker.fetching.revisit_policy import plan_revisit
from worker.metadata.tdm_rights import find_honoured
from worker.pipeline.page_outcomes import LEASE_LOST, LOGGED_TITLE_CHARS, PageOutcome
from worker.pipeline.page_work import PageWork
from worker.pipeline.published_page import compare_with_published
from worker.pipeline.stage_values import LearnedPage
from worker.publishing.article_builder import build_article, build_stream_fields
from worker.publishing.fingerprints import compute_fingerprint, number_fingerprint
from worker.stories.subject_builder import build_story_subject


async def publish_article(work: PageWork, learned: LearnedPage) -> PageOutcome:
    """Publish a page's article, or end the page where a published one has not changed."""
    page, held, known, meters = work.page, learned.held, learned.known, work.context.meters
    substance = compute_fingerprint(held.cleaned, learned.stripped, url=held.url)
    now = work.clock()
    event = "updated" if known.known_rev else "created"
    article = build_article(
        page, learned.stripped, rev=known.known_rev + 1, url=held.url, fetched_at=held.read_at
    )

    def plan_visit(*, changed: bool) -> PlannedVisit | None:
        now_ms = round(now.timestamp() * 1000)
        return plan_revisit(page, held.validators, work.context.revisits, now=now_ms, changed=changed)

    changes = None
    if known.known_rev:
        compared = await compare_with_published(work, learned, substance, article, plan_visit(changed=False))
        if isinstance(compared, PageOutcome):
            return compared
        changes = compared
    began = time.perf_counter()
    published = await work.run(
        _build_publish_call(
            work,
            learned,
            rev=article.rev,
            event=event,
            fields=build_stream_fields(
                article,
                event=event,
                now=now,
                restricted=held.restricted,
                reserved=find_honoured(article.rights, work.context.honour),
                changes=changes,
            ),
            fingerprint=number_fingerprint(substance, origin=held.origin),
            visit=plan_visit(changed=True),
            story=None
            if held.restricted
            else build_story_subject(
                article,
                window_days=work.context.story_window_days,
                has_events=work.context.has_story_events,
            ),
        )
    )
    meters.count_stage("publish", time.perf_counter() - began)
    if published:
        meters.count_removed(article.removed)
    if published and event == "created" and not page.backfill:
        meters.count_published(now.timestamp() - page.listed_at / 1000)
    if not published:
        return PageOutcome(LEASE_LOST.word, held.stands_in)
    return PageOutcome(
        event, held.stands_in, title=article.title[:LOGGED_TITLE_CHARS], words=article.word_count
    )


def _build_publish_call(
    work: PageWork,
    learned: LearnedPage,
    *,
    rev: int,
    event: str,
    fields: Mapping[str, bytes | str],
    fingerprint: str,
    visit: PlannedVisit | None,
    story: StorySubject | None,
) -> Call[PublishedRevision | None]:
    """Build the call that publishes a revision; the feed's words may leave their page for another try."""
    keys, page, later = work.context.keys, work.page, learned.later
    if learned.stripped.text_from == "page":
        return page_operations.publish_revision(
            keys,
            page_id=page.id,
            lease=page.token,
            rev=rev,
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
        rev=rev,
        event=event,
        fields=fields,
        fingerprint=fingerprint,
        reason=learned.held.stands_in or "fuller",
        visit=visit,
        delay_ms=later.delay_ms if later else None,
        close_site_ms=later.close_site_ms if later else 0,
        story=story,
        token=uuid4().hex,
    )
