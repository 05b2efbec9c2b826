"""Builds the record of a poll that the ledger stores. Pure."""

from datetime import datetime

from feedmill._ledger.core.records import LeasedFeed, PollRecord
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.outcome import Outcome
from scheduler.backfill.backfill_job import write_backfill_job
from scheduler.backfill.page_walk import make_gap_job
from scheduler.parsing.document_models import ParsedFeed
from scheduler.polling.feed_state import read_poll_state, write_poll_state
from scheduler.polling.poll_events import build_failing_event, build_gap_event, build_poll_events
from scheduler.polling.poll_request import DAY_S
from scheduler.polling.poll_values import PollDecision, PollResult

_MAX_DETAIL_CHARS = 300
"""Bounds what a record holds of an error's text, which a server may have written."""


def build_poll_record(result: PollResult, decision: PollDecision, now: datetime) -> PollRecord:
    """Build the record of an answered poll."""
    feed, response = result.answered.feed, result.answered.response
    following, validators, moved_to = decision.following, decision.validators, decision.moved_to
    feed_read = result.parsed if isinstance(result.parsed, ParsedFeed) else None
    return PollRecord(
        outcome=result.outcome.word,
        ok=result.ok,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms if find_site(response.url) == feed.site else 0,
        status=response.status,
        detail=result.outcome.detail,
        etag=validators.etag,
        modified=validators.modified,
        body_hash=validators.body_hash,
        title=feed_read.title if feed_read and result.is_full_document else None,
        final_url=response.url,
        listed=decision.listed,
        known=result.compared.versions_to_remember,
        found=result.compared.found,
        read=feed_read is not None,
        stop=following.stop,
        moved_to=moved_to,
        site=None if moved_to is None else find_site(moved_to or feed.url),
        notes=write_poll_state(decision.state),
        events=build_poll_events(result, decision, now),
        gap=build_gap_event(result, now) if result.shares_no_known_entry else None,
        past=_make_gap_job(result) if result.shares_no_known_entry else None,
        retry=feed.asked == "retry",
    )


def build_failure_record(
    feed: LeasedFeed, outcome: Outcome, decision: PollDecision, now: datetime
) -> PollRecord:
    """Build the record of a poll without a response."""
    following, validators, state = decision.following, decision.validators, decision.state
    detail = outcome.detail[:_MAX_DETAIL_CHARS]
    begins = state.failing and not read_poll_state(feed.notes).failing
    return PollRecord(
        outcome=outcome.word,
        ok=False,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms,
        detail=detail,
        etag=validators.etag,
        modified=validators.modified,
        body_hash=validators.body_hash,
        notes=write_poll_state(state),
        events=(build_failing_event(state, now, outcome.word, detail),) if begins else (),
    )


def _make_gap_job(result: PollResult) -> str | None:
    """Make the job that fills the gap, where the document shows how its older entries are reached."""
    if not isinstance(result.parsed, ParsedFeed):
        return None
    since = max(result.answered.state.good_at - DAY_S, 0)
    job = make_gap_job(result.answered.response.url, result.parsed, since=since)
    return write_backfill_job(job) if job else None
