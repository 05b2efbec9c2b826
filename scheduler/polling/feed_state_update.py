"""Updates the notes on a feed after a poll, for the next one. Pure; times in seconds since the epoch."""

import zlib
from datetime import datetime

import msgspec

from scheduler.intervals import arrival_rate as rhythms
from scheduler.intervals.failure_weights import FAILING_SCORE, add_failure_weight
from scheduler.parsing.document_models import ParsedFeed
from scheduler.polling.feed_state import PollState
from scheduler.polling.oldest_first_tail import NO_RANGES, choose_part
from scheduler.polling.permanent_redirects import find_permanent_target, track_redirect
from scheduler.polling.poll_request import DAY_S, FALSE_304_LIMIT, distrusts_304
from scheduler.polling.poll_values import UNCHANGED_OUTCOMES, PollResult
from scheduler.polling.response_verdict import disproves_304

SILENT_BATCHES = 20.0
"""Expected batches of entries without any of which a feed is silent, after `SILENT_S` at least."""
SILENT_S = 2 * DAY_S
"""Seconds without an entry before which no feed counts as silent, however many it had."""
SAME_SHARE = 3
"""A document is this feed's where one in this many of its entries is known; else the feed was replaced."""
_NO_SUCH_RANGE = 416
"""Status of a range that is not satisfiable (RFC 9110 section 15.5.17): the server has no such end."""
OLD_S = 3600
"""An entry dated so long before the last good poll should have been listed by it."""


def update_poll_state(result: PollResult, at: float) -> PollState:
    """Return the notes after an answered poll, without what the next poll's schedule adds."""
    state, ok = result.answered.state, result.ok
    permanent = find_permanent_target(result.answered.response.redirects)
    if permanent == result.answered.request.url:
        permanent = None
    same = ok and (not state.good_at or _is_same_feed(result))  # what came first is the feed
    move = track_redirect(
        state.move,
        permanent,
        same_feed=same,
        other_feed=ok and bool(result.compared.statuses) and not same,
        now=int(at),
    )
    if not ok:
        part = NO_RANGES if result.answered.response.status == _NO_SUCH_RANGE else state.part
        return msgspec.structs.replace(
            update_after_failure(state, result.outcome.word, at), move=move, part=part
        )
    state = _count_304_proof(state, result, at)
    hints = state.hints
    if isinstance(result.parsed, ParsedFeed):
        hints = result.parsed.hints
    arrivals = _update_arrival_rate(state, result, at)
    return msgspec.structs.replace(
        state,
        arrival_rate=arrivals,
        silent=_is_silent(arrivals, at),
        hints=hints,
        announced=name_announced(result.parsed) if isinstance(result.parsed, ParsedFeed) else state.announced,
        good_at=int(at),
        failure_score=0,
        failed_at=0,
        failing=False,
        move=move,
        part=choose_part(result.answered, result.compared.listed),
        printed_at=int(at) if result.compared.hashes_due else state.printed_at,
    )


def name_announced(parsed: ParsedFeed) -> int:
    """Name the other address that a document names as its own by a number of 32 bits; 0 for none."""
    return zlib.crc32(parsed.announced.encode("utf-8", "replace")) if parsed.announced else 0


def _is_same_feed(result: PollResult) -> bool:
    """Return whether a document is this feed's: enough of what it lists is known from before.

    A third will do, as news come meanwhile; where a section was redirected to the whole paper's feed, a few
    entries of the section stand in that one too.
    """
    statuses = result.compared.statuses
    known = sum(status != "new" for status in statuses) + result.compared.known_unread
    listed = len(statuses) + result.compared.known_unread
    return (result.outcome.word in UNCHANGED_OUTCOMES and not statuses) or (
        known > 0 and known * SAME_SHARE >= listed
    )


def update_after_failure(state: PollState, outcome: str, at: float) -> PollState:
    """Return the notes after a failed poll, without what the next poll's schedule adds."""
    strain = add_failure_weight(state.failure_score, outcome)
    return msgspec.structs.replace(
        state,
        failure_score=strain,
        failed_at=state.failed_at or int(at),
        failing=state.failing or strain >= FAILING_SCORE,
    )


def _is_silent(written: str, at: float) -> bool:
    """Return whether entries are overdue by far: twice as many as chance explains, and for two days."""
    arrivals = rhythms.read_rate(written)
    if arrivals is None or at - arrivals.last_arrival_at < SILENT_S:
        return False
    return rhythms.count_overdue_batches(arrivals, at) >= SILENT_BATCHES


def _count_304_proof(state: PollState, result: PollResult, at: float) -> PollState:
    """Count what a full answer proves of the 304s before it."""
    answered = result.answered
    if answered.verdict.body_hash is None:
        return state
    now = int(at)
    if state.false_304s >= FALSE_304_LIMIT:
        return (
            state
            if distrusts_304(state, at)
            else msgspec.structs.replace(state, full_at=now, false_304s=FALSE_304_LIMIT - 1)
        )
    if not answered.request.is_probe:
        return msgspec.structs.replace(state, full_at=now)
    if disproves_304(answered.feed, answered.response, answered.request, answered.verdict):
        return msgspec.structs.replace(state, full_at=now, true_304s=0, false_304s=FALSE_304_LIMIT)
    if not answered.verdict.is_to_be_parsed:
        return msgspec.structs.replace(state, full_at=now, true_304s=state.true_304s + 1, false_304s=0)
    dates = [item.entry.published_at for item in result.compared.found]
    late = bool(dates) and all(date and date.timestamp() < state.good_at - OLD_S for date in dates)
    return msgspec.structs.replace(state, full_at=now, true_304s=0, false_304s=state.false_304s + late)


def _update_arrival_rate(state: PollState, result: PollResult, at: float) -> str:
    """Return the rhythm after a good poll: new entries count at the times they state, or half way back."""
    before = rhythms.read_rate(state.arrival_rate)
    if before is None:
        times = [entry.published_at.timestamp() for entry in result.compared.listed if entry.published_at]
        return (
            rhythms.write_rate(rhythms.start_rate(times, at))
            if result.is_full_document or result.parsed is None
            else state.arrival_rate
        )
    fresh = [
        entry.published_at
        for entry, status in zip(result.compared.listed, result.compared.statuses, strict=True)
        if status == "new"
    ]
    if not fresh:
        return state.arrival_rate
    earliest = max(state.good_at, at - 30 * DAY_S)
    moments = sorted(_estimate_arrival(date, earliest, at) for date in fresh)
    return rhythms.write_rate(rhythms.update_rate(before, moments))


def _estimate_arrival(date: datetime | None, earliest: float, at: float) -> float:
    stated = date.timestamp() if date else 0.0
    return stated if earliest <= stated <= at else (earliest + at) / 2
