"""Reads what a feed document asks of its pollers. Pure.

Sources: RSS 2.0 (ttl, skipHours, skipDays; in GMT), the RSS 1.0 module Syndication (updatePeriod,
updateFrequency).
"""

import re

from feedmill._net.cache_and_retry_headers import MAX_WAIT_S, whole_number
from scheduler.parsing.document_models import Hints

HOUR_S, DAY_S = 3600.0, 86400.0
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS = {
    "hourly": HOUR_S,
    "daily": DAY_S,
    "weekly": 7 * DAY_S,
    "monthly": 30 * DAY_S,
    "yearly": 365 * DAY_S,
}
_SKIP_HOURS = re.compile(rb"<skipHours[^>]{0,100}>(.{0,4000}?)</skipHours", re.DOTALL | re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays[^>]{0,100}>(.{0,4000}?)</skipDays", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]{6,9})\s*</day", re.IGNORECASE)


def read_hints(*, ttl: object, period: object, frequency: object, body: bytes) -> Hints | None:
    """Read what a feed document asks for: elements as texts, the skip lists from the document's bytes."""
    minutes = whole_number(ttl)
    hints = Hints(
        ttl=min(minutes * 60, MAX_WAIT_S) if minutes else 0,
        period=_update_period_s(period, frequency),
        skip_hours=_read_mask(_HOUR, _SKIP_HOURS, body),
        skip_days=_read_mask(_DAY, _SKIP_DAYS, body),
    )
    return hints if hints != Hints() else None


def _update_period_s(period: object, frequency: object) -> float:
    """Return the seconds between updates that the module Syndication states; 0 when it states none."""
    seconds = PERIODS.get(period.strip().lower()) if isinstance(period, str) else None
    if seconds is None:
        return 0
    try:
        times = float(frequency) if isinstance(frequency, str) and frequency.strip() else 1.0
    except ValueError:
        times = 1.0
    return min(seconds / times, MAX_WAIT_S) if times > 0 else 0


def _read_mask(item: re.Pattern[bytes], block: re.Pattern[bytes], body: bytes) -> int:
    found = block.search(body)
    mask = 0
    for value in item.findall(found[1]) if found else ():
        name = value.decode("ascii").lower()
        if name in WEEKDAYS:
            mask |= 1 << WEEKDAYS.index(name)
        elif name.isdecimal():
            mask |= 1 << int(name) % 24  # some write midnight as 24
    return mask
