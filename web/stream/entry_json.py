"""Shapes an entry of the stream as the API gives it. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from feedmill.article import Article, Moment

_LISTED = re.compile(r'"listed_at":"([^"]+)"')
"""In JSON a quotation mark inside a text is escaped, so this can only be the member itself."""


class EntryShape(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the stream; docs/stream.md describes its fields."""

    stream_id: str
    event: str
    id: str
    rev: int
    source: str
    feed: str
    lang: str
    tags: tuple[str, ...]
    url: str
    time: Moment | None
    article: Article | None
    """Null where the entry carries none, as `retracted` does."""
    more: dict[str, str]
    """Further fields of the entry, such as `reason` of `retracted`."""


class ArticlePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of entries."""

    entries: tuple[EntryShape, ...]
    next: str | None
    """What `after` is for the next page; null: this is the last one."""
    complete: bool
    """False while the gateway still reads the stream after its start: older entries may be missing."""


class ArticleShape(msgspec.Struct, frozen=True, kw_only=True):
    """One article with its revisions, as far as the stream still holds them."""

    id: str
    status: Literal["published", "retracted"]
    entries: tuple[EntryShape, ...]
    """All its entries, newest first: revisions, and `listed` by further feeds."""
    complete: bool
    """Whether every revision is here; the stream drops old ones."""


_FLAT = ("event", "id", "rev", "source", "feed", "lang", "tags", "url", "time", "schema", "article")


def listed_at(fields: Mapping[str, str]) -> str:
    """Find when an entry's article was listed, without decoding it."""
    found = _LISTED.search(fields.get("article", ""))
    return found[1] if found else ""


def shape_entry(stream_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return an entry in the form of EntryShape; its article is passed on as it was written."""
    rev, article = fields.get("rev", ""), fields.get("article")
    return {
        "stream_id": stream_id,
        **{name: fields.get(name, "") for name in ("event", "id")},
        "rev": int(rev) if rev.isascii() and rev.isdecimal() else 0,
        **{name: fields.get(name, "") for name in ("source", "feed", "lang", "url")},
        "tags": [tag for tag in fields.get("tags", "").split(",") if tag],
        "time": fields.get("time") or None,
        "article": msgspec.Raw(article.encode()) if article else None,
        "more": {name: value for name, value in fields.items() if name not in _FLAT},
    }


def read_event_json(fields: Mapping[str, str]) -> bytes:
    """Return an event of the stream as JSON: its article, else its fields."""
    article = fields.get("article")
    return article.encode() if article else msgspec.json.encode(dict(fields))
