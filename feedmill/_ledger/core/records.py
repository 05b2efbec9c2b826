"""Describes what the ledger stores and returns: frozen values, no behavior."""

from datetime import datetime
from typing import Literal

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryMark
from feedmill.enclosures import Enclosure, Episode


class FeedSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as the operator lists it; the ledger keys it by `url`."""

    url: str
    source: str
    tags: tuple[str, ...] = ()
    interval: float | None = None
    """Seconds between polls that the operator asks for; None leaves it to the schedule."""
    enabled: bool = True
    text: Literal["auto", "page", "feed"] = "auto"
    """Whose words its articles have: `page` alone, `feed` alone, or the feed's where a page gives none."""
    filters: str = ""
    """Which of its entries become pages, as `filter_rule_types` writes it; "" for all."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of a feed, normalized: the feed's data on an article."""

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    """The feed's summary as given (HTML or text)."""
    content: str | None = None
    """The feed's full content as given (HTML), where it carries any."""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    tags: tuple[str, ...] = ()
    lang: str | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    episode: Episode | None = None
    place: str | None = None
    """The link where it is shown among others; `link` is None then, as no page is its own."""
    stands_in: bool = True
    """Whether these words may stand in where the page gives no article."""
    words_only: bool = False
    """Its text is the feed's words, not those of a transcript: the operator says so."""
    rights: tuple[str, ...] = ()
    """What the feed states of licenses and rights: `license=URL`, `rights=WORDS`."""
    access: Literal["", "feed", "page", "both"] = ""
    """What is behind the operator's credentials, feed or page: its names are then its source's own."""


class LeasedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that a scheduler holds a lease on, with what the last polls left behind."""

    id: str
    url: str
    site: str
    source: str
    tags: tuple[str, ...]
    interval: float | None
    token: str
    """The fencing token of this lease: record_poll refuses any other."""
    due_at: int
    """When the poll was due, ms since the epoch."""
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    failures: int = 0
    """Polls in a row that failed."""
    polls: int = 0
    listed: int = 0
    """Entries in the last document."""
    moved_to: str | None = None
    """Where the feed has moved for good; what is polled."""
    fickle: int = 0
    """Polls in a row that listed known articles under guids not seen before."""
    notes: str = ""
    """What the scheduler noted at the last poll, in words of its own."""
    text: Literal["auto", "page", "feed"] = "auto"
    """As in FeedSpec."""
    asked: Literal["", "poll", "retry"] = ""
    """The operator asked for this poll; `retry`: entries that gave no article are to have another try."""
    filters: str = ""
    """As in FeedSpec."""


class FoundEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a poll that the ledger shall turn into a page, new or changed."""

    key: int
    """Identity of the entry within its feed: a signed 63-bit hash."""
    version: int
    """Identity together with the entry's content: changes when the feed's words about it change."""
    page: str
    """Article id that the entry's link (or guid) leads to."""
    url: str
    site: str
    aliases: tuple[str, ...]
    """Names under which the article may be met again, from `identity`."""
    entry: Entry
    mark: EntryMark = ""
    link: str = ""
    """The name of its link, "" without one; what it leads to within its feed is remembered by `sketch`."""
    sketch: bytes = b""
    former_link: str = ""
    """With the mark "known": a name that its article may be found by, and that it gets not."""
    nearby: tuple[str, ...] = ()
    """As in EntryEvidence."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How many new entries become pages; what is more is left out."""

    most_a_day: int
    """Of one feed, by the UTC day."""
    most_of_feed: int
    """Pages of one feed in process at a time."""
    most_of_site: int
    """Waiting pages of one site, those of a backfill aside."""
    percent: int
    """Of the server's `maxmemory`, or else of its machine's memory: what all waiting pages may take."""


class PollRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one poll, as record_poll stores it."""

    outcome: str
    """A named outcome: ok, unchanged, not_modified, html, empty, truncated, binary, http_404, timeout, …"""
    ok: bool
    next_ms: int
    """Milliseconds until the next poll."""
    reason: str
    """Why then: the rule that decided the next poll."""
    status: int | None = None
    detail: str = ""
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    title: str | None = None
    final_url: str | None = None
    listed: int = 0
    """Entries that the document listed."""
    known: tuple[tuple[int, int], ...] = ()
    """(key, version) of listed entries that are remembered without making a page."""
    found: tuple[FoundEntry, ...] = ()
    """Entries that make pages: not seen before, or changed."""
    close_site_ms: int = 0
    """Close the whole site's gate for so long (429, 503, Retry-After)."""
    read: bool = False
    """A document was read, whatever the outcome is called."""
    stop: bool = False
    """Poll no more until the operator lists the feed anew or changes it."""
    moved_to: str | None = None
    """Where the feed has moved from now on; "" takes it back, None leaves it as it is."""
    site: str | None = None
    """The site whose gate the feed's polls pass from now on, where `moved_to` changes it."""
    notes: str = ""
    """What the scheduler finds again at the next poll."""
    events: tuple[tuple[str, ...], ...] = ()
    """Entries for the events stream: a name, then field and value in turn."""
    most_revisits: int = 20
    """The most times that one article's page is asked for again."""
    gap: tuple[str, ...] | None = None
    """The document shared no entry with the feed's memory: the event if its articles are new too."""
    past: str | None = None
    """With `gap`: the job that may fill it, where the site offers older entries."""
    limits: Limits | None = None
    """What bounds the new pages; None bounds them not."""
    retry: bool = False
    """`found` has all listed entries: those that gave no article have another try."""


class LeasedBackfill(msgspec.Struct, frozen=True, kw_only=True):
    """A leased job on a feed's past."""

    name: str
    """`gap:` or `back:` and the feed's id."""
    feed_id: str
    url: str
    """The feed's, as configured."""
    source: str
    site: str
    token: str
    """The fencing token of this lease: record_past refuses any other."""
    state: str
    """What the scheduler noted, in words of its own."""
    fickle: int = 0
    filters: str = ""
    """As in FeedSpec."""


class LeasedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that a worker holds a lease on."""

    id: str
    url: str
    site: str
    source: str
    feed: str
    """URL of the feed that listed it first."""
    tags: tuple[str, ...]
    entry: Entry
    token: str
    attempts: int
    """Attempts charged so far."""
    first_failed_at: int | None
    """When the present run of failures began, ms since the epoch."""
    failures: int
    """Failures in a row that charged no attempt (network, 5xx, 429)."""
    listed_at: int
    """When a poll first listed it, ms since the epoch."""
    known_rev: int
    """The last published revision; 0 when there is none."""
    known_print: str
    """Fingerprint of the last published revision's substance; empty when there is none."""
    held: bytes | None = None
    """What `hold` stored, when the page comes back from being held."""
    visit: str = ""
    """What the worker noted when it last visited this published page; empty on the first visit."""
    backfill: bool = False
    """It came by `feedmill backfill`, not by a poll."""
    shut_ms: int = 0
    """For how long its site's gate stays shut: it is taken for the feed's words, and not to be requested."""


class PlannedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A published article's page is to be asked for again."""

    delay_ms: int
    url: str
    site: str
    entry: str
    """The entry as JSON, without its content."""
    notes: str
    """What the worker finds in `LeasedPage.visit`."""


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it was made, with its answer; times in ms."""

    site: str
    url: str
    kind: str
    """feed, page, robots or other."""
    name: str = ""
    """The id of the feed or page, or the origin of a robots.txt."""
    excused: str = ""
    """Why it may come unasked for: `interval` (the operator's), `false_304` (validators are not believed)."""
    hop: int = 0
    """Redirects before it."""
    age: int
    """Since it was sent: the server's clock counts, not this host's."""
    lasted: int
    """From sending to the end of the answer."""
    latency: int
    """From sending to the answer's head, or to the failure."""
    status: int = 0
    """0 when no answer came."""
    conditional: bool = False
    validators: tuple[str, ...] = ()
    """Hashes of those sent."""
    given: tuple[str, ...] = ()
    """Hashes of those in the answer."""
    body: str = ""
    """Hash of the answer's body."""
    retry: int = 0
    """What a 429 or 503 asks for by Retry-After."""
    fresh: int = 0
    """How long the answer says it is fresh, a day at most."""
    broken: tuple[str, ...] = ()
    """Rules that the request breaks by itself: agent, cookie, referer, method, favicon."""
