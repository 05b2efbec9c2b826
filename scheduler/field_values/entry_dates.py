"""Decides the dates of an entry by feedmill's rules, else by what feedparser has read. Pure."""

import calendar
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.field_values.date_parser import parse_date

_NO_DATE = datetime(1970, 1, 2, tzinfo=UTC)
_YEAR_FIRST = re.compile(r"\s*\d{4}(?![\d-])")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:(\d\d)(?!\d)")
_NUMBER = re.compile(r"[0-9]+")
_ODD_ZONE = re.compile(r"[+-]\d\d:?[1-5]\d$")


def read_entry_date(raw: Mapping[str, Any], name: str, *, day_first: bool | None = None) -> datetime | None:
    """Read a date: by our own rules where they cover its form, else by feedparser's, whose times are UTC.

    feedparser's mapping of `updated` to `published` is passed by. It takes unknown zones for UTC and numbers
    for days, and the start of the Unix epoch is no date.
    """
    written = read_written_date(raw, name)
    own = parse_date(written, day_first=day_first) if written else None
    if own is None and written and _YEAR_FIRST.match(written):  # feedparser adds today's month
        return None
    moment = own or _read_feedparser_date(dict.get(raw, f"{name}_parsed") if isinstance(raw, dict) else None)
    if own is None and moment is not None and not _agrees(moment, written or ""):
        return None
    return moment if moment and moment > _NO_DATE else None


def _agrees(moment: datetime, written: str) -> bool:
    """Return whether a time of feedparser is the one that is written.

    It drops what it cannot read, and puts today's day in where it finds none: minutes, day (a zone may
    shift it by one) and year have to be there.
    """
    numbers = {int(number[:9]) for number in _NUMBER.findall(written)}
    days = {(moment + timedelta(days=shift)).day for shift in (-1, 0, 1)}
    clock = _CLOCK.search(written)
    same_minute = clock is None or clock[1] == f"{moment.minute:02}" or bool(_ODD_ZONE.search(written))
    return same_minute and bool(numbers & days) and bool(numbers & {moment.year, moment.year % 100})


def read_written_date(raw: Mapping[str, Any], name: str) -> str | None:
    """Return a date of an entry or feed as it is written; None where it has none."""
    written = dict.get(raw, name) if isinstance(raw, dict) else None
    return written if isinstance(written, str) else None


def _read_feedparser_date(stamp: object) -> datetime | None:
    if not isinstance(stamp, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
