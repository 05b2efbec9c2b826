"""Reads how long a response is fresh, and when its server asks for the next request. Pure.

Sources: RFC 9111 sections 4.2 and 5.2.2 (max-age, Age, Expires), RFC 9110 section 10.2.3 (Retry-After).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_S = 7 * 86400.0
"""The longest Retry-After that is honoured: a feed or page is asked for once a week at the least."""
MAX_WAIT_S = 366 * 86400.0
"""The longest that an Expires or a feed's own ttl can ask for: later dates are mistakes, not plans."""
_DIRECTIVE = re.compile(r"([\w-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s,;\"]*)))?")


@dataclass(frozen=True, slots=True)
class WaitRequest:
    """A wish of the server's: not to be asked again for so many seconds."""

    reason: str
    seconds: float


def read_max_age(headers: Mapping[str, str], now: datetime) -> WaitRequest | None:
    """Read how long an answer stays fresh; header names in lower case. None when nothing is said.

    Of max-age the Age is taken off, as a cache on the way may have held the answer. `no-cache`, `no-store`
    and a value that is no number are passed over. `s-maxage` is for shared caches. Of several max-age the
    first counts (RFC 9111 section 4.2.1); an Expires without a Date is held against `now`.
    """
    control = _parse_directives(headers.get("cache-control", ""))
    if "no-cache" in control or "no-store" in control:
        return None
    if "max-age" in control:
        age = whole_number(headers.get("age")) or 0.0
        seconds = whole_number(control["max-age"])
        return None if seconds is None else WaitRequest("max_age", max(seconds - age, 0.0))
    expires = parse_http_date(headers.get("expires"))
    if expires is None:
        return None
    sent = parse_http_date(headers.get("date")) or now
    return WaitRequest("expires", min(max((expires - sent).total_seconds(), 0.0), MAX_WAIT_S))


def read_retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date, a week at most; None when it is neither.

    A date is held against the answer's own `Date`, where it has one: the server's clock, not this host's.
    """
    text = headers.get("retry-after", "").strip()
    seconds = whole_number(text)
    if seconds is None:
        until = parse_http_date(text)
        if until is None:
            return None
        seconds = max((until - (parse_http_date(headers.get("date")) or now)).total_seconds(), 0.0)
    return min(seconds, MAX_RETRY_AFTER_S)


def parse_http_date(header: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110 section 5.6.7, all three forms); None for anything else."""
    try:
        parsed = parsedate_to_datetime(header or "")
    except (ValueError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


def _parse_directives(header: str) -> dict[str, str]:
    directives: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(header[:1000]):
        directives.setdefault(match[1].lower(), match[2] or match[3] or "")
    return directives


def whole_number(text: object) -> float | None:
    """Read a number that is written in ASCII digits alone, twelve of them at most; None for anything else."""
    digits = text.strip() if isinstance(text, str) else ""
    return float(digits[:12]) if digits.isascii() and digits.isdecimal() else None
