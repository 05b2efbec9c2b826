"""Describes the article: what stands in the field `article` of every stream entry."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from feedmill.enclosures import Enclosure, Episode

SCHEMA = "article/1"

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time with its zone; RFC 3339 in JSON."""


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of one cleaned article.

    `id` and `rev` are what a consumer deduplicates by: `id` stays the same over feeds, redirects and
    restarts, `rev` starts at 1 and grows with every change in substance.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    rev: Annotated[int, msgspec.Meta(ge=1)]
    url: str
    canonical_url: str | None = None
    title: str
    authors: tuple[str, ...] = ()
    published_at: Moment | None = None
    updated_at: Moment | None = None
    listed_at: Moment
    fetched_at: Moment
    source: str
    feed: str
    tags: tuple[str, ...] = ()
    lang: str | None = None
    lang_declared: str | None = None
    """The language that the page declares: another one than `lang` where the text contradicts it."""
    text: Annotated[str, msgspec.Meta(min_length=1)]
    markdown: str | None = None
    """The same blocks as Markdown (CommonMark); null where it would be the same characters as `text`."""
    standfirst: str | None = None
    reading_seconds: Annotated[int, msgspec.Meta(ge=0)] | None = None
    agencies: tuple[str, ...] = ()
    dateline: str | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    """What the feed encloses with it: sound, film, documents."""
    episode: Episode | None = None
    """What a podcast's feed states of the episode."""
    section: str | None = None
    """The section that the publisher files it under, as printed."""
    keywords: tuple[str, ...] = ()
    """The publisher's own keywords, as printed."""
    free: bool | None = None
    """Whether the whole page is free to read, by the publisher's marks; null without any."""
    rights: tuple[str, ...] = ()
    """Licenses, and reservations against AI training and data mining; an empty list grants nothing."""
    word_count: Annotated[int, msgspec.Meta(ge=0)]
    text_from: Literal["page", "feed", "transcript"]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    """How sure it is that `text` is the whole article and nothing else; 1: no evidence against it."""
    doubts: tuple[str, ...] = ()
    """The evidence against it, in short words."""
    backfill: bool = False
    """It is old: it came by `feedmill backfill`, not by a poll."""
    removed: dict[str, int] = msgspec.field(default_factory=dict)
    """Lines taken out of the text, by the rule that took them."""
    read_by: Literal["full", "template"] | None = None
    """By which way the page was read: its site's learned template, or extraction; null for other words."""


def encode(article: Article) -> bytes:
    """Write an article as JSON (UTF-8)."""
    return msgspec.json.encode(article)


def decode(data: bytes | str) -> Article:
    """Read an article from JSON; raises msgspec.ValidationError when the data is not one."""
    return msgspec.json.decode(data, type=Article)
