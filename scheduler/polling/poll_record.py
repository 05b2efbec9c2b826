"""Builds what the ledger stores of a poll: its record and the events that it makes. Pure."""

from datetime import datetime

from feedmill._ledger.core.records import LeasedFeed, PollRecord
from feedmill._ledger.identity.registrable_domain import find_site
from scheduler.backfill.backfill_job import write_backfill_job
from scheduler.backfill.page_walk import make_gap_job
from scheduler.feed_event_builder import EventFields, build_event, format_event_time
from scheduler.intervals import arrival_rate as rhythms
from scheduler.parsing.document_models import ParsedFeed
from scheduler.polling.feed_state import PollState, read_poll_state, write_poll_state
from scheduler.polling.poll_request import DAY_S, FALSE_304_LIMIT
from scheduler.polling.poll_values import PollDecision, PollOutcome, PollResult

_MAX_DETAIL_CHARS = 300
"""Bounds what a record holds of an error's text, which a server may have written."""


def build_poll_record(result: PollResult, decision: PollDecision, now: datetime) -> PollRecord:
    """Build the record of an answered poll."""
    feed, response = result.answered.feed, result.answered.response
    following, validators, moved_to = decision.following, decision.validators, decision.moved_to
    feed_read = result.parsed if isinstance(result.parsed, ParsedFeed) else None
    return PollRecord(
        outcome=result.outcome.word,
        ok=result.outcome.ok,
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
    feed: LeasedFeed, outcome: PollOutcome, decision: PollDecision, now: datetime
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


def build_poll_events(result: PollResult, decision: PollDecision, now: datetime) -> tuple[EventFields, ...]:
    """Return the events that an answered poll makes, from the notes before and after it."""
    before, state, outcome = result.answered.state, decision.state, result.outcome.word
    since = format_event_time(before.failed_at or state.failed_at)
    events = []
    if decision.following.stop:
        events.append(build_event("feed_gone", now, outcome=outcome))
    elif state.failing and not before.failing:
        events.append(build_failing_event(state, now, outcome, result.outcome.detail))
    if before.failing and not state.failing:
        events.append(build_event("feed_recovered", now, outcome=outcome, since=since))
    if state.silent and not before.silent:
        events.append(build_event("feed_silent", now, since=_format_last_entry(before)))
    if before.silent and not state.silent:
        events.append(build_event("feed_heard", now, since=_format_last_entry(before)))
    if decision.moved_to is not None:
        events.append(build_event("feed_moved", now, to=decision.moved_to or result.answered.feed.url))
    if state.announced not in {0, before.announced} and isinstance(result.parsed, ParsedFeed):
        events.append(build_event("feed_announced", now, to=result.parsed.announced))
    if state.false_304s >= FALSE_304_LIMIT > before.false_304s:
        events.append(build_event("feed_false_304", now, since=format_event_time(before.good_at)))
    return tuple(events)


def _format_last_entry(state: PollState) -> str:
    arrivals = rhythms.read_rate(state.arrival_rate)
    return format_event_time(int(arrivals.last_arrival_at)) if arrivals else ""


def build_gap_event(result: PollResult, now: datetime) -> EventFields:
    """Describe between which times entries may have been missed."""
    dates = [entry.published_at for entry in result.compared.listed if entry.published_at]
    until = min([*dates, now])
    return build_event(
        "feed_gap",
        now,
        since=format_event_time(result.answered.state.good_at),
        until=format_event_time(int(until.timestamp())),
    )


def build_failing_event(state: PollState, now: datetime, outcome: str, detail: str) -> EventFields:
    """Describe that a feed is failing by now."""
    return build_event(
        "feed_failing", now, outcome=outcome, detail=detail, since=format_event_time(state.failed_at)
    )
