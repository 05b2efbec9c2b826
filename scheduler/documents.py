"""What the parser reads and what it answers: values that cross the pipe to its process."""

from datetime import datetime
from typing import Literal

import msgspec

from feedmill._ledger.records import Entry

MAX_ENTRIES = 2000
MAX_TITLE = 1000
MAX_URL = 2048


class Document(msgspec.Struct, frozen=True):
    """A feed document as it was fetched."""

    body: bytes
    content_type: str | None
    url: str
    """The address that answered; relative links are resolved against it, or against xml:base."""


class Hints(msgspec.Struct, frozen=True, array_like=True):
    """When a feed document asks to be polled; seconds, and a bit for each hour and each weekday."""

    ttl: float = 0
    period: float = 0
    """Between updates, by sy:updatePeriod and sy:updateFrequency."""
    skip_hours: int = 0
    skip_days: int = 0


class Paging(msgspec.Struct, frozen=True, array_like=True):
    """Where a document says that its older entries are; addresses, "" where it says nothing."""

    next: str = ""
    """The next page of a paged feed (RFC 5005 section 3), or `next_url` of a JSON Feed."""
    prev_archive: str = ""
    """The archive before this document (RFC 5005 section 4)."""


NO_PAGING = Paging()


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True, tag="feed"):
    """A feed that was read."""

    outcome: Literal["ok", "truncated"]
    """`truncated`: the document breaks off; `entries` are the complete ones."""
    title: str | None
    entries: tuple[Entry, ...]
    """At most MAX_ENTRIES."""
    listed: int
    """Entries that the document holds."""
    lang: str | None = None
    hints: Hints | None = None
    form: str = ""
    """The format, as rss20, atom10, json11, sitemap; "" where the document does not say."""
    generator: str = ""
    """What the document says that wrote it."""
    paging: Paging = NO_PAGING
    strict: bool = False
    """The document is well-formed, and was read just as it was sent."""


class Malformed(msgspec.Struct, frozen=True, kw_only=True, tag="malformed"):
    """A document that is no feed, under its named outcome."""

    outcome: Literal[
        "html",
        "empty",
        "binary",
        "not_a_feed",
        "truncated",
        "parser_crash",
        "parser_timeout",
        "parser_memory",
        "parser_busy",
    ]
    detail: str = ""
    sitemaps: tuple[tuple[str, datetime | None], ...] = ()
    """Of an index of sitemaps: their addresses, and when each last changed."""


Parsed = ParsedFeed | Malformed
