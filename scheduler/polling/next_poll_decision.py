"""Decides what follows from a poll: the notes for the next one, when that is, and where. Pure."""

from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.core.records import LeasedFeed
from feedmill._ledger.outcome import Outcome
from feedmill._net.cache_and_retry_headers import read_max_age, read_retry_after_s
from scheduler.intervals import arrival_rate as rhythms
from scheduler.intervals.next_poll import (
    GONE_STATUSES,
    IntervalBounds,
    PollEnd,
    PollHistory,
    decide_next_poll,
)
from scheduler.parsing.document_models import Hints, ParsedFeed
from scheduler.polling.feed_state import PollState, read_poll_state
from scheduler.polling.feed_state_update import update_after_failure, update_poll_state
from scheduler.polling.permanent_redirects import has_moved
from scheduler.polling.poll_request import distrusts_304
from scheduler.polling.poll_values import PollDecision, PollResult, Validators
from scheduler.polling.response_verdict import choose_validators


def decide_after_answer(
    result: PollResult, *, bounds: IntervalBounds, now: datetime, rng: Random
) -> PollDecision:
    """Decide what follows from a poll that got a response."""
    answered = result.answered
    feed, response, at = answered.feed, answered.response, now.timestamp()
    state = update_poll_state(result, at)
    ending = PollEnd(
        ok=result.ok,
        status=response.status,
        answered_by_other_url=answered.answered_by_other_url,
        retry_after_s=read_retry_after_s(response.headers, now),
        max_age=read_max_age(response.headers, now) if result.ok else None,
    )
    validators = choose_validators(feed, response, answered.verdict, result.parsed)
    if distrusts_304(state, at) or state.part > answered.state.part:
        validators = Validators(body_hash=validators.body_hash)
    gap = result.shares_no_known_entry and feed.fickle == 0
    is_counted = isinstance(result.parsed, ParsedFeed) and result.is_full_document
    listed = result.parsed.listed if is_counted and isinstance(result.parsed, ParsedFeed) else feed.listed
    history = _build_history(
        feed, state, conditional=bool(validators.etag or validators.modified), listed=listed, gap=gap
    )
    following = decide_next_poll(bounds=bounds, history=history, end=ending, now=at, rng=rng)
    moved_to = _find_move(result, state, at)
    state = msgspec.structs.replace(
        state, why=following.why, move=None if moved_to is not None else state.move, gaps=state.gaps + gap
    )
    return PollDecision(
        following=following, state=state, validators=validators, listed=listed, moved_to=moved_to
    )


def decide_after_failure(
    feed: LeasedFeed, outcome: Outcome, *, bounds: IntervalBounds, now: datetime, rng: Random
) -> PollDecision:
    """Decide what follows from a poll without a response; the feed keeps what the last response left."""
    at = now.timestamp()
    state = update_after_failure(read_poll_state(feed.notes), outcome.word, at)
    history = _build_history(
        feed, state, conditional=bool(feed.etag or feed.modified), listed=feed.listed, gap=False
    )
    following = decide_next_poll(bounds=bounds, history=history, end=PollEnd(ok=False), now=at, rng=rng)
    return PollDecision(
        following=following,
        state=msgspec.structs.replace(state, why=following.why),
        validators=Validators(
            etag=feed.etag or "", modified=feed.modified or "", body_hash=feed.body_hash or ""
        ),
    )


def _build_history(
    feed: LeasedFeed, state: PollState, *, conditional: bool, listed: int, gap: bool
) -> PollHistory:
    return PollHistory(
        asked=feed.interval,
        arrival_rate=rhythms.read_rate(state.arrival_rate),
        failure_score=state.failure_score,
        failures=feed.failures,
        listed=listed,
        hints=state.hints or Hints(),
        gap=gap,
        conditional=conditional,
    )


def _find_move(result: PollResult, state: PollState, at: float) -> str | None:
    """Return where the feed has moved from now on; "" for back to its own address, None for no move."""
    answered = result.answered
    feed, request, response = answered.feed, answered.request, answered.response
    if has_moved(state.move, int(at)) and state.move is not None:
        return "" if state.move.to == feed.url else state.move.to
    if response.status == GONE_STATUSES and request.url == feed.moved_to and not response.redirects:
        return ""
    came_back = feed.moved_to is not None and request.url == feed.url
    return "" if came_back and result.ok and not response.redirects else None
