"""Finds the entries of a document by their tags, and cuts out all but the newest it may have. Pure, linear.

What is cut out feedparser never meets: it takes a fifth of a millisecond for each entry.
"""

import math
import re
from collections.abc import Sequence

from scheduler.field_values.date_parser import parse_date

_NAME = rb"(?:[A-Za-z][\w.-]{0,40}:)?"
_MARKS = re.compile(rb"<(?:(!--)|(!\[CDATA\[)|(/?)" + _NAME + rb"(?:item|entry)(?=[\s>]))", re.IGNORECASE)
_DATE = re.compile(
    rb"<" + _NAME + rb"(pubdate|published|issued|created|date|updated|modified|lastmod)(?:\s[^<>]{0,200})?>"
    rb"\s{0,20}(?:<!\[CDATA\[)?([^<>\]]{4,80})",
    re.IGNORECASE,
)
_LATER = frozenset({b"updated", b"modified", b"lastmod"})


def choose_newest(dates: Sequence[float | None], most: int) -> list[int]:
    """Return the places of the `most` latest dates, in their order; what has none has that of its neighbor.

    Dates as seconds since the epoch. Of equal ones, and where nothing is dated, the first count.
    """
    if len(dates) <= most:
        return list(range(len(dates)))
    last = next((date for date in dates if date is not None), -math.inf)
    known: list[float] = []
    for date in dates:
        last = last if date is None else date
        known.append(last)
    return sorted(sorted(range(len(known)), key=lambda place: -known[place])[:most])


def without_older_entries(body: bytes, most: int) -> tuple[bytes, int]:
    """Cut all but the newest entries out of a document; also give how many it had, 0 where nothing was cut.

    A document whose entries nest, or one of which is left open, stays whole.
    """
    spans = find_entry_spans(body, _MARKS) if body.count(b"</") > most else None
    if spans is None or len(spans) <= most:
        return body, 0
    kept = set(choose_newest([_read_date(body[begin:end]) for begin, end in spans], most))
    return without_spans(body, [span for place, span in enumerate(spans) if place not in kept]), len(spans)


def find_entry_spans(body: bytes, marks: re.Pattern[bytes]) -> list[tuple[int, int]] | None:
    """Find where entries begin and end; None where they nest, are left open, or a closing tag says more.

    `marks` finds the tags of entries, comments and CDATA sections: its groups are the opening of a comment,
    that of a CDATA section, and the slash of a closing tag.
    """
    spans: list[tuple[int, int]] = []
    at, begun = 0, -1
    while mark := marks.search(body, at):
        comment, cdata, closing = mark.groups()
        at = mark.end()
        if comment or cdata:
            at = body.find(b"-->" if comment else b"]]>", at)
            if at < 0:
                return None
        elif closing:
            end = body.find(b">", at)
            if begun < 0 or end < 0 or body[at:end].strip():
                return None
            spans.append((begun, end + 1))
            begun, at = -1, end + 1
        elif begun >= 0:
            return None
        else:
            begun = mark.start()
    return None if begun >= 0 else spans


def without_spans(body: bytes, spans: Sequence[tuple[int, int]]) -> bytes:
    """Write a document without what stands between these places, which come in order."""
    edges = [0, *(edge for span in spans for edge in span), len(body)]
    return b"".join(body[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True))


def _read_date(entry: bytes) -> float | None:
    """Return when an entry was published, else updated."""
    later = None
    for name, written in _DATE.findall(entry):
        moment = parse_date(written.decode("utf-8", "replace"))
        if moment is not None:
            if name.lower() not in _LATER:
                return moment.timestamp()
            later = later or moment.timestamp()
    return later
