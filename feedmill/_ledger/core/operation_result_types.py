"""Describes what the ledger's operations answer: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from feedmill._ledger.core.records import Entry, LeasedPage
from feedmill._ledger.core.site_and_route_rules import SiteRule


@dataclass(frozen=True, slots=True)
class ClaimedPages:
    """Pages leased to the caller."""

    pages: tuple[LeasedPage, ...]
    next_in_ms: int | None
    """Until the next page may be takable; None when none waits or is held."""
    now_ms: int = 0
    """The ledger's time when they were taken."""
    used_ms: Mapping[str, int] = field(default_factory=dict)
    """Processor time that reading took of late, by site of the pages."""


@dataclass(frozen=True, slots=True)
class ChargedAttempt:
    """How often a page was begun, and what is known of its site."""

    attempts: int
    """Charged so far, this one included."""
    templates: bytes | None = None
    """The templates that were asked for, as they were written; None where there are none."""


@dataclass(frozen=True, slots=True)
class ResolvedArticle:
    """Which article a page's links lead to."""

    id: str
    is_own: bool
    """True: the page goes on under its own id. False: it was settled as `joined`, the lease is over."""
    known_rev: int
    known_fingerprint: str
    numbered_fingerprint: str = ""
    """How a numbered reader read the last revision, with its number; empty where none did."""


@dataclass(frozen=True, slots=True)
class PublishedRevision:
    """Where a revision stands in the stream."""

    stream_id: str
    repeated: bool
    """The revision was out already; nothing was appended."""


@dataclass(frozen=True, slots=True)
class ReturnedPages:
    """What became of all that a dead owner held."""

    returned: int
    buried: int
    slots: int
    """Freed at sites that its requests were led to."""
    robots: int
    """Claims on robots.txt files that others may fetch now."""


@dataclass(frozen=True, slots=True)
class ReapedLeases:
    """What became of expired leases."""

    feeds: int
    pages: int
    buried: int
    now_ms: int = 0
    """The ledger's time."""


@dataclass(frozen=True, slots=True)
class TrimmedStream:
    """What retention did to a stream."""

    dropped: int
    size: int
    """Bytes that are left."""
    holder: str
    """The protected group that is furthest behind; empty when none holds anything back."""
    full: bool


@dataclass(frozen=True, slots=True)
class FullStream:
    """A stream that may not grow: page work rests until its group has read."""

    route: str
    """Its route; empty is the main stream."""
    size: int
    """Bytes, when it was looked at last."""
    group: str
    """The protected group that is furthest behind."""


@dataclass(frozen=True, slots=True)
class Census:
    """All counts of the ledger at one moment."""

    discovered: int
    ready: int
    """Waiting pages whose time has come (the gate may be closed) and held ones whose time is over."""
    deferred: int
    """Waiting pages whose time has not come."""
    leased: int
    held: int
    dead: int
    feeds: int
    """Feeds on the list."""
    feeds_due: int
    feeds_leased: int
    next_feed_in_ms: int | None
    next_page_in_ms: int | None
    stream_length: int
    generation: int
    settled: dict[str, int] = field(default_factory=dict)
    """Pages that ended, by outcome."""
    published: dict[str, int] = field(default_factory=dict)
    """Stream entries ever made, by event."""
    entries: dict[str, int] = field(default_factory=dict)
    """Entries that feeds listed, by where they are; see `entry_counts`."""
    offline_ms: int | None = None
    """For how long no site could be reached; None: the line works."""
    probe_in_ms: int = 0
    """While offline: until the next request asks whether it still is."""
    full: tuple[FullStream, ...] = ()
    """The streams that keep page work resting."""
    now_ms: int = 0
    """The ledger's time."""
    paused: tuple[str, ...] = ()
    """What the operator has paused: `all`, `site:<site>`, `feed:<id>`."""
    untold: int = 0
    """Story events that could not be appended."""

    @property
    def balanced(self) -> bool:
        """Return whether the ledger's invariant holds."""
        here = self.ready + self.deferred + self.leased + self.held + self.dead
        return self.discovered == here + sum(self.settled.values())

    @property
    def idle(self) -> bool:
        """Return whether nothing is due, ready, leased or held."""
        return not (self.feeds_due or self.feeds_leased or self.ready or self.leased or self.held)


class DeadPage(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter."""

    id: str
    url: str
    site: str
    source: str
    feed: str
    tags: tuple[str, ...]
    entry: Entry
    reason: str
    detail: str
    attempts: int
    failures: int
    first_failed_at: int | None
    listed_at: int
    died_at: int


@dataclass(frozen=True, slots=True)
class SlotReply:
    """Whether a gate has let a request through."""

    is_free: bool
    wait_ms: int
    """Passed: until the request may start. Not passed: until it is worth asking again."""


@dataclass(frozen=True, slots=True)
class RobotsState:
    """An origin's robots.txt as the ledger keeps it."""

    what: str
    """`known`, `fetch` (the caller is to fetch it now) or `wait` (another process is fetching it)."""
    verdict: str = ""
    """rules, all (no robots.txt: everything is allowed) or unreachable (nothing is, for now)."""
    rules: bytes = b""
    ms: int = 0
    """How long it stays known, or is to be waited for."""
    failures: int = 0
    """Fetches in a row that failed."""


@dataclass(frozen=True, slots=True)
class SiteRequests:
    """What one site was sent, added up over the weeks asked for."""

    site: str
    rule: SiteRule
    pace: tuple[int, int] | None
    """Gap in ms and requests at a time where they are not as for all sites."""
    counts: dict[str, int]
    """requests, polls, conditional, full, not_modified, pages, robots, refused, quick, shortest, at_once."""
    broken: dict[str, int]
    """Times that a rule was broken, by its name."""
    last: dict[str, tuple[int, str]]
    """The last case of each broken rule: ms since the epoch, and the URL."""


@dataclass(frozen=True, slots=True)
class EntryHeader:
    """One entry of the stream without its article; `tags` joined by commas, `listed_at` RFC 3339 or empty."""

    stream_id: str
    event: str
    article_id: str
    source: str
    feed: str
    lang: str
    tags: str
    listed_at: str
    text_from: str
    """`page`, `feed`, or empty."""
    story: str = ""
    """Id of its story's first article; empty where it is in none."""


@dataclass(frozen=True, slots=True)
class SiblingArticle:
    """Another article of the source, as far as it is like the one in hand."""

    group: str
    """The id of the article that it counts as: its own, or that of an earlier one with mostly its text."""
    title: bytes
    """Hashes of 3 bytes of its title's words."""
    shared: frozenset[int]
    """Numbers of the entries of the article in hand that this one has too."""


@dataclass(frozen=True, slots=True)
class LearnedSource:
    """What is known of a source once an article is among what is known."""

    group: str
    """What the article itself counts as."""
    siblings: tuple[SiblingArticle, ...] = ()
    awaited: int = 0
    """Pages of the same source and site that are still to be read, soon; 0 once enough articles are known."""
    held: int = 0
    """Pages held for the source."""
