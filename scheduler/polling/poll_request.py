"""Builds the request of a poll: its address, its conditions, and what excuses its time. Pure."""

from feedmill._ledger.core.records import LeasedFeed
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.polling.feed_state import PollState
from scheduler.polling.oldest_first_tail import WHOLE, find_part_headers
from scheduler.polling.poll_values import PollRequest

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

DAY_S = 86400
"""Seconds of a day."""
PROBE_DOUBLINGS = 5
"""Bounds the days between full requests that test a server's 304s: 1, 2, 4 … 32, while they prove right."""
FALSE_304_LIMIT = 2
"""Wrong 304s from which no validators are sent for `DISTRUST_S`."""
DISTRUST_S = 30 * DAY_S
"""Seconds without validators after wrong 304s: then the server may have been repaired."""
MIN_UNASKED_INTERVAL_S = 60
"""The shortest interval, in seconds, that no operator has set: only `polling.min_interval` goes below."""


def build_poll_request(feed: LeasedFeed, state: PollState, now: float) -> PollRequest:
    """Build the request of a poll: conditional (RFC 9110 section 13.1) where a validator is kept.

    With an ETag, a delta is welcome too (RFC 3229: new entries alone under 226). A feed that has moved is
    requested at its old address after every other failure. Of a large one that lists its oldest entries first
    the end is requested (oldest_first_tail.py). `now` in seconds since the epoch.
    """
    url = feed.url if feed.moved_to is None or feed.failures % 2 else feed.moved_to
    headers = {"Accept": ACCEPT, **find_part_headers(state.part)}
    kept = bool(feed.etag or feed.modified)
    if not kept or distrusts_304(state, now):
        return PollRequest(url=url, headers=headers, conditional=False)
    if now - state.full_at >= DAY_S * 2 ** min(state.true_304s, PROBE_DOUBLINGS) and feed.body_hash:
        return PollRequest(url=url, headers=headers, conditional=False, is_probe=True)
    if feed.etag:
        headers["If-None-Match"] = feed.etag
        headers |= {} if state.part > WHOLE else {"A-IM": "feed"}
    if feed.modified:
        headers["If-Modified-Since"] = feed.modified
    return PollRequest(url=url, headers=headers, conditional=True)


def find_audit_excuse(feed: LeasedFeed, state: PollState, bounds: IntervalBounds, now: float) -> str:
    """Name what excuses a poll in the record of requests, which would else count it as too early."""
    excuses = {
        "interval": feed.asked != ""
        or feed.interval is not None
        or bounds.min_interval < MIN_UNASKED_INTERVAL_S,
        "false_304": feed.asked == "retry" or distrusts_304(state, now),
    }
    return " ".join(name for name, holds in excuses.items() if holds)


def distrusts_304(state: PollState, now: float) -> bool:
    """Return whether a server's 304s do not count for now."""
    return state.false_304s >= FALSE_304_LIMIT and now - state.full_at < DISTRUST_S
