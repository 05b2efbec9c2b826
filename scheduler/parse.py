"""Documents into entries: the one importer of feedparser.

feedparser is used without its HTML sanitizing and link resolving: feedmill never passes a feed's HTML on as
trusted, and resolves the links that it needs itself. This code runs in the caged child (cage_child.py).
"""

import calendar
import codecs
import io
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from feedmill._ledger.records import Entry
from scheduler.asks import read_hints
from scheduler.documents import MAX_ENTRIES, MAX_URL, Malformed, Parsed, ParsedFeed
from scheduler.json_feed import read_json_feed
from scheduler.shape import Shape, shape_of
from scheduler.sitemap import read_sitemap
from scheduler.words import MAX_CONTENT, MAX_SUMMARY, address, bounded, names, plain, word

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@]{1,100}@[^\s@]{1,100}")


def parse_document(body: bytes, content_type: str | None, url: str) -> Parsed:
    """Read a feed document; what is no feed comes back as a named malformation."""
    shape = shape_of(body)
    if isinstance(shape, Malformed):
        other = read_json_feed(body, url) or (shape.outcome == "not_a_feed" and read_sitemap(body, url))
        return other or shape
    result = feedparser.parse(
        io.BytesIO(shape.body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": _media_type(shape, content_type)},
    )
    if not result.entries and not result.version:
        return Malformed(outcome="not_a_feed", detail=str(result.get("bozo_exception", ""))[:200])
    lang = word(result.feed.get("language"))
    return ParsedFeed(
        outcome="truncated" if shape.truncated else "ok",
        title=plain(result.feed.get("title"), markup=True),
        entries=tuple(_entry(raw, url, lang) for raw in result.entries[:MAX_ENTRIES]),
        listed=len(result.entries),
        lang=lang,
        hints=read_hints(
            ttl=result.feed.get("ttl"),
            period=result.feed.get("sy_updateperiod"),
            frequency=result.feed.get("sy_updatefrequency"),
            body=shape.body,
        ),
    )


def _media_type(shape: Shape, content_type: str | None) -> str:
    """Choose the character set. Bytes that are valid UTF-8 are UTF-8, whatever a header or declaration says.

    RFC 7303 section 3 lets the header win otherwise; a name that is no character set says nothing.
    """
    if shape.transcoded or (b"\x1b" not in shape.body and _is_utf8(shape.body)):
        return "application/xml; charset=utf-8"
    named = _CHARSET.search(content_type or "")
    if named:
        try:
            codecs.lookup(named[1])
        except LookupError:
            return "application/xml"
        return f"application/xml; charset={named[1]}"
    return "application/xml"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _entry(raw: Mapping[str, Any], url: str, lang: str | None) -> Entry:
    title = raw.get("title_detail") or {}
    contents = [part for part in raw.get("content") or () if part.get("value")]
    content = max((str(part["value"]) for part in contents), key=len, default=None)
    summary = raw.get("summary")
    own_lang = next((part.get("language") for part in (*contents, title) if part.get("language")), None)
    return Entry(
        guid=bounded(raw.get("id"), MAX_URL),
        link=_link(raw, url),
        title=plain(raw.get("title"), markup="html" in str(title.get("type", ""))),
        summary=bounded(summary, MAX_SUMMARY) if summary != content else None,
        content=bounded(content, MAX_CONTENT),
        authors=_authors(raw),
        published_at=_moment(raw, "published_parsed"),
        updated_at=_moment(raw, "updated_parsed"),
        tags=names(tag.get("term") for tag in raw.get("tags") or ()),
        lang=word(own_lang) or lang,
        image=_image(raw, url),
    )


def _link(raw: Mapping[str, Any], url: str) -> str | None:
    """Choose the entry's page: what a forwarding service hides, else an alternate link, else `link`."""
    links = raw.get("links") or ()
    alternates = [link.get("href") for link in links if link.get("rel", "alternate") == "alternate"]
    for candidate in (raw.get("feedburner_origlink"), *alternates, raw.get("link")):
        found = address(candidate, url)
        if found:
            return found
    return None


def _image(raw: Mapping[str, Any], url: str) -> str | None:
    pictures = [
        media.get("url")
        for media in raw.get("media_content") or ()
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/")
    ]
    pictures += [media.get("url") for media in raw.get("media_thumbnail") or ()]
    pictures += [
        link.get("href") for link in raw.get("links") or () if str(link.get("type", "")).startswith("image/")
    ]
    return next((found for found in (address(picture, url) for picture in pictures) if found), None)


def _authors(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the authors without their mail addresses.

    feedparser cuts the last one's address out as well, but takes top-level domains for four letters long.
    """
    given = [author.get("name") for author in raw.get("authors") or ()]
    last = str(raw.get("author") or "")
    if "@" in last or not given:
        given[-1:] = [_MAIL.sub("", last[:300]).strip(" \t\r\n()<>")]
    return names(given)


def _moment(raw: Mapping[str, Any], name: str) -> datetime | None:
    """Read one of feedparser's times, which are UTC. Its mapping of `updated` to `published` is passed by."""
    stamp = dict.get(raw, name) if isinstance(raw, dict) else None
    if not isinstance(stamp, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
