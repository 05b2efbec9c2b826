"""Points in time as pages print them for machines."""

import re
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
        parts = [int(found[key] or 0) for key in ("y", "m", "d", "H", "M", "S")]
        return _checked(lambda: datetime(*parts, tzinfo=_zone(found["z"])))  # type: ignore[misc,arg-type]
    return _checked(lambda: _with_zone(parsedate_to_datetime(text)))


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0") if len(text) > 3 else text[1:].zfill(2) + "00"  # noqa: PLR2004
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-offset if text[0] == "-" else offset)


def _checked(make) -> datetime | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    try:
        moment: datetime = make()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return moment if 1990 <= moment.year <= 2100 else None  # noqa: PLR2004
