"""Points in time as pages print them for machines."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"
    r"(?:[T\s]+(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2}))?(?:[.,]\d+)?\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?",
    re.IGNORECASE,
)


def read_moment(text: str | None) -> datetime | None:
    """Read an ISO 8601, RFC 2822 or epoch time; None for anything else.

    A time without a zone is taken as UTC, a day without a time as its 00:00 UTC: the day is then as printed.
    """
    text = (text or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return _checked(lambda: datetime.fromtimestamp(int(text[:10]), UTC))
    found = _ISO.match(text)
    if found:
        year, month, day, hour, minute, second = (
            int(found[key] or 0) for key in ("y", "m", "d", "H", "M", "S")
        )
        zone = found["z"]
        return _checked(lambda: datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone)))
    return _checked(lambda: _with_zone(parsedate_to_datetime(text)))


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0") if len(text) > 3 else text[1:].zfill(2) + "00"  # noqa: PLR2004
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-offset if text[0] == "-" else offset)


def _checked(make: Callable[[], datetime]) -> datetime | None:
    try:
        moment = make()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return moment if 1990 <= moment.year <= 2100 else None  # noqa: PLR2004
