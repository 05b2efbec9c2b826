"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) into entries."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from feedmill._ledger.records import Entry
from scheduler.documents import MAX_ENTRIES, MAX_URL, Malformed, Parsed, ParsedFeed
from scheduler.words import MAX_CONTENT, MAX_SUMMARY, address, bounded, moment, names, plain, word

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.\d)?/?")


def read_json_feed(body: bytes, url: str) -> Parsed | None:
    """Read a JSON Feed; None when the document is another thing. An id may be a number, as some write it."""
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{") or b"jsonfeed.org" not in text[:65536]:
        return None
    try:
        feed = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return Malformed(outcome="truncated", detail=f"JSON that breaks off: {error}"[:200])
    if not _VERSION.match(str(feed.get("version", ""))):
        return None
    lang = word(feed.get("language"))
    items = [item for item in _list(feed.get("items")) if isinstance(item, dict)]
    base = address(feed.get("home_page_url"), url) or url
    return ParsedFeed(
        outcome="ok",
        title=plain(feed.get("title"), markup=False),
        entries=tuple(_entry(item, base, lang, feed) for item in items[:MAX_ENTRIES]),
        listed=len(items),
        lang=lang,
    )


def _entry(item: Mapping[str, Any], base: str, lang: str | None, feed: Mapping[str, Any]) -> Entry:
    html, text = item.get("content_html"), item.get("content_text")
    guid = item.get("id")
    return Entry(
        guid=bounded(str(guid) if isinstance(guid, (str, int, float)) else None, MAX_URL),
        link=address(item.get("url"), base) or address(item.get("external_url"), base),
        title=plain(item.get("title"), markup=False),
        summary=bounded(item.get("summary"), MAX_SUMMARY),
        content=bounded(html if isinstance(html, str) and html else text, MAX_CONTENT),
        authors=names(_authors(item) or _authors(feed)),
        published_at=moment(item.get("date_published")),
        updated_at=moment(item.get("date_modified")),
        tags=names(_list(item.get("tags"))),
        lang=word(item.get("language")) or lang,
        image=address(item.get("image"), base) or address(item.get("banner_image"), base),
    )


def _authors(holder: Mapping[str, Any]) -> list[object]:
    """Name the authors: a list since 1.1, one `author` before."""
    given: Iterable[Any] = (*_list(holder.get("authors")), holder.get("author"))
    return [author["name"] for author in given if isinstance(author, dict) and author.get("name")]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
