"""Renders feeds of cleaned articles, as Atom (RFC 4287) and JSON Feed 1.1. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from feedmill._text_safety import plain_line, plain_text
from feedmill.article import Article
from feedmill.enclosures import Enclosure

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"
_SPACE = "http://www.w3.org/2005/Atom"
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class SyndicationItem:
    """One article and when feedmill made this revision of it."""

    article: Article
    updated: datetime


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed is called and where it is."""

    title: str
    self_url: str
    home_url: str


def render_atom(head: FeedHead, items: Sequence[SyndicationItem]) -> bytes:
    """Write an Atom feed."""
    feed = Element("feed", {"xmlns": _SPACE})
    _add_text(feed, "id", _make_urn(head.self_url))
    _add_text(feed, "title", head.title)
    _add_text(feed, "updated", _format_time(max((item.updated for item in items), default=_EPOCH)))
    SubElement(feed, "link", {"rel": "self", "type": ATOM, "href": head.self_url})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": head.home_url})
    SubElement(feed, "generator").text = "feedmill"
    for item in items:
        _add_entry(SubElement(feed, "entry"), item)
    return bytes(tostring(feed, "utf-8", xml_declaration=True))


def _add_entry(entry: Element, item: SyndicationItem) -> None:
    article = item.article
    _add_text(entry, "id", _make_urn(article.id))
    _add_text(entry, "title", article.title or "untitled")
    _add_text(entry, "updated", _format_time(item.updated))
    if article.published_at is not None:
        _add_text(entry, "published", _format_time(article.published_at))
    if is_http_url(article.url):
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": article.url})
    for one in article.enclosures:
        if is_http_url(one.url):
            result = {"type": one.type, "length": one.bytes and str(one.bytes)}
            SubElement(
                entry,
                "link",
                {"rel": "enclosure", "href": plain_line(one.url)}
                | {name: value for name, value in result.items() if value},
            )
    for name in article.authors or (article.source or "unknown",):
        _add_text(SubElement(entry, "author"), "name", name)
    for tag in dict.fromkeys((*article.tags, *article.keywords)):
        SubElement(entry, "category", {"term": plain_line(tag)})
    if article.standfirst:
        _add_text(entry, "summary", article.standfirst)
    content = SubElement(entry, "content", {"type": "html"})
    if article.lang:
        content.set("xml:lang", plain_line(article.lang))
    content.text = render_html(article.text)


def render_json_feed(head: FeedHead, items: Sequence[SyndicationItem]) -> bytes:
    """Write a JSON Feed."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": head.title,
            "home_page_url": head.home_url,
            "feed_url": head.self_url,
            "items": [_build_item(item) for item in items],
        }
    )


def _build_item(item: SyndicationItem) -> dict[str, Any]:
    article = item.article
    fields: dict[str, Any] = {
        "id": article.id,
        "url": article.url if is_http_url(article.url) else None,
        "title": article.title,
        "content_html": render_html(article.text),
        "content_text": article.text,
        "summary": article.standfirst,
        "image": article.image if article.image and is_http_url(article.image) else None,
        "attachments": [
            _build_attachment(one) for one in article.enclosures if one.type and is_http_url(one.url)
        ],
        "date_published": None if article.published_at is None else _format_time(article.published_at),
        "date_modified": _format_time(item.updated),
        "authors": [{"name": name} for name in article.authors or (article.source or "unknown",)],
        "tags": list(dict.fromkeys((*article.tags, *article.keywords))),
        "language": article.lang,
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _build_attachment(enclosure: Enclosure) -> dict[str, Any]:
    result = {"size_in_bytes": enclosure.bytes, "duration_in_seconds": enclosure.seconds}
    said = {name: value for name, value in result.items() if value is not None}
    return {"url": enclosure.url, "mime_type": enclosure.type, **said}


def render_html(text: str) -> str:
    """Write a plain text as HTML: a paragraph for each block, a line break for each line of one."""
    blocks = (block for block in plain_text(text).split("\n\n") if block.strip())
    return "\n".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def is_http_url(url: str) -> bool:
    """Whether an address may be linked to: http or https, nothing that a browser would run."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _add_text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = plain_line(text)


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _make_urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'feedmill:{name}')}"
