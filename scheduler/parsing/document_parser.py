"""Parses documents into entries: the one importer of feedparser.

feedparser is used without its HTML sanitizing and link resolving: feedmill never passes a feed's HTML on as
trusted, and resolves the links that it needs itself. This code runs in the child of scheduler/sandbox.
"""

import io
import zlib
from collections.abc import Mapping
from typing import Any

import feedparser

from feedmill._ledger.core.records import Entry
from scheduler.field_values.date_order import find_day_order
from scheduler.field_values.entry_dates import read_entry_date, read_written_date
from scheduler.field_values.links import read_host, resolve_link
from scheduler.field_values.text_to_html import unwrap_cdata
from scheduler.parsing.charsets import (
    CHARSET,
    convert_named_to_utf8,
    convert_narrow_to_utf8,
    is_known,
    rewrite_declaration,
)
from scheduler.parsing.document_models import MAX_ENTRIES, MalformedDocument, Paging, ParsedFeed, ParseResult
from scheduler.parsing.document_type import convert_to_ascii_superset, detect_feed
from scheduler.parsing.element_limits import without_excess
from scheduler.parsing.entry_parser import DATE_FIELDS, FeedContext, read_entry, read_licenses, read_parts
from scheduler.parsing.entry_selection import choose_newest, without_older_entries
from scheduler.parsing.feed_hints import read_hints
from scheduler.parsing.json_feed import read_json_feed
from scheduler.parsing.sitemap import read_sitemap
from scheduler.parsing.text_cleaning import clean_language_tag, clean_line
from scheduler.parsing.xml_bases import resolve_nested_bases
from scheduler.parsing.xml_repair import repair_xml

MAX_UNPACKED_BYTES = 15 << 20
"""Bytes that a packed document may unpack to: bounds memory whatever its ratio; the rest is cut off."""


def parse_document(body: bytes, content_type: str | None, url: str) -> ParseResult:
    """Read a feed document; what is no feed comes back as a named malformation."""
    body = _unpack(body)
    shape = detect_feed(body)
    if isinstance(shape, MalformedDocument):
        text, _ = convert_to_ascii_superset(body)
        text = convert_named_to_utf8(text, content_type) if text[:1] == b"{" else text
        other = read_json_feed(text, url) or (shape.outcome == "not_a_feed" and read_sitemap(text, url))
        return other or shape
    utf8 = shape.body if shape.transcoded else convert_narrow_to_utf8(shape.body, content_type)
    newest, listed = without_older_entries(utf8 or shape.body, MAX_ENTRIES)
    source = rewrite_declaration(resolve_nested_bases(repair_xml(without_excess(newest)), url))
    result = _parse_with_fallback(
        source, "application/xml" + _choose_charset(content_type, is_utf8=utf8 is not None)
    )
    if not result.entries and not result.version:
        return MalformedDocument(outcome="not_a_feed", detail=str(result.get("bozo_exception", ""))[:200])
    lang = clean_language_tag(result.feed.get("language"))
    return ParsedFeed(
        outcome="truncated" if shape.truncated else "ok",
        title=clean_line(unwrap_cdata(str(result.feed.get("title") or "")), markup=True),
        entries=_read_entries(result, url, lang),
        listed=listed or len(result.entries),
        lang=lang,
        form=result.version,
        generator=clean_line(result.feed.get("generator"), markup=False) or "",
        paging=_read_paging(result.feed, url),
        announced=_read_announced(result.feed, url),
        strict=not (result.bozo or shape.transcoded or shape.truncated or listed)
        and body.endswith(shape.body),
        hints=read_hints(
            ttl=result.feed.get("ttl"),
            period=result.feed.get("sy_updateperiod"),
            frequency=result.feed.get("sy_updatefrequency"),
            body=shape.body,
        ),
    )


def _parse_with_fallback(source: bytes, content_type: str) -> Any:
    """Parse a document by feedparser: by its strict parser, by the lenient one where that fails."""
    try:
        return _parse(source, content_type)
    except (ValueError, LookupError, TypeError, AttributeError):
        declaration, _, rest = source.partition(b"?>")
        if not source.startswith(b"<?xml"):
            declaration, rest = b"<?xml version='1.0'", source
        return _parse(declaration + b"?>\n<>" + rest, content_type)  # well-formed for the lenient one alone


def _parse(source: bytes, content_type: str) -> Any:
    return feedparser.parse(
        io.BytesIO(source),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": content_type},
    )


def _unpack(body: bytes) -> bytes:
    """Unpack a document that is stored packed, as sitemaps are; what is past the bound is cut off."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_UNPACKED_BYTES) or body
    except zlib.error:
        return body


def _choose_charset(content_type: str | None, *, is_utf8: bool) -> str:
    """Return which character set the bytes are in; "" leaves it to the document's declaration."""
    if is_utf8:
        return "; charset=utf-8"
    named = CHARSET.search(content_type or "")
    return f"; charset={named[1]}" if named and is_known(named[1]) else ""


def _read_paging(feed: Mapping[str, Any], url: str) -> Paging:
    """Read where the older entries are; RSS has the same links in the Atom namespace."""
    leads: dict[str, str] = {}
    for link in read_parts(feed, "links"):
        found = resolve_link(link.get("href"), url)
        if found:
            leads.setdefault(str(link.get("rel")).lower(), found)
    return Paging(next=leads.get("next", ""), prev_archive=leads.get("prev-archive", ""))


def _read_announced(feed: Mapping[str, Any], url: str) -> str:
    """Read which other address the feed names as its own: a new one, or another host's."""
    new = feed.get("itunes_new-feed-url")
    own = [link.get("href") for link in read_parts(feed, "links") if link.get("rel") == "self"]
    moved = resolve_link(new, url) if isinstance(new, str) else None
    if moved and moved.rstrip("/") != url.rstrip("/"):
        return moved
    found = next((link for one in own if (link := resolve_link(one, url))), "")
    return found if found and read_host(found) != read_host(url) else ""


def _read_entries(result: Any, url: str, lang: str | None) -> tuple[Entry, ...]:
    """Read the newest entries, each in the light of all of them."""
    day_first = find_day_order(
        [text for raw in result.entries for name in DATE_FIELDS if (text := read_written_date(raw, name))],
        [text for name in DATE_FIELDS if (text := read_written_date(result.feed, name))],
        lang,
    )
    own = frozenset({read_host(url), read_host(str(result.feed.get("link") or ""))} - {""})
    licenses = read_licenses(read_parts(result.feed, "links"), url)
    context = FeedContext(url, lang, result.version, day_first, own, licenses)
    raws = result.entries
    if len(raws) > MAX_ENTRIES:
        dates = [_find_date(raw, day_first=day_first) for raw in raws]
        raws = [raws[place] for place in choose_newest(dates, MAX_ENTRIES)]
    return tuple(read_entry(raw, context) for raw in raws)


def _find_date(raw: Mapping[str, Any], *, day_first: bool | None) -> float | None:
    found = (read_entry_date(raw, name, day_first=day_first) for name in DATE_FIELDS)
    return next((moment.timestamp() for moment in found if moment), None)
