"""Applies the operator's bounds to waiting polls when a scheduler starts: changed ones count at once."""

from collections.abc import Sequence
from random import Random
from uuid import uuid4

import structlog

from feedmill._ledger.operations.feed_operations import list_feed_ids, list_waiting_feeds, move_polls
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.intervals.poll_rescheduling import reschedule_poll
from scheduler.polling.feed_state import read_poll_state
from scheduler.retrying_ledger import RetryingLedger

FEEDS_PER_CALL = 500
"""Feeds of one call, so that the server is never busy with a long list."""


async def reschedule_waiting_polls(ledger: RetryingLedger, bounds: IntervalBounds, rng: Random) -> int:
    """Move the next polls that other bounds decided; returns how many.

    A start under the bounds of the last one moves nothing, nor does a second scheduler's.
    """
    listed = await ledger.run(list_feed_ids)
    ids = sorted(listed)
    moved = 0
    for start in range(0, len(ids), FEEDS_PER_CALL):
        moved += await _fit_part(ledger, ids[start : start + FEEDS_PER_CALL], bounds, rng)
    if moved:
        structlog.get_logger().info("polls_moved", feeds=moved)
    return moved


async def _fit_part(
    ledger: RetryingLedger, feed_ids: Sequence[str], bounds: IntervalBounds, rng: Random
) -> int:
    moves = []
    for feed in await ledger.run(lambda keys: list_waiting_feeds(keys, feed_ids=feed_ids)):
        state = read_poll_state(feed.notes)
        at = reschedule_poll(
            feed, arrival_rate=state.arrival_rate, hints=state.hints, why=state.why, bounds=bounds, rng=rng
        )
        if at != feed.next_at:
            moves.append((feed.id, feed.polls, at))
    token = uuid4().hex
    return await ledger.run(lambda keys: move_polls(keys, moves=moves, token=token)) if moves else 0
