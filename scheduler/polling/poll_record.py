"""What a poll leaves behind: its record, made of answer, document and what the feed's memory says. Pure."""

from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.core.records import LeasedFeed, PollRecord
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._net.cache_headers import read_max_age, read_retry_after_s
from scheduler.backfill.page_walk import make_gap_job, write_backfill_job
from scheduler.intervals import arrival_rate as rhythms
from scheduler.intervals.next_poll import (
    GONE_STATUSES,
    IntervalBounds,
    PollEnd,
    PollHistory,
    decide_next_poll,
)
from scheduler.parsing.document_models import Hints, ParsedFeed
from scheduler.polling.feed_state import PollState, read_poll_state, write_poll_state
from scheduler.polling.feed_state_update import update_after_failure, update_poll_state
from scheduler.polling.permanent_redirects import has_moved
from scheduler.polling.poll_events import build_failing_event, build_gap_event, build_poll_events
from scheduler.polling.poll_result import PollResult
from scheduler.polling.response_verdict import DAY_S, Validators, choose_validators, distrusts_304


def build_poll_record(
    result: PollResult, *, bounds: IntervalBounds, now: datetime, rng: Random
) -> PollRecord:
    """Make the record of an answered poll."""
    feed, response = result.feed, result.fetched
    before = read_poll_state(feed.notes)
    at = now.timestamp()
    state = update_poll_state(before, result, at)
    ending = PollEnd(
        ok=result.ok,
        status=response.status,
        answered_by_other_url=result.answered_by_other_url,
        retry_after_s=read_retry_after_s(response.headers, now),
        max_age=read_max_age(response.headers, now) if result.ok else None,
    )
    kept = choose_validators(feed, response, result.verdict, result.parsed)
    if distrusts_304(state, at):
        kept = Validators(body_hash=kept.body_hash)
    gap = result.shares_no_known_entry and feed.fickle == 0
    listed = (
        result.parsed.listed
        if isinstance(result.parsed, ParsedFeed) and result.is_full_document
        else feed.listed
    )
    history = _build_history(
        feed, state, conditional=bool(kept.etag or kept.modified), listed=listed, gap=gap
    )
    following = decide_next_poll(bounds=bounds, history=history, end=ending, now=at, rng=rng)
    moved_to = _moved_to(result, state, at)
    state = msgspec.structs.replace(
        state, why=following.why, move=None if moved_to is not None else state.move, gaps=state.gaps + gap
    )
    feed_read = result.parsed if isinstance(result.parsed, ParsedFeed) else None
    return PollRecord(
        outcome=result.outcome,
        ok=result.ok,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms if find_site(response.url) == feed.site else 0,
        status=response.status,
        detail=result.detail,
        etag=kept.etag,
        modified=kept.modified,
        body_hash=kept.body_hash,
        title=feed_read.title if feed_read and result.is_full_document else None,
        final_url=response.url,
        listed=listed,
        known=result.compared.versions_to_remember,
        found=result.compared.found,
        read=feed_read is not None,
        stop=following.stop,
        moved_to=moved_to,
        site=None if moved_to is None else find_site(moved_to or feed.url),
        notes=write_poll_state(state),
        events=build_poll_events(result, before, state, now, moved_to=moved_to, stop=following.stop),
        gap=build_gap_event(result, before, now) if result.shares_no_known_entry else None,
        past=_make_gap_job(result, before) if result.shares_no_known_entry else None,
        retry=feed.asked == "retry",
    )


def build_failure_record(
    feed: LeasedFeed, outcome: str, detail: str, *, bounds: IntervalBounds, now: datetime, rng: Random
) -> PollRecord:
    """Make the record of a poll that got no answer; the feed keeps what the last answer left."""
    before = read_poll_state(feed.notes)
    at = now.timestamp()
    state = update_after_failure(before, outcome, at)
    begins = state.failing and not before.failing
    history = _build_history(feed, state, conditional=bool(feed.etag or feed.modified))
    following = decide_next_poll(bounds=bounds, history=history, end=PollEnd(ok=False), now=at, rng=rng)
    state = msgspec.structs.replace(state, why=following.why)
    return PollRecord(
        outcome=outcome,
        ok=False,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms,
        detail=detail[:300],
        etag=feed.etag or "",
        modified=feed.modified or "",
        body_hash=feed.body_hash or "",
        notes=write_poll_state(state),
        events=(build_failing_event(state, now, outcome, detail[:300]),) if begins else (),
    )


def _build_history(
    feed: LeasedFeed, state: PollState, *, conditional: bool, listed: int | None = None, gap: bool = False
) -> PollHistory:
    return PollHistory(
        asked=feed.interval,
        arrival_rate=rhythms.read_rate(state.arrival_rate),
        failure_score=state.failure_score,
        failures=feed.failures,
        listed=feed.listed if listed is None else listed,
        hints=state.hints or Hints(),
        gap=gap,
        conditional=conditional,
    )


def _make_gap_job(result: PollResult, before: PollState) -> str | None:
    """Make the job that fills the gap, where the document says how its older entries are reached."""
    if not isinstance(result.parsed, ParsedFeed):
        return None
    job = make_gap_job(result.fetched.url, result.parsed, since=max(before.good_at - DAY_S, 0))
    return write_backfill_job(job) if job else None


def _moved_to(result: PollResult, state: PollState, at: float) -> str | None:
    if has_moved(state.move, int(at)) and state.move is not None:
        return "" if state.move.to == result.feed.url else state.move.to
    if (
        result.fetched.status == GONE_STATUSES
        and result.request.url == result.feed.moved_to
        and not result.fetched.redirects
    ):
        return ""
    came_back = result.feed.moved_to is not None and result.request.url == result.feed.url
    return "" if came_back and result.ok and not result.fetched.redirects else None
