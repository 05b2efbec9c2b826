"""When to poll a feed next: one pure function of the feed's history and the server's words."""

import math
from dataclasses import dataclass
from random import Random

from scheduler.asks import Asked, skipped_until
from scheduler.documents import Hints
from scheduler.rhythm import DAY, Rhythm, wait

JITTER = 0.05
"""Polls spread over this share of the interval to both sides, so that feeds do not march in step."""
CLOSE_S = 60.0
"""How long a site's gate closes on the first 429 or 503 that names no time; doubled with each further one."""
LONGEST_CLOSE_S = 3600.0
MAX_DOUBLINGS = 16.0
QUIET_S = 3 * DAY
"""A feed that has been silent for so long is asked …"""
HOURLY_S = 3600.0
"""… hourly at most, whatever its hours were: what publishers' audits of readers ask for."""
OVERLAP = 0.5
"""A poll comes before this share of a document's places is taken by new entries."""

FIRM = frozenset({"quiet", "ttl", "update_period", "max_age", "expires"})
"""Wishes that no jitter undercuts."""

NO_HINTS = Hints()

GONE = 410
SITE_WIDE = frozenset({429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The operator's limits for all feeds, in seconds."""

    interval: float
    """Between polls of a feed with one entry an hour; others by the root of their rate."""
    min_interval: float
    max_interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a feed's earlier polls tell."""

    asked: float | None = None
    """The operator's interval for this feed, in seconds."""
    rhythm: Rhythm | None = None
    strain: float = 0.0
    """Of the failed polls in a row, this one included (faults.py)."""
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
class Ending:
    """How a poll ended, as far as the schedule asks."""

    ok: bool
    status: int | None = None
    elsewhere: bool = False
    """Another address than the feed's own answered: what is gone there may be here again."""
    retry_after_s: float | None = None
    fresh: Asked | None = None


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
    """How long the site wants no request at all."""
    stop: bool = False
    """Never again, until the operator asks for it."""


def next_poll(*, bounds: Bounds, history: History, ending: Ending, now: float, rng: Random) -> NextPoll:
    """Decide the next poll; `now` in seconds since the epoch.

    The operator's interval or the learned rhythm says when a poll is worth its cost; the wishes of feed and
    server may make it later, never sooner. The operator's interval stands against wishes, not against errors
    and Retry-After. Nothing but Retry-After (a week at most) goes past the cap.
    """
    if not ending.ok and ending.status == GONE and not ending.elsewhere:
        return NextPoll(next_ms=0, reason="gone", stop=True)
    said = _usual(bounds, history, ending, now)
    if not ending.ok:
        return _after_error(bounds, history, ending, said, rng)
    chosen = _latest(said)
    spread = 1 + JITTER * (rng.random() if chosen.reason in FIRM else 2 * rng.random() - 1)
    earliest = max((wish.seconds for wish in said if wish.reason in FIRM), default=0.0)
    seconds = _within(bounds, max(chosen.seconds * spread, earliest))
    reason = chosen.reason
    if history.asked is None:
        later, rule = skipped_until(now + seconds, history.hints)
        if rule:
            seconds = min(later - now + JITTER * (later - now - seconds) * rng.random(), bounds.max_interval)
            reason = rule
            said.append(Asked(rule, seconds))
    return NextPoll(next_ms=_ms(seconds), reason=reason, why=_words(said))


def _usual(bounds: Bounds, history: History, ending: Ending, now: float) -> list[Asked]:
    """Give what has a say after a good poll: first the wish to know, then the wishes to be left alone."""
    if history.asked is not None:
        return [Asked("interval", _within(bounds, history.asked))]
    said = [_wanted(bounds, history, now)]
    if not history.conditional:
        said.append(Asked("unconditional", bounds.interval))
    hints = history.hints
    rhythm = history.rhythm
    if rhythm is not None and now - rhythm.last > QUIET_S:
        said.append(Asked("quiet", HOURLY_S))
    said += [Asked("ttl", hints.ttl)] if hints.ttl else []
    said += [Asked("update_period", hints.period)] if hints.period else []
    said += [ending.fresh] if ending.fresh else []
    return [Asked(wish.reason, _within(bounds, wish.seconds)) for wish in said]


def _wanted(bounds: Bounds, history: History, now: float) -> Asked:
    rhythm = history.rhythm
    if rhythm is None or (rhythm.last == rhythm.since and now - rhythm.since < DAY):
        wanted = Asked("default", bounds.interval)
    else:
        most = max(history.listed * OVERLAP, 1.0) if history.listed else math.inf
        unit = bounds.interval / 60.0  # of the root of one entry an hour
        wanted = Asked("rhythm", wait(rhythm, now, unit=unit, longest=bounds.max_interval, most=most))
    return Asked("gap", wanted.seconds / 2) if history.gap else wanted


def _after_error(
    bounds: Bounds, history: History, ending: Ending, said: list[Asked], rng: Random
) -> NextPoll:
    usual = _latest(said).seconds * 2.0 ** min(history.strain, MAX_DOUBLINGS)
    backed_off = _within(bounds, usual * (1 + JITTER * (2 * rng.random() - 1)))
    said.append(Asked("error_backoff", backed_off))
    asked = ending.retry_after_s
    closed = 0.0
    if ending.status in SITE_WIDE:
        closed = min(CLOSE_S * 2.0 ** min(history.failures, MAX_DOUBLINGS), LONGEST_CLOSE_S, backed_off)
        closed = closed if asked is None else asked
    seconds, reason = backed_off, "error_backoff"
    if asked is not None:
        said.append(Asked("retry_after", asked))
        if asked >= backed_off:  # never before the time that the server named
            seconds, reason = asked + bounds.interval * JITTER * rng.random(), "retry_after"
    return NextPoll(next_ms=_ms(seconds), reason=reason, why=_words(said), close_site_ms=_ms(closed))


def _latest(said: list[Asked]) -> Asked:
    return max(said, key=lambda wish: wish.seconds)  # of equals the first


def _words(said: list[Asked]) -> str:
    return " ".join(f"{wish.reason}={wish.seconds:.0f}" for wish in said)


def _within(bounds: Bounds, seconds: float) -> float:
    return min(max(seconds, bounds.min_interval), bounds.max_interval)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
