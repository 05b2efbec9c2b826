"""Builds the feed events that a poll makes, from what was noted before and after it. Pure."""

from datetime import datetime

from scheduler.feed_event_format import EventFields, build_event, format_event_time
from scheduler.intervals import arrival_rate as rhythms
from scheduler.parsing.document_models import ParsedFeed
from scheduler.polling.feed_state import PollState
from scheduler.polling.poll_request import FALSE_304_LIMIT
from scheduler.polling.poll_values import PollDecision, PollResult


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
