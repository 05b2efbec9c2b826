"""Feeds of cleaned articles, for those who know nothing of streams: Atom (RFC 4287), JSON Feed 1.1. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from feedmill._plain import plain_line, plain_text
from feedmill.article import Article
from feedmill.enclosures import Enclosure

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"
_SPACE = "http://www.w3.org/2005/Atom"
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One article and when feedmill made this revision of it."""

    article: Article
    updated: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed is called and where it is."""

    title: str
    self_url: str
    home_url: str


def atom(head: Head, items: Sequence[Item]) -> bytes:
    """Write an Atom feed."""
    feed = Element("feed", {"xmlns": _SPACE})
    _text(feed, "id", _urn(head.self_url))
    _text(feed, "title", head.title)
    _text(feed, "updated", _moment(max((item.updated for item in items), default=_EPOCH)))
    SubElement(feed, "link", {"rel": "self", "type": ATOM, "href": head.self_url})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": head.home_url})
    SubElement(feed, "generator").text = "feedmill"
    for item in items:
        _entry(SubElement(feed, "entry"), item)
    return bytes(tostring(feed, "utf-8", xml_declaration=True))


def _entry(entry: Element, item: Item) -> None:
    article = item.article
    _text(entry, "id", _urn(article.id))
    _text(entry, "title", article.title or "untitled")
    _text(entry, "updated", _moment(item.updated))
    if article.published_at is not None:
        _text(entry, "published", _moment(article.published_at))
    if is_web(article.url):
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": article.url})
    for one in article.enclosures:
        if is_web(one.url):
            told = {"type": one.type, "length": one.bytes and str(one.bytes)}
            SubElement(
                entry,
                "link",
                {"rel": "enclosure", "href": plain_line(one.url)}
                | {name: value for name, value in told.items() if value},
            )
    for name in article.authors or (article.source or "unknown",):
        _text(SubElement(entry, "author"), "name", name)
    for tag in dict.fromkeys((*article.tags, *article.keywords)):
        SubElement(entry, "category", {"term": plain_line(tag)})
    if article.standfirst:
        _text(entry, "summary", article.standfirst)
    content = SubElement(entry, "content", {"type": "html"})
    if article.lang:
        content.set("xml:lang", plain_line(article.lang))
    content.text = as_html(article.text)


def json_feed(head: Head, items: Sequence[Item]) -> bytes:
    """Write a JSON Feed."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": head.title,
            "home_page_url": head.home_url,
            "feed_url": head.self_url,
            "items": [_item(item) for item in items],
        }
    )


def _item(item: Item) -> dict[str, Any]:
    article = item.article
    fields: dict[str, Any] = {
        "id": article.id,
        "url": article.url if is_web(article.url) else None,
        "title": article.title,
        "content_html": as_html(article.text),
        "content_text": article.text,
        "summary": article.standfirst,
        "image": article.image if article.image and is_web(article.image) else None,
        "attachments": [_attachment(one) for one in article.enclosures if one.type and is_web(one.url)],
        "date_published": None if article.published_at is None else _moment(article.published_at),
        "date_modified": _moment(item.updated),
        "authors": [{"name": name} for name in article.authors or (article.source or "unknown",)],
        "tags": list(dict.fromkeys((*article.tags, *article.keywords))),
        "language": article.lang,
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    told = {"size_in_bytes": enclosure.bytes, "duration_in_seconds": enclosure.seconds}
    said = {name: value for name, value in told.items() if value is not None}
    return {"url": enclosure.url, "mime_type": enclosure.type, **said}


def as_html(text: str) -> str:
    """Write a plain text as HTML: a paragraph for each block, a line break for each line of one."""
    blocks = (block for block in plain_text(text).split("\n\n") if block.strip())
    return "\n".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def is_web(url: str) -> bool:
    """Whether an address may be linked to: http or https, nothing that a browser would run."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = plain_line(text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'feedmill:{name}')}"
