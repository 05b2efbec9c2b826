"""When to poll a feed next: one pure function of the feed, the poll's end and the server's words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

JITTER = 0.05
"""Polls spread over this share of the interval to both sides, so that feeds do not march in step."""
LONGEST_RETRY_AFTER_S = 7 * 86400.0
CLOSE_S = 60.0
"""How long a site's gate closes on a 429 that names no time."""
MAX_DOUBLINGS = 16

GONE = 410
TOO_MANY_REQUESTS = 429
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The operator's limits for all feeds, in seconds."""

    interval: float
    min_interval: float
    max_interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a poll ended, as far as the schedule asks."""

    ok: bool
    status: int | None = None
    retry_after: str | None = None
    """The header as it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPoll:
    """When to poll next, and why."""

    next_ms: int
    reason: str
    """interval (the operator's), default, error_backoff, gone, retry_after."""
    close_site_ms: int = 0
    """How long the site wants no request at all."""


def next_poll(
    *, bounds: Bounds, asked: float | None, failures: int, ending: Ending, now: datetime, rng: Random
) -> NextPoll:
    """Decide the next poll.

    `asked` is the operator's interval for this feed in seconds, `failures` counts the failed polls in a row
    before this one. Errors double the interval up to the cap; Retry-After (RFC 9110 section 10.2.3) wins over
    it when it is longer, up to a week.
    """
    every = _within(bounds, asked or bounds.interval)
    if ending.ok:
        reason = "interval" if asked else "default"
        return NextPoll(next_ms=_ms(_within(bounds, _jittered(every, rng))), reason=reason)
    if ending.status == GONE:
        return NextPoll(next_ms=_ms(_jittered(bounds.max_interval, rng)), reason="gone")
    backed_off = _within(bounds, _jittered(every * 2.0 ** min(failures + 1, MAX_DOUBLINGS), rng))
    wanted = retry_after_s(ending.retry_after, now)
    if wanted is None:
        closed = min(backed_off, CLOSE_S) if ending.status == TOO_MANY_REQUESTS else 0.0
        return NextPoll(next_ms=_ms(backed_off), reason="error_backoff", close_site_ms=_ms(closed))
    closed = wanted if ending.status in {TOO_MANY_REQUESTS, UNAVAILABLE} else 0.0
    if wanted < backed_off:
        return NextPoll(next_ms=_ms(backed_off), reason="error_backoff", close_site_ms=_ms(closed))
    later = wanted + every * JITTER * rng.random()  # never before the time that the server named
    return NextPoll(next_ms=_ms(later), reason="retry_after", close_site_ms=_ms(closed))


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date; None when it is neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:12]), LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def _within(bounds: Bounds, seconds: float) -> float:
    return min(max(seconds, bounds.min_interval), bounds.max_interval)


def _jittered(seconds: float, rng: Random) -> float:
    return seconds * (1 + JITTER * (2 * rng.random() - 1))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
