"""Parses JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), and what is nearly such a feed, into entries."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from feedmill._ledger.core.records import Entry
from scheduler.field_values.date_parser import parse_date
from scheduler.field_values.links import MAX_URL_CHARS, resolve_link
from scheduler.field_values.text_to_html import read_as_html, read_plain_as_html
from scheduler.parsing.document_models import MAX_ENTRIES, MalformedDocument, Paging, ParsedFeed, ParseResult
from scheduler.parsing.entry_enclosures import read_attachments
from scheduler.parsing.entry_selection import choose_newest
from scheduler.parsing.text_cleaning import (
    MAX_CONTENT_CHARS,
    MAX_SUMMARY_CHARS,
    clean_language_tag,
    clean_line,
    clean_names,
    truncate_text,
)

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1(?:\.\d)?)/?")
_ITEMS = re.compile(r'"items"\s{0,20}:\s{0,20}\[')
_BETWEEN = re.compile(r"[\s,]*")
_MAX_ITEMS = MAX_ENTRIES * 5
"""Items that are saved of a broken document: bounds the cost; the newest are among the first."""


def read_json_feed(body: bytes, url: str) -> ParseResult | None:
    """Read a JSON Feed; None when the document is another thing. An id may be a number, as some write it.

    Control characters in texts, commas too many and texts that are not UTF-8 are passed over; of a document
    that breaks off the complete items count. `body` in an encoding that is ASCII for ASCII bytes.
    """
    raw = body.lstrip()
    claimed = b"jsonfeed.org" in raw[:65536]
    if not raw.startswith(b"{") or not (claimed or b'"items"' in raw):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    feed, whole = _decode_object(text)
    if not _is_feed(feed, claimed=claimed) or not (whole or feed["items"]):
        broken = MalformedDocument(outcome="truncated", detail="JSON that breaks off before an item ends")
        return broken if claimed and not whole else None
    version = _VERSION.match(str(feed.get("version", "")))
    lang = clean_language_tag(feed.get("language"))
    items = [item for item in _list(feed.get("items")) if isinstance(item, dict)]
    base = resolve_link(feed.get("home_page_url"), url) or url
    return ParsedFeed(
        outcome="ok" if whole else "truncated",
        title=clean_line(feed.get("title"), markup=False),
        entries=tuple(_entry(item, base, lang, feed) for item in _choose_items(items)),
        listed=len(items),
        lang=lang,
        form="json" + (version[1].replace(".", "") if version else ""),
        paging=Paging(next=resolve_link(feed.get("next_url"), url) or ""),
    )


def _decode_object(text: str) -> tuple[dict[str, Any], bool]:
    """Read an object; also return whether the document is whole."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _salvage(text)
    return (found if isinstance(found, dict) else {}), True


def _salvage(text: str) -> tuple[dict[str, Any], bool]:
    """Read what stands before the items, and each item that is complete."""
    begin = _ITEMS.search(text)
    if begin is None:
        return {}, False
    decoder = json.JSONDecoder(strict=False)
    feed: dict[str, Any] = {}
    try:
        head = json.loads(text[: begin.start()].rstrip().rstrip(",") + "}", strict=False)
        feed = head if isinstance(head, dict) else {}
    except (ValueError, RecursionError):
        pass
    items: list[Any] = []
    at = begin.end()
    while len(items) < _MAX_ITEMS:
        space = _BETWEEN.match(text, at)
        at = space.end() if space else at
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {**feed, "items": items}, text.startswith("]", at)


def _is_feed(feed: Mapping[str, Any], *, claimed: bool) -> bool:
    """Recognize a feed by its version, or by items that name themselves and have words or an address."""
    if _VERSION.match(str(feed.get("version", ""))):
        return True
    items = [item for item in _list(feed.get("items")) if isinstance(item, dict)]
    if not items:
        return False
    said = claimed or isinstance(feed.get("title"), str)
    return said and all(item.keys() & {"id", "url"} and item.keys() & _TELLING for item in items[:10])


_TELLING = frozenset({"url", "content_html", "content_text", "external_url"})


def _choose_items(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest items, wherever they stand, in the document's order."""
    if len(items) <= MAX_ENTRIES:
        return items
    found = (_moment(item.get("date_published")) or _moment(item.get("date_modified")) for item in items)
    dates = [moment.timestamp() if moment else None for moment in found]
    return [items[place] for place in choose_newest(dates, MAX_ENTRIES)]


def _entry(item: Mapping[str, Any], base: str, lang: str | None, feed: Mapping[str, Any]) -> Entry:
    html, text = item.get("content_html"), item.get("content_text")
    guid = item.get("id")
    name = truncate_text(str(guid) if isinstance(guid, (str, int, float)) else None, MAX_URL_CHARS)
    link = resolve_link(item.get("url"), base) or resolve_link(item.get("external_url"), base)
    if link is None and name and name.startswith(("http://", "https://")):
        link = resolve_link(name, base)
    tags = item.get("tags")
    return Entry(
        guid=name,
        link=link,
        title=clean_line(item.get("title"), markup=False),
        summary=_as_html(item.get("summary"), MAX_SUMMARY_CHARS),
        content=_as_html(html, MAX_CONTENT_CHARS)
        if isinstance(html, str) and html
        else _as_html(text, MAX_CONTENT_CHARS, read_plain_as_html),
        authors=clean_names(_authors(item) or _authors(feed)),
        published_at=_moment(item.get("date_published")),
        updated_at=_moment(item.get("date_modified")),
        tags=clean_names(tags.split(",") if isinstance(tags, str) else _list(tags)),
        lang=clean_language_tag(item.get("language")) or lang,
        image=resolve_link(item.get("image"), base) or resolve_link(item.get("banner_image"), base),
        enclosures=read_attachments(_list(item.get("attachments")), base),
    )


def _as_html(value: object, limit: int, read: Callable[[str], str] = read_as_html) -> str | None:
    return truncate_text(read(value[:limit]) if isinstance(value, str) else None, limit)


def _moment(value: object) -> datetime | None:
    return parse_date(str(value)) if isinstance(value, str | int | float) else None


def _authors(holder: Mapping[str, Any]) -> list[object]:
    """Name the authors: a list since 1.1, one `author` before; either may be a bare name."""
    several = holder.get("authors")
    given: Iterable[Any] = (*(_list(several) or [several]), holder.get("author"))
    names_given = [author.get("name") if isinstance(author, dict) else author for author in given]
    return [name for name in names_given if isinstance(name, str) and name]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
