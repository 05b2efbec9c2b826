"""Documents into entries: the one importer of feedparser.

feedparser is used without its HTML sanitizing and link resolving: feedmill never passes a feed's HTML on as
trusted, and resolves the links that it needs itself. This code runs in the caged child (cage_child.py).
"""

import calendar
import io
import re
import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from feedmill._ledger.records import Entry
from scheduler.asks import read_hints
from scheduler.charsets import CHARSET, is_known, narrow_as_utf8, with_plain_declaration
from scheduler.dates import odd_moment
from scheduler.documents import MAX_ENTRIES, MAX_URL, Malformed, Paging, Parsed, ParsedFeed
from scheduler.enclosed import enclosures, episode
from scheduler.json_feed import read_json_feed
from scheduler.mend import CAPTION, mended
from scheduler.shape import ascii_of, shape_of
from scheduler.sitemap import read_sitemap
from scheduler.words import MAX_CONTENT, MAX_SUMMARY, address, bounded, names, plain, word

MAX_UNPACKED = 15 << 20
_NO_DATE = datetime(1970, 1, 2, tzinfo=UTC)
_MAIL = re.compile(r"[^\s@]{1,100}@[^\s@]{1,100}")


def parse_document(body: bytes, content_type: str | None, url: str) -> Parsed:
    """Read a feed document; what is no feed comes back as a named malformation."""
    body = _unpacked(body)
    shape = shape_of(body)
    if isinstance(shape, Malformed):
        text, _ = ascii_of(body)
        other = read_json_feed(text, url) or (shape.outcome == "not_a_feed" and read_sitemap(text, url))
        return other or shape
    utf8 = shape.body if shape.transcoded else narrow_as_utf8(shape.body, content_type)
    source = with_plain_declaration(mended(utf8 or shape.body))
    result = _read(source, "application/xml" + _charset(content_type, is_utf8=utf8 is not None))
    if not result.entries and not result.version:
        return Malformed(outcome="not_a_feed", detail=str(result.get("bozo_exception", ""))[:200])
    lang = word(result.feed.get("language"))
    return ParsedFeed(
        outcome="truncated" if shape.truncated else "ok",
        title=plain(result.feed.get("title"), markup=True),
        entries=tuple(_entry(raw, url, lang, result.version) for raw in result.entries[:MAX_ENTRIES]),
        listed=len(result.entries),
        lang=lang,
        form=result.version,
        generator=plain(result.feed.get("generator"), markup=False) or "",
        paging=_paging(result.feed, url),
        strict=not (result.bozo or shape.transcoded or shape.truncated) and body.endswith(shape.body),
        hints=read_hints(
            ttl=result.feed.get("ttl"),
            period=result.feed.get("sy_updateperiod"),
            frequency=result.feed.get("sy_updatefrequency"),
            body=shape.body,
        ),
    )


def _read(source: bytes, content_type: str) -> Any:
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


def _unpacked(body: bytes) -> bytes:
    """Unpack a document that is stored packed, as sitemaps are; what is past the bound is cut off."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_UNPACKED) or body
    except zlib.error:
        return body


def _charset(content_type: str | None, *, is_utf8: bool) -> str:
    """Say which character set the bytes are in; "" leaves it to the document's declaration."""
    if is_utf8:
        return "; charset=utf-8"
    named = CHARSET.search(content_type or "")
    return f"; charset={named[1]}" if named and is_known(named[1]) else ""


def _paging(feed: Mapping[str, Any], url: str) -> Paging:
    """Read where the older entries are; RSS has the same links in the Atom namespace."""
    leads: dict[str, str] = {}
    for link in _parts(feed, "links"):
        found = address(link.get("href"), url)
        if found:
            leads.setdefault(str(link.get("rel")).lower(), found)
    return Paging(next=leads.get("next", ""), prev_archive=leads.get("prev-archive", ""))


def _parts(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Give what feedparser lists under a name; a document's own element of that name comes as a text."""
    found = raw.get(name)
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []


def _entry(raw: Mapping[str, Any], url: str, lang: str | None, form: str) -> Entry:
    title = raw.get("title_detail")
    title = title if isinstance(title, Mapping) else {}
    contents = [part for part in _parts(raw, "content") if part.get("value")]
    content = max((str(part["value"]) for part in contents), key=len, default=None)
    others = (raw.get(name) for name in ("summary", "googleplay_description", "subtitle", CAPTION))
    summary = next((told for told in others if told and isinstance(told, str)), None)
    enclosed = enclosures(_parts(raw, "links"), _parts(raw, "media_content"), url)
    published, updated = _moment(raw, "published"), _moment(raw, "updated")
    if published is None and form.startswith("rss"):  # dc:date is all that many have
        published = updated
    own_lang = next((part.get("language") for part in (*contents, title) if part.get("language")), None)
    files = frozenset(one.url for one in enclosed if one.type and "html" not in one.type)
    guid, link = bounded(raw.get("id"), MAX_URL), _link(raw, url, form, files)
    if link is None and not (summary or content) and guid and _leads(guid):
        led = address(guid, url)  # said to be no permalink, but all that the entry has
        link = led if led not in files else None
    return Entry(
        guid=guid,
        link=link,
        title=plain(raw.get("title") or raw.get("itunes_title"), markup="html" in str(title.get("type", ""))),
        summary=bounded(summary, MAX_SUMMARY) if summary != content else None,
        content=bounded(content, MAX_CONTENT),
        authors=_authors(raw),
        published_at=published,
        updated_at=updated,
        tags=names(tag.get("term") for tag in _parts(raw, "tags")),
        lang=word(own_lang) or lang,
        image=_image(raw, url),
        enclosures=enclosed,
        episode=episode(raw, url),
    )


_YEAR_FIRST = re.compile(r"\s*\d{4}(?![\d-])")


def _link(raw: Mapping[str, Any], url: str, form: str, files: frozenset[str]) -> str | None:
    """Choose the entry's page.

    In this order: what a forwarding service hides, an alternate link (a page before a document), `link`, a
    guid that is an address, the address of the content. An enclosed file is no page.
    """
    guid, given = str(raw.get("id") or ""), raw.get("link")
    alternates = [link for link in _parts(raw, "links") if link.get("rel", "alternate") == "alternate"]
    alternates.sort(key=lambda link: "html" not in str(link.get("type", "text/html")))
    named = [link.get("href") for link in alternates]
    if raw.get("guidislink") and given == guid and not _leads(guid):  # a permalink in name only
        named, given = [href for href in named if href != guid], None
    # an empty link and RDF, whose items are named by their address, do not deny that the guid is one
    named_by = guid if _leads(guid) and (given == "" or form == "rss10") else None
    sources = [part.get("src") for part in _parts(raw, "content")]
    for candidate in (
        raw.get("feedburner_origlink"),
        *named,
        given,
        named_by,
        *sources,
    ):
        found = address(candidate, url)
        if found and found not in files:
            return found
    return None


def _leads(guid: str) -> bool:
    """Tell whether a guid can be an address: a whole one, or one from the root."""
    return guid.startswith(("http://", "https://", "/"))


def _image(raw: Mapping[str, Any], url: str) -> str | None:
    pictures = [
        media.get("url")
        for media in _parts(raw, "media_content")
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/")
    ]
    pictures += [media.get("url") for media in _parts(raw, "media_thumbnail")]
    pictures += [
        link.get("href") for link in _parts(raw, "links") if str(link.get("type", "")).startswith("image/")
    ]
    cover = raw.get("image")
    pictures += [cover.get("href")] if isinstance(cover, Mapping) else []
    return next((found for found in (address(picture, url) for picture in pictures) if found), None)


def _authors(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the authors without their mail addresses.

    feedparser cuts the last one's address out as well, but takes top-level domains for four letters long.
    """
    given = [author.get("name") for author in _parts(raw, "authors")]
    last = str(raw.get("author") or "")
    if "@" in last or not given:
        given[-1:] = [_MAIL.sub("", last[:300]).strip(" \t\r\n()<>")]
    return names(given)


def _moment(raw: Mapping[str, Any], name: str) -> datetime | None:
    """Read a date: by our own rules where they know its form, else by feedparser's, whose times are UTC.

    feedparser's mapping of `updated` to `published` is passed by. It takes unknown zones for UTC and numbers
    for days, and the start of the Unix epoch is no date.
    """
    written = dict.get(raw, name) if isinstance(raw, dict) else None
    own = odd_moment(written) if isinstance(written, str) else None
    if (
        own is None and isinstance(written, str) and _YEAR_FIRST.match(written)
    ):  # feedparser adds today's month
        return None
    moment = own or _feedparsers(dict.get(raw, f"{name}_parsed") if isinstance(raw, dict) else None)
    return moment if moment and moment > _NO_DATE else None


def _feedparsers(stamp: object) -> datetime | None:
    if not isinstance(stamp, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
