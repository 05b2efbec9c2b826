"""Reads the time zone of a reader, which the page's script leaves in a cookie."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

COOKIE = "feedmill_zone"
_NAMED = re.compile(rf"(?:^|;\s*){COOKIE}=([A-Za-z0-9_+-]{{1,32}}(?:/[A-Za-z0-9_+-]{{1,32}}){{0,2}})(?:;|$)")
"""A name of the IANA database; no dot, so that it leads out of no folder."""


def read_zone(cookies: str) -> tzinfo:
    """Return the zone that a Cookie header names; UTC where it names none that is known here."""
    found = _NAMED.search(cookies)
    if found is None or found[1] == "UTC":
        return UTC
    try:
        return ZoneInfo(found[1])
    except (ValueError, OSError, KeyError):
        return UTC


def name_zone(zone: tzinfo) -> str:
    """Return a zone's name, for people."""
    return "UTC" if zone is UTC else str(zone)


def find_offset_ms(zone: tzinfo, ms: float) -> int:
    """Return by how much a zone's clocks are ahead of UTC at a moment."""
    offset = datetime.fromtimestamp(ms / 1000, zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)


def find_day_start_ms(zone: tzinfo, ms: float) -> int:
    """Return when the day of a moment began in a zone."""
    local = datetime.fromtimestamp(ms / 1000, zone)
    return round(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
