"""Describes what one stage of a poll returns and the next one takes: frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feedmill._ledger.core.entry_verdict_types import EntryStatus
from feedmill._ledger.core.records import Entry, FoundEntry, LeasedFeed
from feedmill._ledger.outcome import Outcome
from feedmill._net import HttpResponse
from scheduler.intervals.next_poll import NextPoll
from scheduler.parsing.document_models import ParsedFeed, ParseResult
from scheduler.polling.feed_state import PollState

IM_USED = 226
"""Status of a delta: the document holds new entries alone (RFC 3229 section 10.4.1)."""
PARTIAL = 206
"""Status of a range of a document (RFC 9110 section 15.3.7)."""
UNCHANGED_OUTCOMES = frozenset({"not_modified", "unchanged"})
"""Words of polls that brought nothing new."""
OK_OUTCOMES = UNCHANGED_OUTCOMES | {"ok"}
"""Words of polls whose feed is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """What a poll sends."""

    url: str
    headers: Mapping[str, str]
    conditional: bool
    is_probe: bool = False
    """Validators were left out to see whether the last 304s were true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseVerdict:
    """A response classified before its body is read."""

    outcome: Outcome
    """The poll's, unless the body has to be parsed."""
    is_to_be_parsed: bool
    body_hash: str | None
    """Of the body, when it is a 2xx response's."""

    @property
    def ok(self) -> bool:
        """Whether the feed is well, as far as its response shows."""
        return self.outcome.word in OK_OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredPoll:
    """A poll that got a response."""

    feed: LeasedFeed
    state: PollState
    """The notes of the poll before."""
    request: PollRequest
    response: HttpResponse
    verdict: ResponseVerdict

    @property
    def answered_by_other_url(self) -> bool:
        """Whether another address than the feed's own answered."""
        return bool(self.response.redirects) or self.request.url != self.feed.url


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedEntries:
    """A document's entries beside the feed's memory."""

    listed: Sequence[Entry] = ()
    """Those with a link, each once."""
    statuses: Sequence[EntryStatus] = ()
    found: tuple[FoundEntry, ...] = ()
    versions_to_remember: tuple[tuple[int, int], ...] = ()
    """(key, stamp or print) to remember: when the feed dates its entries' last updates; their bytes."""
    known_unread: int = 0
    """Entries beside these that are known by their bytes, and were not read."""
    hashes_due: bool = False
    """The prints of all entries are to be remembered."""
    without_link: int = 0
    all_new: bool = False
    """No entry's key is known, though its words may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """All that one answered poll has shown."""

    answered: AnsweredPoll
    outcome: Outcome
    ok: bool
    """The feed is well."""
    parsed: ParseResult | None = None
    compared: ComparedEntries = field(default_factory=ComparedEntries)

    @property
    def is_full_document(self) -> bool:
        """Whether the response shows the whole feed, not a part of it."""
        return isinstance(self.parsed, ParsedFeed) and self.answered.response.status not in (IM_USED, PARTIAL)

    @property
    def shares_no_known_entry(self) -> bool:
        """Whether a whole document shares no entry with the feed's memory, though others were listed."""
        compared = self.compared
        alone = not compared.known_unread and (compared.all_new or set(compared.statuses) == {"new"})
        feed = self.answered.feed
        alone = alone and feed.asked != "retry"  # some are then taken for new that were listed before
        return bool(self.ok and self.is_full_document and feed.listed and alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the next request sends back, byte for byte; empty strings delete the last ones."""

    etag: str = ""
    modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDecision:
    """What follows from a poll."""

    following: NextPoll
    state: PollState
    """The notes for the next poll."""
    validators: Validators
    listed: int = 0
    """Entries in the feed's last whole document."""
    moved_to: str | None = None
    """Where the feed has moved from now on; "" takes it back, None leaves it as it is."""
