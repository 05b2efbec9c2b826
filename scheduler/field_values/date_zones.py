"""Finds zones of written dates: names, offsets, places of the IANA time zone database. Pure."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.field_values.date_words import PLACES, ZONES

_MAX_OFFSET_MIN = 14 * 60
"""Minutes of the widest offset from UTC that a zone has (+14:00); a wider one is a slip, and read as UTC."""


def find_zone(name: str | None, offset: str | None) -> tzinfo | None:
    """Return the zone of a name, of an offset such as +0200, +2 or -03:30, or UTC; None for an unknown name.

    An offset counts more than the name beside it; one that no zone has is UTC.
    """
    if offset:
        minutes = _read_offset_min(offset)
        return timezone(timedelta(minutes=minutes)) if abs(minutes) <= _MAX_OFFSET_MIN else UTC
    if not name:
        return UTC
    known = name.lower()
    if known in PLACES:
        return ZoneInfo(PLACES[known])
    return timezone(timedelta(hours=ZONES[known])) if known in ZONES else None


def localize(moment: datetime, place: str) -> datetime | None:
    """Take a time for that of a place; None when the database has no such place."""
    try:
        return moment.replace(tzinfo=ZoneInfo(place)).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return None


def _read_offset_min(offset: str) -> int:
    hours, colon, minutes = offset[1:].partition(":")
    if not colon and len(hours) > 2:  # noqa: PLR2004  +0200, +530
        hours, minutes = hours[:-2], hours[-2:]
    total = int(hours) * 60 + int(minutes[:2] or 0)
    return -total if offset[0] == "-" else total
