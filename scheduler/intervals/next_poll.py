"""Decides when to poll a feed next, by its history and the server's headers. Pure."""

import math
from dataclasses import dataclass
from random import Random

from feedmill._net.cache_and_retry_headers import WaitRequest
from scheduler.intervals.arrival_rate import ArrivalRate, choose_wait_s
from scheduler.parsing.document_models import Hints
from scheduler.parsing.feed_hints import DAY_S, HOUR_S

JITTER = 0.05
"""Polls spread over this share of the interval to both sides, so that feeds do not march in step."""
SITE_PAUSE_S = 60.0
"""Seconds that a site's gate closes on the first 429 or 503 without a time; doubled with each further one."""
MAX_SITE_PAUSE_S = 3600.0
"""Longest pause that doubling gives a site's gate: a site that recovers is not left alone for hours."""
MAX_DOUBLINGS = 16.0
"""Failures that still double a wait; more would overflow, and the operator's bounds apply long before."""
QUIET_S = 3 * DAY_S
"""Silence, in seconds, from which a feed is polled hourly at most (`HOURLY_S`)."""
HOURLY_S = 3600.0
"""Shortest interval of a silent feed, whatever its hours were: what publishers' audits of readers ask for."""
OVERLAP_SHARE = 0.5
"""Share of a document's places taken by new entries before which the next poll comes; none is missed so."""

FIRM_REASONS = frozenset({"quiet", "ttl", "update_period", "max_age", "expires"})
"""Wishes that no jitter undercuts."""

NO_HINTS = Hints()

GONE_STATUSES = 410
"""Status by which a server withdraws a feed for good (RFC 9110 section 15.5.11): it is polled no more."""
SITE_WIDE_OUTCOMES = frozenset({429, 503})
ALL_HOURS, ALL_DAYS = (1 << 24) - 1, (1 << 7) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalBounds:
    """The operator's limits for all feeds, in seconds."""

    interval: float
    """Between polls of a feed with one entry an hour; others by the root of their rate."""
    min_interval: float
    max_interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHistory:
    """What is known from a feed's earlier polls."""

    asked: float | None = None
    """The operator's interval for this feed, in seconds."""
    arrival_rate: ArrivalRate | None = None
    failure_score: float = 0.0
    """Of the failed polls in a row, this one included (failure_weights.py)."""
    failures: int = 0
    """Failed polls in a row before this one."""
    listed: int = 0
    """Entries in the last document."""
    hints: Hints = NO_HINTS
    gap: bool = False
    """The last document shared no entry with the one before."""
    conditional: bool = True
    """The server gave a validator: asking costs it little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollEnd:
    """How a poll ended, as far as the schedule asks."""

    ok: bool
    status: int | None = None
    answered_by_other_url: bool = False
    """Another address than the feed's own answered: what is gone there may be here again."""
    retry_after_s: float | None = None
    max_age: WaitRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPoll:
    """When to poll next, and why."""

    next_ms: int
    reason: str
    """interval (the operator's), rhythm, default, gap, unconditional, quiet, ttl, update_period, max_age,
    expires, skip_hours, skip_days, error_backoff, retry_after, gone."""
    why: str = ""
    """All that had a say: rule=seconds, in the order in which they were asked."""
    close_site_ms: int = 0
    """How long the site asks for no request at all."""
    stop: bool = False
    """Never again, until the operator asks for it."""


def decide_next_poll(
    *, bounds: IntervalBounds, history: PollHistory, end: PollEnd, now: float, rng: Random
) -> NextPoll:
    """Decide the next poll; `now` in seconds since the epoch.

    The operator's interval or the learned rhythm sets when a poll is worth its cost; the wishes of feed and
    server may make it later, never sooner. The operator's interval stands against wishes, not against errors
    and Retry-After. Nothing but Retry-After (a week at most) goes past the cap.
    """
    if not end.ok and end.status == GONE_STATUSES and not end.answered_by_other_url:
        return NextPoll(next_ms=0, reason="gone", stop=True)
    said = _list_waits(bounds, history, end, now)
    if not end.ok:
        return _after_error(bounds, history, end, said, rng)
    chosen = _latest(said)
    spread = 1 + JITTER * (rng.random() if chosen.reason in FIRM_REASONS else 2 * rng.random() - 1)
    earliest = max((wish.seconds for wish in said if wish.reason in FIRM_REASONS), default=0.0)
    seconds = _clamp(bounds, max(chosen.seconds * spread, earliest))
    reason = chosen.reason
    if history.asked is None:
        later, rule = skip_to_allowed(now + seconds, history.hints)
        if rule:
            seconds = min(later - now + JITTER * (later - now - seconds) * rng.random(), bounds.max_interval)
            reason = rule
            said.append(WaitRequest(rule, seconds))
    return NextPoll(next_ms=_ms(seconds), reason=reason, why=_format_reasons(said))


def _list_waits(
    bounds: IntervalBounds, history: PollHistory, ending: PollEnd, now: float
) -> list[WaitRequest]:
    """Return what decides after a good poll: first the interval, then the publisher's requests for rest."""
    if history.asked is not None:
        return [WaitRequest("interval", _clamp(bounds, history.asked))]
    said = [_choose_wanted(bounds, history, now)]
    if not history.conditional:
        said.append(WaitRequest("unconditional", bounds.interval))
    hints = history.hints
    arrivals = history.arrival_rate
    if arrivals is not None and now - arrivals.last_arrival_at > QUIET_S:
        said.append(WaitRequest("quiet", HOURLY_S))
    said += [WaitRequest("ttl", hints.ttl)] if hints.ttl else []
    said += [WaitRequest("update_period", hints.period)] if hints.period else []
    said += [ending.max_age] if ending.max_age else []
    return [WaitRequest(wish.reason, _clamp(bounds, wish.seconds)) for wish in said]


def _choose_wanted(bounds: IntervalBounds, history: PollHistory, now: float) -> WaitRequest:
    arrivals = history.arrival_rate
    if arrivals is None or (arrivals.last_arrival_at == arrivals.since and now - arrivals.since < DAY_S):
        wanted = WaitRequest("default", bounds.interval)
    else:
        most = max(history.listed * OVERLAP_SHARE, 1.0) if history.listed else math.inf
        unit = bounds.interval / 60.0  # of the root of one entry an hour
        wanted = WaitRequest(
            "rhythm", choose_wait_s(arrivals, now, unit=unit, longest=bounds.max_interval, most=most)
        )
    return WaitRequest("gap", wanted.seconds / 2) if history.gap else wanted


def _after_error(
    bounds: IntervalBounds, history: PollHistory, ending: PollEnd, said: list[WaitRequest], rng: Random
) -> NextPoll:
    usual = _latest(said).seconds * 2.0 ** min(history.failure_score, MAX_DOUBLINGS)
    backed_off = _clamp(bounds, usual * (1 + JITTER * (2 * rng.random() - 1)))
    said.append(WaitRequest("error_backoff", backed_off))
    asked = ending.retry_after_s
    closed = 0.0
    if ending.status in SITE_WIDE_OUTCOMES:
        closed = min(SITE_PAUSE_S * 2.0 ** min(history.failures, MAX_DOUBLINGS), MAX_SITE_PAUSE_S, backed_off)
        closed = closed if asked is None else asked
    seconds, reason = backed_off, "error_backoff"
    if asked is not None:
        said.append(WaitRequest("retry_after", asked))
        if asked >= backed_off:  # never before the time that the server named
            seconds, reason = asked + bounds.interval * JITTER * rng.random(), "retry_after"
    return NextPoll(next_ms=_ms(seconds), reason=reason, why=_format_reasons(said), close_site_ms=_ms(closed))


def _latest(said: list[WaitRequest]) -> WaitRequest:
    return max(said, key=lambda wish: wish.seconds)  # of equals the first


def _format_reasons(said: list[WaitRequest]) -> str:
    return " ".join(f"{wish.reason}={wish.seconds:.0f}" for wish in said)


def _clamp(bounds: IntervalBounds, seconds: float) -> float:
    return min(max(seconds, bounds.min_interval), bounds.max_interval)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def skip_to_allowed(at: float, hints: Hints) -> tuple[float, str]:
    """Move a moment (epoch seconds) out of the hours and days to be skipped; also name the rule, or ""."""
    hours = hints.skip_hours if hints.skip_hours != ALL_HOURS else 0
    days = hints.skip_days if hints.skip_days != ALL_DAYS else 0
    rule = ""
    for _ in range(24 * 7):
        if days >> (int(at // DAY_S) + 3) % 7 & 1:
            at, rule = (at // DAY_S + 1) * DAY_S, "skip_days"
        elif hours >> int(at // HOUR_S) % 24 & 1:
            at, rule = (at // HOUR_S + 1) * HOUR_S, "skip_hours"
        else:
            break
    return at, rule
