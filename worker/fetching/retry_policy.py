"""Decides when a page whose request failed is requested again, or that it is given up. Pure.

Network trouble, 5xx, 429 and every other answer that may be different tomorrow are no fault of the page:
it comes back uncharged, later each time, for a week. 404, 410 and 451 (RFC 9110 §15.5.5 and §15.5.11,
RFC 7725) end it at once, and so does an end of the request that is not temporary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from feedmill._net.cache_and_retry_headers import read_retry_after_s
from feedmill._net.refusing_party import describe_refusal

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
"""Ms of a minute and of a day, in which the waits below are given."""
FIRST_DELAY_MS = MINUTE_MS
MAX_DELAY_MS = DAY_MS
"""Waits after the first failure, and at most: each further failure doubles them."""
GIVE_UP_AFTER_MS = 7 * DAY_MS
"""Time for which a page fails in a row before it is given up: outages of a site rarely last longer."""
SITE_PAUSE_MS = 5 * MINUTE_MS
"""Time for which a site stays closed after a 429 or 503 without a Retry-After."""

INTERSTITIAL_DELAYS_MS = {
    "maintenance": (10 * MINUTE_MS, GIVE_UP_AFTER_MS),
    "challenge": (60 * MINUTE_MS, DAY_MS),
    "error": (10 * MINUTE_MS, DAY_MS),
    "unrelated": (60 * MINUTE_MS, DAY_MS),
}
"""What pages show for a time: the first wait, and how long it is waited for in all."""

PAGE_STATUSES = range(200, 300)
GONE_STATUSES = frozenset({404, 410, 451})
OVERLOADED_STATUSES = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class FailureRun:
    """The run of failures that a page is in."""

    failures: int
    """Failures in a row so far, without the present one."""
    first_failed_at: int | None
    """When the run began, ms since the epoch; None when there is none."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Return the page for later, uncharged."""

    reason: str
    delay_ms: int
    close_site_ms: int = 0


@dataclass(frozen=True, slots=True)
class GiveUp:
    """End the page: among the dead letters, or settled where nothing has gone wrong."""

    reason: str
    detail: str = ""
    settled: bool = False


def after_status(
    status: int, headers: Mapping[str, str], failing: FailureRun, *, now: datetime, rng: Random
) -> RetryLater | GiveUp | None:
    """Decide by an answer's status code; None: the answer is a page. Header names are in lower case."""
    if status in PAGE_STATUSES:
        return None
    reason = f"http_{status}"
    if status in GONE_STATUSES:
        return GiveUp(reason)
    retry_after_s = read_retry_after_s(headers, now)
    retry_after_ms = None if retry_after_s is None else round(retry_after_s * 1000)
    decided = _back_off(reason, failing, now=now, rng=rng)
    if isinstance(decided, GiveUp):
        by = describe_refusal(status, headers)
        return GiveUp(reason, f"{by}; {decided.detail}" if by else decided.detail)
    delay = max(decided.delay_ms, retry_after_ms or 0)
    if status not in OVERLOADED_STATUSES:
        return RetryLater(reason, delay)
    return RetryLater(reason, delay, SITE_PAUSE_MS if retry_after_ms is None else retry_after_ms)


def after_error(
    outcome: str, failing: FailureRun, *, temporary: bool, detail: str, now: datetime, rng: Random
) -> RetryLater | GiveUp:
    """Decide by the named end of a request that got no answer."""
    if not temporary:
        return GiveUp(outcome, detail)
    return _back_off(outcome, failing, now=now, rng=rng)


def after_interstitial(outcome: str, failing: FailureRun, *, now: datetime, rng: Random) -> RetryLater | None:
    """Decide by what a page shows in place of the article; None: no later request will find another one.

    Maintenance ends within days; a challenge that stands before all pages of a site, an error, and a page
    that has nothing of its entry do within hours. Such pages come with 200 and without a time to come
    back: the first wait is long.
    """
    first, longest = INTERSTITIAL_DELAYS_MS.get(outcome, (0, 0))
    began = failing.first_failed_at
    if not first or (began is not None and now.timestamp() * 1000 - began >= longest):
        return None
    wait = min(first * 2 ** min(failing.failures, 20), MAX_DELAY_MS)
    return RetryLater(outcome, int(wait * rng.uniform(0.5, 1.0)))


def _back_off(reason: str, failing: FailureRun, *, now: datetime, rng: Random) -> RetryLater | GiveUp:
    """Wait twice as long each time, up to a day; the lower half of the wait is drawn by lot."""
    began = failing.first_failed_at
    if began is not None and now.timestamp() * 1000 - began >= GIVE_UP_AFTER_MS:
        return GiveUp(reason, f"failed {failing.failures + 1} times in a row since {_format_time(began)}")
    longest = min(FIRST_DELAY_MS * 2 ** min(failing.failures, 20), MAX_DELAY_MS)
    return RetryLater(reason, int(longest * rng.uniform(0.5, 1.0)))


def _format_time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
