"""When an article came out, and when it was last changed, in the publisher's own zone."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone

from worker.moments import (
    Stamp,
    month_number,
    read_moment,
    read_printed_clock,
    read_printed_day,
    read_stamp,
)
from worker.told.byline import Printed
from worker.told.head import Head, unmarked

_PUBLISHED = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "og:pubdate",
    "datePublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dcterms.issued",
    "pubdate",
    "publishdate",
    "publish_date",
    "publication_date",
    "published_at",
    "release_date",
    "parsely-pub-date",
    "sailthru.date",
    "cXenseParse:recs:publishtime",
    "cXenseParse:publishtime",
    "article_date_original",
    "citation_publication_date",
    "created",
    "dateCreated",
)
_UPDATED = ("article:modified_time", "article:modified", "og:updated_time", "last-modified", "dateModified")
_SLACK = timedelta(seconds=90)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d?|(?<=/)[a-z]{3}(?=/))[/-]?(\d\d?)(?=[/_-])", re.IGNORECASE)
_FARTHEST = timedelta(hours=14)
_HALF_HOUR = timedelta(minutes=30)


def read_published(head: Head, printed: Callable[[], Iterable[Printed]]) -> datetime | None:
    """Give the time of publication: JSON-LD; metas; the feed; `<time>`; the address; a printed date.

    Where the first has no zone or no time, or only UTC, and another source shows the same time with
    the publisher's own offset, that one is given; so is the
    offset that a clock printed near the headline tells.
    """
    told = _stamps(unmarked(head.told.get(name)) for name in ("datePublished", "dateCreated", "uploadDate"))
    stamps = [*told, *_stamps(head.all(*_PUBLISHED))]
    if stamps:
        exact = _exact(stamps[0], [*stamps[1:], *_stamps(time.get("datetime") or "" for time in head.times)])
        if stamps[0].precision == "zone" and not exact.utcoffset():
            return _by_printed_clock(exact, printed(), head)
        return exact
    if head.entry and head.entry.published_at:
        return head.entry.published_at
    shown = next(_times(head), None)
    return (shown.moment if shown else None) or _url_day(head.url) or _printed_day(head, printed())


def read_updated(head: Head) -> datetime | None:
    """Give the time of the last change: JSON-LD; metas; the feed."""
    stamps = [*_stamps([unmarked(head.told.get("dateModified"))]), *_stamps(head.all(*_UPDATED))]
    if stamps:
        return _exact(stamps[0], stamps[1:])
    return head.entry.updated_at if head.entry else None


def _stamps(values: Iterable[str]) -> Iterator[Stamp]:
    return (stamp for value in values if (stamp := read_stamp(value)))


def _exact(first: Stamp, others: list[Stamp]) -> datetime:
    """Give the first time in the fullest form that another source has it in."""
    for other in others:
        if other.precision == "zone" and _refines(first, other.moment):
            return other.moment
    return first.moment


def _refines(first: Stamp, other: datetime) -> bool:
    if first.precision == "day":
        return other.date() == first.moment.date()
    local = other.replace(tzinfo=UTC)
    if first.precision == "clock":
        return abs(local - first.moment) < _SLACK
    if first.moment.utcoffset() or not other.utcoffset():
        return False
    return abs(other - first.moment) < _SLACK


def _by_printed_clock(moment: datetime, lines: Iterable[Printed], head: Head) -> datetime:
    """Give a time in UTC the offset by which the date and clock printed near the headline differ from it.

    Only whole and half hours count, to the minute: another time than that of publication tells no zone.
    """
    lang = _lang(head)
    for line in lines:
        clock = read_printed_clock(line.text, lang)
        if clock is None:
            continue
        offset = clock - moment.replace(second=0, microsecond=0)
        if abs(offset) <= _FARTHEST and not offset % _HALF_HOUR:
            return moment.astimezone(timezone(offset))
    return moment


def _lang(head: Head) -> str | None:
    lang: str | None = head.tree.getroottree().getroot().get("lang")
    return lang


def _times(head: Head) -> Iterator[Stamp]:
    """Yield the times of `<time>` and itemprop elements, those called published first."""
    marked = head.tree.xpath('//*[@itemprop="datePublished"]')[:4]
    named = [time for time in head.times if "publish" in (time.get("class") or "")]
    seen = dict.fromkeys([*marked, *named, *head.times])
    yield from _stamps(time.get("datetime") or time.get("content") or "" for time in seen)


def _url_day(url: str) -> datetime | None:
    day = _URL_DAY.search(url)
    if not day:
        return None
    month = month_number(day[2]) if day[2].isalpha() else int(day[2])
    return read_moment(f"{day[1]}-{month:02}-{day[3]:0>2}") if month else None


def _printed_day(head: Head, printed: Iterable[Printed]) -> datetime | None:
    lang = _lang(head)
    lines = sorted(printed, key=lambda line: not (line.names_date or line.names_author))
    return next((day for line in lines if (day := read_printed_day(line.text, lang))), None)
