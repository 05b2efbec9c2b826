"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) into entries, and what is nearly such a feed."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from feedmill._ledger.records import Entry
from scheduler.dates import odd_moment
from scheduler.documents import MAX_ENTRIES, MAX_URL, Malformed, Paging, Parsed, ParsedFeed
from scheduler.enclosed import attachments
from scheduler.words import MAX_CONTENT, MAX_SUMMARY, address, bounded, moment, names, plain, word

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1(?:\.\d)?)/?")
_ITEMS = re.compile(r'"items"\s{0,20}:\s{0,20}\[')
_BETWEEN = re.compile(r"[\s,]*")
_MOST_READ = MAX_ENTRIES * 5


def read_json_feed(body: bytes, url: str) -> Parsed | None:
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
    feed, whole = _decoded(text)
    if not _is_feed(feed, claimed=claimed) or not (whole or feed["items"]):
        broken = Malformed(outcome="truncated", detail="JSON that breaks off before an item ends")
        return broken if claimed and not whole else None
    version = _VERSION.match(str(feed.get("version", "")))
    lang = word(feed.get("language"))
    items = [item for item in _list(feed.get("items")) if isinstance(item, dict)]
    base = address(feed.get("home_page_url"), url) or url
    return ParsedFeed(
        outcome="ok" if whole else "truncated",
        title=plain(feed.get("title"), markup=False),
        entries=tuple(_entry(item, base, lang, feed) for item in items[:MAX_ENTRIES]),
        listed=len(items),
        lang=lang,
        form="json" + (version[1].replace(".", "") if version else ""),
        paging=Paging(next=address(feed.get("next_url"), url) or ""),
    )


def _decoded(text: str) -> tuple[dict[str, Any], bool]:
    """Read an object; also say whether the document is whole."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _salvaged(text)
    return (found if isinstance(found, dict) else {}), True


def _salvaged(text: str) -> tuple[dict[str, Any], bool]:
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
    while len(items) < _MOST_READ:
        space = _BETWEEN.match(text, at)
        at = space.end() if space else at
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {**feed, "items": items}, text.startswith("]", at)


def _is_feed(feed: Mapping[str, Any], *, claimed: bool) -> bool:
    """Tell a feed by its version, or by items that name themselves and have words or an address."""
    if _VERSION.match(str(feed.get("version", ""))):
        return True
    items = [item for item in _list(feed.get("items")) if isinstance(item, dict)]
    if not items:
        return False
    said = claimed or isinstance(feed.get("title"), str)
    return said and all(item.keys() & {"id", "url"} and item.keys() & _TELLING for item in items[:10])


_TELLING = frozenset({"url", "content_html", "content_text", "external_url"})


def _entry(item: Mapping[str, Any], base: str, lang: str | None, feed: Mapping[str, Any]) -> Entry:
    html, text = item.get("content_html"), item.get("content_text")
    guid = item.get("id")
    name = bounded(str(guid) if isinstance(guid, (str, int, float)) else None, MAX_URL)
    link = address(item.get("url"), base) or address(item.get("external_url"), base)
    if link is None and name and name.startswith(("http://", "https://")):
        link = address(name, base)
    tags = item.get("tags")
    return Entry(
        guid=name,
        link=link,
        title=plain(item.get("title"), markup=False),
        summary=bounded(item.get("summary"), MAX_SUMMARY),
        content=bounded(html if isinstance(html, str) and html else text, MAX_CONTENT),
        authors=names(_authors(item) or _authors(feed)),
        published_at=_moment(item.get("date_published")),
        updated_at=_moment(item.get("date_modified")),
        tags=names(tags.split(",") if isinstance(tags, str) else _list(tags)),
        lang=word(item.get("language")) or lang,
        image=address(item.get("image"), base) or address(item.get("banner_image"), base),
        enclosures=attachments(_list(item.get("attachments")), base),
    )


def _moment(value: object) -> datetime | None:
    written = str(value) if isinstance(value, int) else value
    return moment(written) or (odd_moment(written) if isinstance(written, str) else None)


def _authors(holder: Mapping[str, Any]) -> list[object]:
    """Name the authors: a list since 1.1, one `author` before; either may be a bare name."""
    several = holder.get("authors")
    given: Iterable[Any] = (*(_list(several) or [several]), holder.get("author"))
    told = [author.get("name") if isinstance(author, dict) else author for author in given]
    return [name for name in told if isinstance(name, str) and name]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
