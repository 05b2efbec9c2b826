"""Describes what the parser reads and answers: values that cross the pipe to its process."""

from datetime import datetime
from typing import Literal

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryEvidence, EntryIds, EntryMark
from feedmill._ledger.core.records import Entry

MAX_ENTRIES = 2000
"""Entries of one document that are read; what a feed lists beyond is counted, not read."""
MAX_TITLE_CHARS = 1000
"""Characters of a title; what is longer is cut, as it goes into every record of the entry."""


class EntryAccess(msgspec.Struct, frozen=True, array_like=True):
    """Which entries of a feed are behind the operator's credentials; those themselves stay where they are."""

    source: str = ""
    of_feed: bool = False
    """The feed is polled with credentials."""
    origins: tuple[str, ...] = ()
    """Pages of these are requested with credentials."""


OPEN_ACCESS = EntryAccess()


class FeedDocument(msgspec.Struct, frozen=True):
    """A feed document as it was fetched."""

    body: bytes
    content_type: str | None
    url: str
    """The address that answered; relative links are resolved against it, or against xml:base."""
    feed_url: str = ""
    """The feed's own address, within which its entries are named; "" leaves them without names."""
    by_link: bool = False
    """This feed's guids change from poll to poll: its entries are named by their links."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where the body's entries begin and end, if it may be cut (scheduler/entries/known_entry_removal.py)."""
    known: frozenset[int] = frozenset()
    """Places in `spans` of the entries that need not be read."""
    filters: str = ""
    """Which of its entries become pages, as the feed's record has it."""
    access: EntryAccess = OPEN_ACCESS
    retry: bool = False
    """Entries that gave no article are to have another try."""


class Hints(msgspec.Struct, frozen=True, array_like=True):
    """When a feed document asks to be polled; seconds, and a bit for each hour and each weekday."""

    ttl: float = 0
    period: float = 0
    """Between updates, by sy:updatePeriod and sy:updateFrequency."""
    skip_hours: int = 0
    skip_days: int = 0


class Paging(msgspec.Struct, frozen=True, array_like=True):
    """The addresses at which a document has its older entries; addresses, "" where it has none."""

    next: str = ""
    """The next page of a paged feed (RFC 5005 section 3), or `next_url` of a JSON Feed."""
    prev_archive: str = ""
    """The archive before this document (RFC 5005 section 4)."""


NO_PAGING = Paging()


class NamedEntry(msgspec.Struct, frozen=True, array_like=True):
    """An entry with its names in the ledger."""

    key: int
    version: int
    stamp: int | None
    """Of the time at which the feed says that it was updated."""
    page: str
    url: str
    site: str
    aliases: tuple[str, ...]
    entry: Entry
    evidence: EntryEvidence = EntryEvidence()
    taken_for: EntryMark = ""
    """What the ledger shall do beside what the feed's memory says, once it was compared."""
    is_filtered: bool = False
    """The feed's filters hold it back."""

    @property
    def pair(self) -> tuple[int, int]:
        """Its identity, and that of its words."""
        return self.key, self.version

    @property
    def ids(self) -> EntryIds:
        """All by which it may be known."""
        return self.key, self.version, self.evidence


def is_unnamed(entry: Entry) -> bool:
    """Return whether an entry is known by nothing but its words."""
    return not (entry.link or entry.guid)


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True, tag="feed"):
    """A feed that was read."""

    outcome: Literal["ok", "truncated"]
    """`truncated`: the document breaks off; `entries` are the complete ones."""
    title: str | None
    entries: tuple[Entry, ...]
    """At most MAX_ENTRIES; none where they are `named`."""
    listed: int
    """Entries that the document holds."""
    lang: str | None = None
    hints: Hints | None = None
    form: str = ""
    """The format, as rss20, atom10, json11, sitemap; "" where the document does not say."""
    generator: str = ""
    """What the document says that wrote it."""
    paging: Paging = NO_PAGING
    announced: str = ""
    """Another address that the document names as its own: it has moved, it says, or is another host's."""
    strict: bool = False
    """The document is well-formed, and was read just as it was sent."""
    named: tuple[NamedEntry, ...] = ()
    """The entries that lead to an article, each once, in the document's order."""
    without_target: int = msgspec.field(default=0, name="homeless")
    """Entries with neither a link nor words of their own: they lead to no article."""
    content: int = 0
    """Names the document by the entries that it lists, whatever their order."""
    cut: bool = False
    """Only the entries that are not `Document.known` were read; they are all named."""


class MalformedDocument(msgspec.Struct, frozen=True, kw_only=True, tag="malformed"):
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


ParseResult = ParsedFeed | MalformedDocument
