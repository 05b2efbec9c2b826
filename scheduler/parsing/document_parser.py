"""Parses documents into entries: the one importer of feedparser.

feedparser is used without its HTML sanitizing and link resolving: feedmill never passes a feed's HTML on as
trusted, and resolves the links that it needs itself. This code runs in the child of scheduler/sandbox.
"""

import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import feedparser

from feedmill._ledger.core.records import Entry
from scheduler.field_values.date_order import find_day_order
from scheduler.field_values.feedparser_dates import read_entry_date, read_written_date
from scheduler.field_values.links import read_host
from scheduler.field_values.plain_texts import read_as_html, unescape_typography, unwrap_cdata
from scheduler.parsing.charsets import (
    CHARSET,
    convert_named_to_utf8,
    convert_narrow_to_utf8,
    is_known,
    rewrite_declaration,
)
from scheduler.parsing.document_models import (
    MAX_ENTRIES,
    MAX_URL_CHARS,
    MalformedDocument,
    Paging,
    ParsedFeed,
    ParseResult,
)
from scheduler.parsing.document_type import convert_to_ascii_superset, detect_feed
from scheduler.parsing.element_limits import without_excess
from scheduler.parsing.entry_addresses import is_address, list_page_addresses
from scheduler.parsing.entry_enclosures import read_enclosures, read_episode
from scheduler.parsing.entry_rights import read_licenses, read_stated_rights
from scheduler.parsing.entry_selection import choose_newest, without_older_entries
from scheduler.parsing.feed_hints import read_hints
from scheduler.parsing.json_feed import read_json_feed
from scheduler.parsing.sitemap import read_sitemap
from scheduler.parsing.text_fields import (
    MAX_CONTENT_CHARS,
    MAX_SUMMARY_CHARS,
    clean_language_tag,
    clean_line,
    clean_names,
    resolve_link,
    truncate_text,
)
from scheduler.parsing.xml_bases import resolve_nested_bases
from scheduler.parsing.xml_repair import CAPTION, repair_xml

MAX_UNPACKED_BYTES = 15 << 20
"""Bytes that a packed document may unpack to: bounds memory whatever its ratio; the rest is cut off."""
_DATES = ("published", "updated")
_WHOLE_TEXTS = ("yandex_full-text", "turbo_content")
"""Elements that hold an article's text beside `content` and `content:encoded`: of aggregators and readers."""
_MAIL = re.compile(r"[^\s@()<>]{1,100}@[^\s@()<>]{1,100}")
_CUT_MAIL = re.compile(r"\.[A-Za-z]{4}$")
_REST_OF_MAIL = re.compile(
    r"[a-z]{1,20}\s{0,9}\((?P<behind>[^()]{1,200})\)?|(?P<before>[^<>()]{1,200}?)\s{0,9}(?:<[a-z]{1,20}>|\([a-z]{1,20}\)?)"
)
"""A name with what feedparser leaves of an address: it takes top-level domains for four letters long."""


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
    """Have feedparser read a document; where its strict parser fails, the lenient one reads."""
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
    """Say which character set the bytes are in; "" leaves it to the document's declaration."""
    if is_utf8:
        return "; charset=utf-8"
    named = CHARSET.search(content_type or "")
    return f"; charset={named[1]}" if named and is_known(named[1]) else ""


def _read_paging(feed: Mapping[str, Any], url: str) -> Paging:
    """Read where the older entries are; RSS has the same links in the Atom namespace."""
    leads: dict[str, str] = {}
    for link in _read_parts(feed, "links"):
        found = resolve_link(link.get("href"), url)
        if found:
            leads.setdefault(str(link.get("rel")).lower(), found)
    return Paging(next=leads.get("next", ""), prev_archive=leads.get("prev-archive", ""))


def _read_announced(feed: Mapping[str, Any], url: str) -> str:
    """Read which other address the feed names as its own: a new one, or another host's."""
    new = feed.get("itunes_new-feed-url")
    own = [link.get("href") for link in _read_parts(feed, "links") if link.get("rel") == "self"]
    moved = resolve_link(new, url) if isinstance(new, str) else None
    if moved and moved.rstrip("/") != url.rstrip("/"):
        return moved
    found = next((link for one in own if (link := resolve_link(one, url))), "")
    return found if found and read_host(found) != read_host(url) else ""


def _read_parts(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return what feedparser lists under a name; a document's own element of that name comes as a text."""
    found = raw.get(name)
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []


def _read_entries(result: Any, url: str, lang: str | None) -> tuple[Entry, ...]:
    """Read the newest entries, each in the light of all of them."""
    day_first = find_day_order(
        [text for raw in result.entries for name in _DATES if (text := read_written_date(raw, name))],
        [text for name in _DATES if (text := read_written_date(result.feed, name))],
        lang,
    )
    own = frozenset({read_host(url), read_host(str(result.feed.get("link") or ""))} - {""})
    licenses = read_licenses(_read_parts(result.feed, "links"), url)
    context = _FeedContext(url, lang, result.version, day_first, own, licenses)
    raws = result.entries
    if len(raws) > MAX_ENTRIES:
        dates = [_find_date(raw, day_first=day_first) for raw in raws]
        raws = [raws[place] for place in choose_newest(dates, MAX_ENTRIES)]
    return tuple(_entry(raw, context) for raw in raws)


def _find_date(raw: Mapping[str, Any], *, day_first: bool | None) -> float | None:
    found = (read_entry_date(raw, name, day_first=day_first) for name in _DATES)
    return next((moment.timestamp() for moment in found if moment), None)


@dataclass(frozen=True, slots=True)
class _FeedContext:
    """What an entry is read by beside itself."""

    url: str
    lang: str | None
    form: str
    day_first: bool | None
    hosts: frozenset[str]
    """The feed's own."""
    licenses: tuple[str, ...]
    """Those that the feed states for itself."""


def _entry(raw: Mapping[str, Any], context: _FeedContext) -> Entry:
    url, lang, form = context.url, context.lang, context.form
    title = raw.get("title_detail")
    title = title if isinstance(title, Mapping) else {}
    contents = [part for part in _read_parts(raw, "content") if part.get("value")]
    whole = (text for name in _WHOLE_TEXTS if (text := raw.get(name)) and isinstance(text, str))
    content = max((*(str(part["value"]) for part in contents), *whole), key=len, default=None)
    others = (raw.get(name) for name in ("summary", "googleplay_description", "subtitle", CAPTION))
    summary = next((text for text in others if text and isinstance(text, str)), None)
    enclosed = read_enclosures(_read_parts(raw, "links"), _read_parts(raw, "media_content"), url)
    summary, content = summary and read_as_html(summary), content and read_as_html(content)
    published, updated = (read_entry_date(raw, name, day_first=context.day_first) for name in _DATES)
    if published is None and form.startswith("rss"):  # dc:date is all that many have
        published = updated
    own_lang = next((part.get("language") for part in (*contents, title) if part.get("language")), None)
    files = frozenset(one.url for one in enclosed if one.type and "html" not in one.type)
    guid, link = (
        truncate_text(raw.get("id"), MAX_URL_CHARS),
        _choose_link(raw, context, files),
    )
    if link is None and not (summary or content) and guid and is_address(guid):
        led = resolve_link(guid, url)  # said to be no permalink, but all that the entry has
        link = led if led not in files else None
    return Entry(
        guid=guid,
        link=link,
        title=_read_title(raw, title),
        summary=truncate_text(summary, MAX_SUMMARY_CHARS) if summary != content else None,
        content=truncate_text(content, MAX_CONTENT_CHARS),
        authors=_read_authors(raw),
        published_at=published,
        updated_at=updated,
        tags=clean_names(tag.get("term") for tag in _read_parts(raw, "tags")),
        lang=clean_language_tag(own_lang) or lang,
        image=_choose_image(raw, url),
        enclosures=enclosed,
        episode=read_episode(raw, url),
        rights=read_stated_rights(raw, read_licenses(_read_parts(raw, "links"), url) or context.licenses),
    )


def _read_title(raw: Mapping[str, Any], detail: Mapping[str, Any]) -> str | None:
    given = raw.get("title") or raw.get("itunes_title")
    if not isinstance(given, str):
        return None
    line = clean_line(unwrap_cdata(given), markup="html" in str(detail.get("type", "")))
    return line and unescape_typography(line)


def _choose_link(raw: Mapping[str, Any], context: _FeedContext, files: frozenset[str]) -> str | None:
    named = list_page_addresses(raw, _read_parts(raw, "links"), form=context.form)
    sources = [part.get("src") for part in _read_parts(raw, "content")]
    led = (resolve_link(candidate, context.url, context.hosts) for candidate in (*named, *sources))
    return next((found for found in led if found and found not in files), None)


def _choose_image(raw: Mapping[str, Any], url: str) -> str | None:
    pictures = [
        media.get("url")
        for media in _read_parts(raw, "media_content")
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/")
    ]
    pictures += [media.get("url") for media in _read_parts(raw, "media_thumbnail")]
    pictures += [
        link.get("href")
        for link in _read_parts(raw, "links")
        if str(link.get("type", "")).startswith("image/")
    ]
    cover = raw.get("image")
    pictures += [cover.get("href")] if isinstance(cover, Mapping) else []
    return next((found for found in (resolve_link(picture, url) for picture in pictures) if found), None)


def _read_authors(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the authors without their mail addresses.

    feedparser cuts these out as well, but of the last letters of a long one it makes a part of the name.
    """
    given = [_read_name(author) for author in _read_parts(raw, "authors")]
    last = str(raw.get("author") or "")
    if "@" in last or not given:
        given[-1:] = [_MAIL.sub("", last[:300]).strip(" \t\r\n()<>")]
    return clean_names(given)


def _read_name(author: Mapping[str, Any]) -> object:
    name, mail = author.get("name"), author.get("email")
    if not (isinstance(name, str) and isinstance(mail, str) and _CUT_MAIL.search(mail[-5:])):
        return name
    found = _REST_OF_MAIL.fullmatch(name.strip()[:400])
    return (found["behind"] or found["before"]) if found else name
