"""What a server and a feed ask of those who poll: how long an answer is fresh, when not to come. Pure.

Sources: RFC 9111 sections 4.2 and 5.2.2 (max-age, Age, Expires), RFC 9110 section 10.2.3 (Retry-After),
RSS 2.0 (ttl, skipHours, skipDays; in GMT), the RSS 1.0 module Syndication (updatePeriod, updateFrequency).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scheduler.documents import Hints

LONGEST_RETRY_AFTER_S = 7 * 86400.0
LONGEST_S = 366 * 86400.0
HOUR, DAY = 3600.0, 86400.0
ALL_HOURS, ALL_DAYS = (1 << 24) - 1, (1 << 7) - 1
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS = {
    "hourly": HOUR,
    "daily": DAY,
    "weekly": 7 * DAY,
    "monthly": 30 * DAY,
    "yearly": 365 * DAY,
}
_DIRECTIVE = re.compile(r"([\w-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s,;\"]*)))?")
_SKIP_HOURS = re.compile(rb"<skipHours[^>]{0,100}>(.{0,4000}?)</skipHours", re.DOTALL | re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays[^>]{0,100}>(.{0,4000}?)</skipDays", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]{6,9})\s*</day", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish of the server's: not to be asked again for so many seconds."""

    reason: str
    seconds: float


def freshness(headers: Mapping[str, str], now: datetime) -> Asked | None:
    """Read how long an answer stays fresh; header names in lower case. None when nothing is said.

    Of max-age the Age is taken off, as a cache on the way may have held the answer. `no-cache`, `no-store`
    and a value that is no number say nothing here. `s-maxage` is for shared caches.
    """
    control = _directives(headers.get("cache-control", ""))
    if "no-cache" in control or "no-store" in control:
        return None
    if "max-age" in control:
        age = _whole(headers.get("age")) or 0.0
        seconds = _whole(control["max-age"])
        return None if seconds is None else Asked("max_age", max(seconds - age, 0.0))
    expires = moment(headers.get("expires"))
    if expires is None:
        return None
    sent = moment(headers.get("date")) or now
    return Asked("expires", min(max((expires - sent).total_seconds(), 0.0), LONGEST_S))


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date, a week at most; None when it is neither.

    A date is held against the answer's own `Date`, where it has one: the server's clock, not this host's.
    """
    text = headers.get("retry-after", "").strip()
    seconds = _whole(text)
    if seconds is None:
        until = moment(text)
        if until is None:
            return None
        seconds = max((until - (moment(headers.get("date")) or now)).total_seconds(), 0.0)
    return min(seconds, LONGEST_RETRY_AFTER_S)


def moment(header: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110 section 5.6.7, all three forms); None for anything else."""
    try:
        parsed = parsedate_to_datetime(header or "")
    except (ValueError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


def read_hints(*, ttl: object, period: object, frequency: object, body: bytes) -> Hints | None:
    """Read what a feed document asks for: elements as texts, the skip lists from the document's bytes."""
    minutes = _whole(ttl)
    hints = Hints(
        ttl=min(minutes * 60, LONGEST_S) if minutes else 0,
        period=_period(period, frequency),
        skip_hours=_mask(_HOUR, _SKIP_HOURS, body),
        skip_days=_mask(_DAY, _SKIP_DAYS, body),
    )
    return hints if hints != Hints() else None


def skipped_until(at: float, hints: Hints) -> tuple[float, str]:
    """Move a moment (epoch seconds) out of the hours and days to be skipped; also name the rule, or ""."""
    hours = hints.skip_hours if hints.skip_hours != ALL_HOURS else 0
    days = hints.skip_days if hints.skip_days != ALL_DAYS else 0
    rule = ""
    for _ in range(24 * 7):
        if days >> (int(at // DAY) + 3) % 7 & 1:
            at, rule = (at // DAY + 1) * DAY, "skip_days"
        elif hours >> int(at // HOUR) % 24 & 1:
            at, rule = (at // HOUR + 1) * HOUR, "skip_hours"
        else:
            break
    return at, rule


def _period(period: object, frequency: object) -> float:
    """Give the seconds between updates that the module Syndication states; 0 when it states none."""
    seconds = PERIODS.get(period.strip().lower()) if isinstance(period, str) else None
    if seconds is None:
        return 0
    try:
        times = float(frequency) if isinstance(frequency, str) and frequency.strip() else 1.0
    except ValueError:
        times = 1.0
    return min(seconds / times, LONGEST_S) if times > 0 else 0


def _mask(item: re.Pattern[bytes], block: re.Pattern[bytes], body: bytes) -> int:
    found = block.search(body)
    mask = 0
    for value in item.findall(found[1]) if found else ():
        name = value.decode("ascii").lower()
        if name in WEEKDAYS:
            mask |= 1 << WEEKDAYS.index(name)
        elif name.isdecimal():
            mask |= 1 << int(name) % 24  # some write midnight as 24
    return mask


def _directives(header: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or "" for match in _DIRECTIVE.finditer(header[:1000])}


def _whole(text: object) -> float | None:
    digits = text.strip() if isinstance(text, str) else ""
    return float(digits[:12]) if digits.isascii() and digits.isdecimal() else None
