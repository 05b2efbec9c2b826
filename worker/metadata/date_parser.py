"""Parses points in time as pages write them, for machines and for readers."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Precision = Literal["day", "clock", "zone"]
"""What a text gives: a day, a day and a time of a clock somewhere, or a point in time."""

_ISO = re.compile(
    r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"
    r"(?:[T\s]+(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2}))?(?:[.,]\d+)?\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![\w.])(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|°)?\.?\s*(?:de\s+|of\s+)?(?P<m>[^\s\d.,]{2,12})\.?,?\s+(?:de\s+|del\s+|พ\.ศ\.\s*)?(?P<y>(?:19|20|25)\d\d)(?!\d)"
    r"|(?<!\w)(?P<m2>[^\s\d.,]{3,12})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)(?!\d)"
)
_EAST = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)?\d\d)(?![\d.])")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<H>\d{1,2})(?::|\s?h\s?|\.)(?P<M>\d{2})(?![\d.])\s*(?:(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)
_MAX_MONTH = 12
"""Highest number of a month: a higher one can only be a day."""
_FIGURES = {
    zero + figure: str(figure)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xFF10)
    for figure in range(10)
}
"""Figures of other scripts: Arabic, Persian, those of India, Thai, full width."""
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_FIRST_BUDDHIST_YEAR = 2400
"""The year from which a date with a Thai month counts from the Buddha's death, 543 years before."""
_YEARS = range(1990, 2101)
"""Years of articles: before the web, or in the next century, a number was read that is no date."""


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as written; what the text leaves open is 00:00 and UTC."""

    moment: datetime
    precision: Precision


def parse_time(text: str | None) -> datetime | None:
    """Read an ISO 8601, RFC 2822 or epoch time; None for anything else.

    A time without a zone is taken as UTC, a day without a time as its 00:00 UTC: the day is then as printed.
    """
    stamp = parse_written_time(text)
    return stamp.moment if stamp else None


def parse_written_time(text: str | None) -> WrittenTime | None:
    """Read a time written for machines, and how much of it is given."""
    text = (text or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return _make_or_none(lambda: WrittenTime(datetime.fromtimestamp(int(text[:10]), UTC), "zone"))
    found = _ISO.match(text)
    if found:
        year, month, day, hour, minute, second = (
            int(found[key] or 0) for key in ("y", "m", "d", "H", "M", "S")
        )
        zone = found["z"]
        precision: Precision = "zone" if zone else "clock" if found["H"] else "day"
        return _make_or_none(
            lambda: WrittenTime(
                datetime(year, month, day, hour, minute, second, tzinfo=_parse_zone(zone)), precision
            )
        )
    return _make_or_none(lambda: _parse_mail_time(text))


def parse_printed_day(text: str, lang: str | None = None) -> datetime | None:
    """Read the first day that a text written for readers names, as its 00:00 UTC; None when none is sure.

    Month names of `worker/metadata/months.toml` and figures; "3/4/2026" is read only where one of the two
    cannot be a month, or `lang` (a full tag, "en-GB") names which comes first.
    """
    text = text if text.isascii() else text.translate(_FIGURES)
    for found in _NAMED.finditer(text):
        name = (found["m"] or found["m2"]).lower()
        month = _months().get(name)
        year = int(found["y"] or found["y2"])
        if month and (year < _FIRST_BUDDHIST_YEAR or _THAI.match(name)):
            return _make_day(
                str(year - 543 * (year >= _FIRST_BUDDHIST_YEAR)), month, found["d"] or found["d2"]
            )
    year_first = _EAST.search(text) or _YEAR_FIRST.search(text)
    if year_first:
        return _make_day(year_first[1], year_first[2], year_first[3])
    dotted = _DOTTED.search(text)
    if dotted:
        return _make_day(dotted[3] if len(dotted[3]) == 4 else f"20{dotted[3]}", dotted[2], dotted[1])  # noqa: PLR2004
    return _parse_slashed(text, (lang or "").lower().replace("_", "-"))


def parse_printed_clock(text: str, lang: str | None = None) -> datetime | None:
    """Read a day with the time of a clock beside it ("December 26, 2023 - 9:03AM"), as if it were UTC."""
    found = _CLOCK.search(text)
    day = parse_printed_day(text, lang) if found else None
    if found is None or day is None:
        return None
    hour, half = int(found["H"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _make_time(day, hour, int(found["M"]))


def month_number(name: str) -> int | None:
    """Return the number of a month by its name or short form, in any language of months.toml."""
    return _months().get(name.lower())


def is_month(text: str) -> bool:
    """Return whether a text is the name of a month; short ones ("May") are names of people too."""
    return len(text) > 4 and text.lower() in _months()  # noqa: PLR2004


def _parse_slashed(text: str, lang: str) -> datetime | None:
    found = _SLASHED.search(text)
    if not found:
        return None
    one, two = int(found[1]), int(found[2])
    if lang == "en-us" or two > _MAX_MONTH:
        return _make_day(found[3], one, two)
    sure = one > _MAX_MONTH or one == two or (lang and lang != "en")
    return _make_day(found[3], two, one) if sure else None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    content = tomllib.loads(files("worker").joinpath("metadata", "months.toml").read_text(encoding="utf-8"))
    return {
        name: number
        for names in content.values()
        for number, forms in enumerate(names, start=1)
        for name in forms.split()
    }


def _make_day(year: str, month: str | int, day: str | int) -> datetime | None:
    stamp = _make_or_none(lambda: WrittenTime(datetime(int(year), int(month), int(day), tzinfo=UTC), "day"))
    return stamp.moment if stamp else None


def _make_time(day: datetime, hour: int, minute: int) -> datetime | None:
    return day.replace(hour=hour, minute=minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004


def _parse_mail_time(text: str) -> WrittenTime:
    moment = parsedate_to_datetime(text)
    return WrittenTime(moment, "zone") if moment.tzinfo else WrittenTime(moment.replace(tzinfo=UTC), "clock")


def _parse_zone(text: str | None) -> timezone:
    if not text or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0") if len(text) > 3 else text[1:].zfill(2) + "00"  # noqa: PLR2004
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-offset if text[0] == "-" else offset)


def _make_or_none(make: Callable[[], WrittenTime]) -> WrittenTime | None:
    try:
        stamp = make()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return stamp if stamp.moment.year in _YEARS else None
