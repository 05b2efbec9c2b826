"""Reads when an article came out and when it was last changed, in the publisher's own zone."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone

from lxml.html import HtmlElement

from worker.document.block_tests import LABEL_CHARS
from worker.metadata.date_parser import (
    WrittenTime,
    month_number,
    parse_printed_clock,
    parse_printed_day,
    parse_time,
    parse_written_time,
)
from worker.metadata.element_ownership import belongs_to_other, stands_above_own_text, stands_in_own_foot
from worker.metadata.headline_surroundings import VisibleLine
from worker.metadata.page_declarations import PageHead, read_plain_value

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
_MOST_MARKED = 4
"""Elements marked as the publication date that are read; those further down are of other articles."""
_PUBLISHED_CLASS = re.compile(r"publish|(?:^|\s)(?:entry-date|post-date|dt-published)(?:$|\s)")
_SENTENCE_CHARS = 30
"""Characters beside a time in its paragraph from which, closed like a sentence, they are no byline."""
_STOPS = (".", "!", "?", "。", "！", "？", "؟", "।", "۔")  # noqa: RUF001
_FARTHEST = timedelta(hours=14)
_HALF_HOUR = timedelta(minutes=30)


def read_published(
    head: PageHead, printed: Callable[[], Iterable[VisibleLine]], latest: datetime | None = None
) -> datetime | None:
    """Return the time of publication: JSON-LD; metas; the feed; `<time>`; the address; a printed date.

    Where the first has no zone or no time, or only UTC, and another source shows the same time with
    the publisher's own offset, that one is given; so is the offset that a clock printed near the headline
    shows. A time after `latest` is passed over: it is that of an event, of an embargo, or a mistake.
    """
    jsonld_times = _parse_values(
        read_plain_value(head.jsonld.get(name)) for name in ("datePublished", "dateCreated", "uploadDate")
    )
    stamps = _until(latest, [*jsonld_times, *_parse_values(head.all(*_PUBLISHED))])
    if stamps:
        exact = _choose_fullest(
            stamps[0], [*stamps[1:], *_parse_values(time.get("datetime") or "" for time in head.times)]
        )
        if stamps[0].precision == "zone" and not exact.utcoffset():
            return _apply_printed_clock(exact, printed(), head)
        return exact
    if head.entry and head.entry.published_at and not _is_after(head.entry.published_at, latest):
        return head.entry.published_at
    shown = next(iter(_until(latest, _read_time_elements(head, printed))), None)
    day = (shown.moment if shown else None) or _parse_url_day(head.url) or _find_printed_day(head, printed())
    return None if day is None or _is_after(day, latest) else day


def read_updated(head: PageHead, latest: datetime | None = None) -> datetime | None:
    """Return the time of the last change: JSON-LD; metas; the feed."""
    told = [read_plain_value(head.jsonld.get("dateModified")), *head.all(*_UPDATED)]
    stamps = _until(latest, _parse_values(told))
    if stamps:
        return _choose_fullest(stamps[0], stamps[1:])
    listed = head.entry.updated_at if head.entry else None
    return None if listed is None or _is_after(listed, latest) else listed


def _until(latest: datetime | None, stamps: Iterable[WrittenTime]) -> list[WrittenTime]:
    return [stamp for stamp in stamps if not _is_after(stamp.moment, latest)]


def _is_after(moment: datetime, latest: datetime | None) -> bool:
    return latest is not None and moment > latest


def _parse_values(values: Iterable[str]) -> Iterator[WrittenTime]:
    return (stamp for value in values if (stamp := parse_written_time(value)))


def _choose_fullest(first: WrittenTime, others: list[WrittenTime]) -> datetime:
    """Return the first time in the fullest form that another source has it in."""
    for other in others:
        if other.precision == "zone" and _refines(first, other.moment):
            return other.moment
    return first.moment


def _refines(first: WrittenTime, other: datetime) -> bool:
    if first.precision == "day":
        return other.date() == first.moment.date()
    local = other.replace(tzinfo=UTC)
    if first.precision == "clock":
        return abs(local - first.moment) < _SLACK
    if first.moment.utcoffset() or not other.utcoffset():
        return False
    return abs(other - first.moment) < _SLACK


def _apply_printed_clock(moment: datetime, lines: Iterable[VisibleLine], head: PageHead) -> datetime:
    """Add to a time in UTC the offset by which the date and clock printed near the headline differ from it.

    Only whole and half hours count, to the minute: another time than that of publication gives no zone.
    """
    lang = _lang(head)
    for line in lines:
        clock = parse_printed_clock(line.text, lang)
        if clock is None:
            continue
        offset = clock - moment.replace(second=0, microsecond=0)
        if abs(offset) <= _FARTHEST and not offset % _HALF_HOUR:
            return moment.astimezone(timezone(offset))
    return moment


def _lang(head: PageHead) -> str | None:
    lang: str | None = head.tree.getroottree().getroot().get("lang")
    return lang


def _read_time_elements(
    head: PageHead, printed: Callable[[], Iterable[VisibleLine]]
) -> Iterator[WrittenTime]:
    """Yield the times of the article's own `<time>` and itemprop elements, those called published first.

    Others count where they stand between the headline and the text, or in the article's header or footer: a
    time in a comment, a teaser, a tweet or a sentence is that of something else.
    """
    marked = head.tree.xpath('//*[@itemprop="datePublished"]')[:_MOST_MARKED]
    named = [time for time in head.times if _PUBLISHED_CLASS.search(time.get("class") or "")]
    seen = dict.fromkeys(each for each in (*marked, *named) if not belongs_to_other(each))
    yield from _parse_values(map(_read_stamp, seen))
    times = set(head.times)
    near = {line.element for line in printed() if line.element in times and _may_date(line)}
    plain = (
        time
        for time in head.times
        if (time in near or stands_in_own_foot(time) or stands_above_own_text(time, 0))
        and not belongs_to_other(time)
        and time not in seen
        and not _stands_in_sentence(time)
    )
    yield from _parse_values(map(_read_stamp, plain))


def _stands_in_sentence(time: HtmlElement) -> bool:
    """Return whether a time is one of the words of a paragraph that is closed like a sentence."""
    paragraph = next(time.iterancestors("p", "li", "dd", "blockquote"), None)
    if paragraph is None:
        return False
    text = " ".join("".join(paragraph.itertext()).split())
    beside = len(text) - len(" ".join("".join(time.itertext()).split()))
    return beside >= _SENTENCE_CHARS and text.endswith(_STOPS)


def _read_stamp(element: HtmlElement) -> str:
    return element.get("datetime") or element.get("content") or ""


def _may_date(line: VisibleLine) -> bool:
    """Return whether a line near the headline may be the article's date.

    Under one paragraph, which may be the standfirst, a short line may; under more of them one that is
    named so or stands in the article's own footer.
    """
    if not line.paragraphs_above:
        return True
    if belongs_to_other(line.element):
        return False
    if line.paragraphs_above > 1:
        return _PUBLISHED_CLASS.search(line.element.get("class") or "") is not None or stands_in_own_foot(
            line.element
        )
    return len(line.text) <= LABEL_CHARS and line.element.tag != "li"


def _parse_url_day(url: str) -> datetime | None:
    day = _URL_DAY.search(url)
    if not day:
        return None
    month = month_number(day[2]) if day[2].isalpha() else int(day[2])
    return parse_time(f"{day[1]}-{month:02}-{day[3]:0>2}") if month else None


def _find_printed_day(head: PageHead, printed: Iterable[VisibleLine]) -> datetime | None:
    lang = _lang(head)
    lines = sorted(filter(_may_date, printed), key=lambda line: not (line.names_date or line.names_author))
    return next((day for line in lines if (day := parse_printed_day(line.text, lang))), None)
