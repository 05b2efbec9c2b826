"""Dates as feeds write them where no standard is kept: other languages, zone names, epochs, orders. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH_S = range(631_152_000, 4_102_444_800)
"""From 1990 to 2100: plain numbers taken for seconds since 1970; a thousand times that, for milliseconds."""
_MONTHS = """
jan feb mar apr may jun jul aug sep oct nov dec
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jän febr mär apr mai jun jul aug sept okt nov dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil aout sept oct nov déc
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago set oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
sty lut mrz kwi maj cze lip sie wrz paź lis gru
ledna února března dubna května června července srpna září října listopadu prosince
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
янв февр мар апр мая июн июл авг сент окт нояб дек
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
"""  # noqa: RUF001
MONTHS: Mapping[str, int] = {
    name: number for row in _MONTHS.strip().splitlines() for number, name in enumerate(row.split(), start=1)
}
"""Month names and their short forms, in lower case; a full stop behind them does not count."""
ZONES: Mapping[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1,
    "cest": 2, "mesz": 2, "eet": 2, "sast": 2, "eest": 3, "msk": 3, "trt": 3, "pkt": 5, "ist": 5.5,
    "npt": 5.75, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9,
    "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3, "adt": -3, "clt": -4,
    "ast": -4, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
    "akst": -9, "hst": -10,
}  # fmt: skip
"""Hours from UTC. Names that several zones share mean the one that most feeds with them are from."""

_TIME = (
    r"(?:[\sT,]{0,3}(?:at |um )?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s?(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = (
    r"(?:\s{0,2}(?:\(?(?P<name>[a-z]{1,4})\)?)?\s?(?P<offset>[+-]\d{1,2}:?(?:\d{2})?)?"
    r"(?:\s?\([^()]{0,40}\))?)\s*"
)
_WEEKDAY = r"(?:[^\W\d_]{2,12}(?:\.?,?\s{1,3}|\.?,))?"
_MONTH = r"(?P<month>[^\W\d_]{3,12})"
_FORMS = tuple(
    re.compile(form + _TIME + _ZONE, re.IGNORECASE)
    for form in (
        (
            rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[\s-]{{0,3}}(?:de |of )?{_MONTH}"
            r"[.,]?[\s-]{0,3}(?:de )?(?P<year>\d{4}|\d{2}(?!\d)),?"
        ),
        rf"{_WEEKDAY}{_MONTH}\.?\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>\d{{4}}),?",
        rf"{_WEEKDAY}(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}),?",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2}(?!\d)),?",
        r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4}),?",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2}),?",
        r"(?P<year>\d{4})(?P<between>[/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2}),?",
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
    )
)  # fmt: skip
_PLAINER = (
    (re.compile(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)"), r"\1-\2-\3T\4:\5:\6"),  # ISO 8601, basic format
    (re.compile(r"(\d[+-]\d\d:?\d\d)Z$"), r"\1"),  # an offset, and Z behind it
    (re.compile(r"\s[-\u2013]\s(?=\d{1,2}[:.h]\d\d)"), " "),  # a dash before the time
    (
        re.compile(r"^(?:\w{3} )(\w{3}) (\d{1,2}) ([\d:]{5,8}) ([A-Z]{1,5}) (\d{4})$"),
        r"\2 \1 \5 \3 \4",
    ),  # Java's
)
"""Writings that are brought to the order of one of the forms."""
_PLACE = re.compile(r"\s([A-Z][A-Za-z]{1,20}(?:/[A-Z][A-Za-z_]{1,30}){1,2})$")
_LONGEST = 80
_MIDDAY, _YEAR = 12, 12
_TURN = 70
_WIDEST_ZONE_H = 14


def odd_moment(text: str) -> datetime | None:
    """Read a date that is written as people write it, in UTC; None when it is not one, or another's to read.

    Without a zone it is UTC. Of `3/4/2026` the first number is the month, unless only the day can be so
    high; of `3.4.2026` and `3-4-2026` it is the day; of `2026/3/4` the last. 24:00 is the next day's
    midnight.
    """
    text = " ".join(text.split())[:_LONGEST]
    if text.isascii() and text.isdecimal():
        return _since_epoch(int(text))
    for odd, plainer in _PLAINER:
        text = odd.sub(plainer, text)
    place = _PLACE.search(text)
    moment = next(filter(None, map(_moment, _fitting(text[: place.start()] if place else text))), None)
    return _seen_from(moment, place[1]) if moment and place else moment


def _fitting(text: str) -> Iterator[re.Match[str]]:
    return (found for form in _FORMS if (found := form.fullmatch(text)))


def _seen_from(moment: datetime, place: str) -> datetime | None:
    """Take a time for that of a place in the IANA time zone database; None when it has no such place."""
    try:
        return moment.replace(tzinfo=ZoneInfo(place)).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return None


def _since_epoch(number: int) -> datetime | None:
    for seconds in (number, number // 1000):
        if seconds in EPOCH_S:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _moment(found: re.Match[str]) -> datetime | None:
    day, month = int(found["day"]), MONTHS.get(found["month"].lower(), 0)
    if found["month"].isdecimal():
        month = int(found["month"])
        if month > _YEAR >= day and found.start("year"):
            day, month = month, day
    year = int(found["year"])
    if len(found["year"]) == len("24"):
        year += 1900 if year >= _TURN else 2000
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = (found["half"] or "")[:1].lower()
    if half:
        hour = hour % _MIDDAY + (_MIDDAY if half == "p" else 0)
    zone = _zone(found["name"], found["offset"])
    if zone is None:
        return None
    try:
        midnight = datetime(year, month, day, tzinfo=zone)
    except ValueError:
        return None
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004
        return None
    return (midnight + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)


def _zone(name: str | None, offset: str | None) -> timezone | None:
    if offset:
        digits = offset[1:].replace(":", "").ljust(4, "0") if len(offset) > 3 else offset[1:].zfill(2) + "00"  # noqa: PLR2004
        hours = int(digits[:2]) + int(digits[2:4]) / 60
        if hours > _WIDEST_ZONE_H:  # no zone is so far away
            return UTC
        return timezone(timedelta(hours=-hours if offset[0] == "-" else hours))
    if name and name.lower() not in ZONES:
        return None
    return timezone(timedelta(hours=ZONES[name.lower()] if name else 0))
