"""Decides anew when a waiting feed is polled, as the operator's bounds have changed. Pure."""

from random import Random

from feedmill._ledger.core.feed_operation_results import WaitingFeed
from feedmill._net.cache_and_retry_headers import WaitRequest
from scheduler.intervals.arrival_rate import read_rate
from scheduler.intervals.next_poll import JITTER, IntervalBounds, PollEnd, PollHistory, decide_next_poll
from scheduler.parsing.document_models import Hints

FRESHNESS_REASONS = frozenset({"max_age", "expires"})
UNBOUND_REASONS = frozenset({"retry_after", "offline", "flooding", "gone"})
"""Waits that no bound of the operator's made: what a server asked for, the line, what the ledger decided."""
SAME_SHARE = 2 * JITTER
"""Share of the longer wait by which two times that one decision may give differ at most."""
SAME_MS = 1000
"""Ms by which they differ besides: those between a decision and its record."""


def reschedule_poll(
    feed: WaitingFeed,
    *,
    arrival_rate: str,
    hints: Hints | None,
    why: str,
    bounds: IntervalBounds,
    rng: Random,
) -> int:
    """Return the ms since the epoch of a waiting feed's next poll: the one it has, where the bounds allow it.

    What the last answer wished is known from `why`, the notes of what had a say in the wait.
    """
    waits = dict(_read_waits(why))
    if feed.reason in UNBOUND_REASONS:
        return feed.next_at
    last_s = feed.last_poll_at / 1000
    if feed.failures:
        wait_ms = _clamp_failed_wait(feed, waits, bounds)
    else:
        fresh = next((WaitRequest(name, waits[name]) for name in waits if name in FRESHNESS_REASONS), None)
        history = PollHistory(
            asked=feed.interval,
            arrival_rate=read_rate(arrival_rate),
            listed=feed.listed,
            hints=hints or Hints(),
            gap="gap" in waits,
            conditional="unconditional" not in waits,
        )
        end = PollEnd(ok=True, max_age=fresh)
        wait_ms = decide_next_poll(bounds=bounds, history=history, end=end, now=last_s, rng=rng).next_ms
    waited_ms = feed.next_at - feed.last_poll_at
    if abs(wait_ms - waited_ms) <= SAME_SHARE * max(wait_ms, waited_ms) + SAME_MS:
        return feed.next_at
    return feed.last_poll_at + wait_ms


def _clamp_failed_wait(feed: WaitingFeed, waits: dict[str, float], bounds: IntervalBounds) -> int:
    """Keep a back-off within the bounds, and behind the time that the server named."""
    waited_s = (feed.next_at - feed.last_poll_at) / 1000
    clamped_s = min(max(waited_s, bounds.min_interval), bounds.max_interval)
    return round(max(clamped_s, waits.get("retry_after", 0.0)) * 1000)


def _read_waits(why: str) -> list[tuple[str, float]]:
    """Read notes of the form `rule=seconds …`; what is no such note is left out."""
    pairs = (word.partition("=") for word in why.split())
    return [(rule, float(seconds)) for rule, _, seconds in pairs if seconds.isdecimal()]
