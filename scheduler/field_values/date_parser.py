"""Parses dates as feeds write them: languages, zone names, epochs, orders beyond the standards. Pure.

Sources: RFC 5322 section 3.3 and RFC 850 section 2.1.4, ISO 8601 (calendar, week and ordinal dates, basic
and extended), the formats that Go, Java, JavaScript and .NET print by themselves. What is not understood as a
whole is no date: half of one would be another time.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.field_values.date_normalization import normalize_date
from scheduler.field_values.date_words import AFTERNOON, MONTHS, PLACES, ZONES

EPOCH_S = range(631_152_000, 4_102_444_800)
"""From 1990 to 2100: plain numbers taken for seconds since 1970; in thousands of that, for smaller units."""
YEARS = range(1970, 2101)
"""A year that is none of these is of another calendar, or a slip."""
_HALF = r"[ap]\.?\s?m\.?(?!\w)|午前|午後|上午|下午|오전|오후|[πμ]\.?\s?μ\.?|[صم](?!\w)"
_WORD = r"(?:,?\s{1,2}(?:[^\W\d_]{1,4}\.?\s){1,2}|[\sT,]{0,3})"
_TIME = (
    rf"(?:(?:[\s,]{{0,3}}(?P<before>{_HALF})\s?|{_WORD})"
    r"(?P<hour>\d{1,2})(?:\s?[:.hH時点시]\s?(?P<minute>\d{2})[分분]?(?:[:.](?P<second>\d{2})(?:[.,:]\d{1,12})?)?"
    rf"|(?=\s?[ap]\.?m|Z|[+-]\d)|h(?!\w))\s?(?P<half>{_HALF})?(?:\s?(?:Uhr|hs?|hrs|óra|ч)\b\.?)?)?"
)
_ZONE = (
    r"(?:\s{0,2}(?:\(?(?P<name>[^\W\d_]{1,5})\)?)?\s?(?P<offset>[+-]\d{1,2}:?(?:\d{2})?(?::\d{2})?)?"
    r"(?:\s(?:[a-z]{2,5}|[+-]\d{2,4}))?(?:\s?\([^()]{0,40}\))?)\s*(?:m=[+-][\d.]{1,30})?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,12}(?:\.?,?\s{1,3}|\.?,))?"
_MONTH = r"(?P<month>[^\s\d.,/()+-]{3,15})"
_OF = r"(?:de |of |d['\u2019])?"
_FORMS = tuple(
    re.compile(form + _TIME + _ZONE, re.IGNORECASE)
    for form in (
        (
            rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?[\s/-]{{0,3}}{_OF}{_MONTH}"
            r"[.,]?[\s/-]{0,3}(?:de |del )?(?P<year>\d{4}|\d{2}(?!\d))(?:\s\u0433\.?)?,?"
        ),
        rf"{_WEEKDAY}{_MONTH}\.?\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>\d{{4}}),?",
        rf"(?P<year>\d{{4}})[.,]?[\s-]{{1,3}}{_MONTH}\.?[\s-]{{1,3}}(?P<day>\d{{1,2}})\.?,?",
        rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<sign>[/-])(?P<two>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}),?",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2}(?!\d)),?",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2}),?",
        r"(?P<year>\d{4})(?P<between>[/.])\s?(?P<month>\d{1,2})(?P=between)\s?(?P<day>\d{1,2})\.?,?",
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号]?",
        r"(?P<year>\d{4})-?W(?P<week>\d{2})(?:-?(?P<weekday>[1-7]))?",
        r"(?P<year>\d{4})-(?P<nth>\d{3})(?!\d)",
    )
)  # fmt: skip
_STAMP = re.compile(r"/Date\((-?\d{9,14})(?:[+-]\d{4})?\)/|@?(\d{9,19})(?:\.\d{0,12})?")
_RFC = re.compile(
    r"(?:([A-Za-z]{3,9}), ?)?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}) (\d\d):(\d\d)(?::(\d\d))?"
    r" ([A-Z]{1,4}|[+-]\d{4})"
)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,12})?)?(Z|[+-]\d\d:?\d\d)?")
_FIRST_TWO_DIGIT_YEAR = 70
"""Two-digit year from which the century is the last one: 70 is 1970, 69 is 2069."""
_MAX_OFFSET_MIN = 14 * 60
"""Minutes of the widest offset from UTC that a zone has (+14:00); a wider one is a slip, and read as UTC."""


def parse_date(text: str, *, day_first: bool | None = None) -> datetime | None:
    """Read a date in UTC; None when it is not one, or another's to read.

    Without a zone it is UTC. Of `3.4.2026` and `3-4-2026` the first number is the day, of `3/4/2026` the
    month, unless only the day can be so high, the weekday beside it says otherwise, or `day_first` does; of
    `2026/3/4` the last is. 24:00 is the next day's midnight.
    """
    quick = _RFC.fullmatch(text) or _ISO.fullmatch(text)
    if quick is not None and (moment := _build_standard(quick)) is not None:
        return moment
    written, weekday, place = normalize_date(text)
    stamp = _STAMP.fullmatch(written)
    if stamp is not None and (moment := _read_stamp(stamp)) is not None:
        return moment
    found = (_build_time(form, weekday, day_first=day_first) for form in _match_forms(written))
    moment = next(filter(None, found), None)
    return localize(moment, place) if moment and place else moment


def _match_forms(text: str) -> Iterator[re.Match[str]]:
    return (found for form in _FORMS if (found := form.fullmatch(text)))


def _build_standard(found: re.Match[str]) -> datetime | None:
    """Build the time of a date to RFC 5322 or RFC 3339; None leaves it to the other forms."""
    parts = found.groups()
    if found.re is _RFC:
        _, day, name, year, hour, minute, second, zone = parts
        month = str(MONTHS.get(name.lower(), 0))
    else:
        year, month, day, hour, minute, second, zone = parts
    zone = zone or "Z"
    offset = find_zone(*((None, zone) if zone[0] in "+-" else (zone, None)))
    if offset is None or int(year) not in YEARS:
        return None
    try:
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=offset
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read_stamp(stamp: re.Match[str]) -> datetime | None:
    """Read a number of seconds since 1970, or of thousandth, millionth or billionth parts of one."""
    number = int(stamp[1] or stamp[2])
    for unit in (1, 10**3, 10**6, 10**9):
        if number // unit in EPOCH_S:
            return datetime.fromtimestamp(number // unit, UTC)
    return None


def _build_time(found: re.Match[str], weekday: int | None, *, day_first: bool | None) -> datetime | None:
    given = found.groupdict()
    day = _build_day(given, weekday, day_first=day_first)
    hour = _read_hour(given)
    zone = find_zone(given["name"], given["offset"])
    if day is None or day.year not in YEARS or hour is None or zone is None:
        return None
    minute, second = int(given["minute"] or 0), int(given["second"] or 0)
    if minute > 59 or second > 60:  # noqa: PLR2004
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)


def _build_day(given: dict[str, str | None], weekday: int | None, *, day_first: bool | None) -> date | None:
    year = int(given["year"] or 0)
    if len(given["year"] or "") == len("24"):
        year += 1900 if year >= _FIRST_TWO_DIGIT_YEAR else 2000
    try:
        if given.get("week"):
            return date.fromisocalendar(year, int(given["week"] or 0), int(given["weekday"] or 1))
        if given.get("nth"):
            nth = date(year, 1, 1) + timedelta(days=int(given["nth"] or 0) - 1)
            return nth if nth.year == year else None
        if given.get("sign"):
            return _choose_order(given, year, weekday, day_first=day_first)
        name = given["month"] or ""
        month = int(name) if name.isdecimal() else MONTHS.get(name.lower(), 0)
        return date(year, month, int(given["day"] or 0))
    except ValueError:
        return None


def _choose_order(
    given: dict[str, str | None], year: int, weekday: int | None, *, day_first: bool | None
) -> date | None:
    """Choose which of two numbers is the day: what is possible, the weekday, the feed's other dates."""
    one, two = int(given["one"] or 0), int(given["two"] or 0)
    by_day, by_month = _day_or_none(year, two, one), _day_or_none(year, one, two)
    if by_day is None or by_month is None:
        return by_day or by_month
    if weekday is not None and (by_day.weekday() == weekday) != (by_month.weekday() == weekday):
        return by_day if by_day.weekday() == weekday else by_month
    if day_first is None:
        day_first = given["sign"] == "-"
    return by_day if day_first else by_month


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_hour(given: dict[str, str | None]) -> int | None:
    hour = int(given["hour"] or 0)
    half = re.sub(r"[.\s]", "", (given["half"] or given["before"] or "").lower())
    if half:
        if hour > 12:  # noqa: PLR2004  13:05 PM is 13:05
            return hour if hour < 24 else None  # noqa: PLR2004
        hour = hour % 12 + (12 if AFTERNOON.get(half) else 0)
    return hour if hour <= 24 else None  # noqa: PLR2004


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
