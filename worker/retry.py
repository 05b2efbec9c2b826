"""What becomes of a page whose request brought no page: later, or never. Pure rules.

Network trouble, 5xx, 429 and every other answer that may be different tomorrow are no fault of the page:
it comes back uncharged, later each time, for a week. 404, 410 and 451 (RFC 9110 §15.5.5 and §15.5.11,
RFC 7725) end it at once, and so does an end of the request that is not temporary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
FIRST_MS = MINUTE_MS
LONGEST_MS = DAY_MS
LONGEST_ASKED_MS = 7 * DAY_MS
"""The longest Retry-After that is honoured."""
GIVE_UP_MS = 7 * DAY_MS
CLOSE_MS = 5 * MINUTE_MS
"""How long a site stays closed that asks for rest without saying for how long."""

PASSING = {"maintenance": (10 * MINUTE_MS, GIVE_UP_MS), "challenge": (60 * MINUTE_MS, DAY_MS)}
"""What pages show for a time: the first wait, and how long it is waited for in all."""

PAGE = range(200, 300)
GONE = frozenset({404, 410, 451})
OVERLOADED = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Failing:
    """The run of failures that a page is in."""

    failures: int
    """Failures in a row so far, without the present one."""
    first_failed_at: int | None
    """When the run began, ms since the epoch; None when there is none."""


@dataclass(frozen=True, slots=True)
class Later:
    """Give the page back, uncharged."""

    reason: str
    delay_ms: int
    close_site_ms: int = 0


@dataclass(frozen=True, slots=True)
class Never:
    """Bury the page, or settle it where nothing has gone wrong."""

    reason: str
    detail: str = ""
    settled: bool = False


def after_status(
    status: int, headers: Mapping[str, str], failing: Failing, *, now: datetime, rng: Random
) -> Later | Never | None:
    """Decide by an answer's status code; None: the answer is a page. Header names are in lower case."""
    if status in PAGE:
        return None
    reason = f"http_{status}"
    if status in GONE:
        return Never(reason)
    asked = retry_after_ms(headers, now=now)
    decided = _back_off(reason, failing, now=now, rng=rng)
    if isinstance(decided, Never):
        return decided
    delay = max(decided.delay_ms, asked or 0)
    if status not in OVERLOADED:
        return Later(reason, delay)
    return Later(reason, delay, CLOSE_MS if asked is None else asked)


def after_error(
    outcome: str, failing: Failing, *, temporary: bool, detail: str, now: datetime, rng: Random
) -> Later | Never:
    """Decide by the named end of a request that got no answer."""
    if not temporary:
        return Never(outcome, detail)
    return _back_off(outcome, failing, now=now, rng=rng)


def after_passing(outcome: str, failing: Failing, *, now: datetime, rng: Random) -> Later | None:
    """Decide by what a page shows in place of the article; None: no later request will find another one.

    Maintenance ends within days, and a challenge that stands before all pages of a site within hours. Such
    pages answer 200, and say for no time when to come back: the first wait is long.
    """
    first, longest = PASSING.get(outcome, (0, 0))
    began = failing.first_failed_at
    if not first or (began is not None and now.timestamp() * 1000 - began >= longest):
        return None
    wait = min(first * 2 ** min(failing.failures, 20), LONGEST_MS)
    return Later(outcome, int(wait * rng.uniform(0.5, 1.0)))


def retry_after_ms(headers: Mapping[str, str], *, now: datetime) -> int | None:
    """Read a Retry-After header, seconds or a date (RFC 9110 §10.2.3), as ms from now; None: unreadable.

    A date is held against the answer's own `Date`, where it has one: the server's clock, not this host's.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]) * 1000, LONGEST_ASKED_MS)
    until = _date(text)
    if until is None:
        return None
    wait = int((until - (_date(headers.get("date", "")) or now)).total_seconds() * 1000)
    return min(max(wait, 0), LONGEST_ASKED_MS)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _back_off(reason: str, failing: Failing, *, now: datetime, rng: Random) -> Later | Never:
    """Wait twice as long each time, up to a day; the lower half of the wait is drawn by lot."""
    began = failing.first_failed_at
    if began is not None and now.timestamp() * 1000 - began >= GIVE_UP_MS:
        return Never(reason, f"failed {failing.failures + 1} times in a row since {_moment(began)}")
    longest = min(FIRST_MS * 2 ** min(failing.failures, 20), LONGEST_MS)
    return Later(reason, int(longest * rng.uniform(0.5, 1.0)))


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
