"""What one answered poll has shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from feedmill._ledger.core.entry_records import EntryStatus
from feedmill._ledger.core.records import Entry, FoundEntry, LeasedFeed
from feedmill._net import HttpResponse
from feedmill._net.refusing_party import describe_refusal
from scheduler.parsing.document_models import MAX_ENTRIES, MalformedDocument, ParsedFeed, ParseResult
from scheduler.polling.response_verdict import IM_USED, PollRequest, ResponseVerdict

UNCHANGED_OUTCOMES = frozenset({"not_modified", "unchanged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedEntries:
    """A document's entries beside the feed's memory."""

    listed: Sequence[Entry] = ()
    """Those with a link, each once."""
    statuses: Sequence[EntryStatus] = ()
    found: tuple[FoundEntry, ...] = ()
    versions_to_remember: tuple[tuple[int, int], ...] = ()
    """(key, stamp or print) to remember: when the feed says that its entries were updated; their bytes."""
    known_unread: int = 0
    """Entries beside these that were told to be known by their bytes, and not read."""
    hashes_due: bool = False
    """The prints of all entries are to be remembered."""
    without_link: int = 0
    all_new: bool = False
    """No entry's key is known, though its words may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """All that one answered poll has shown."""

    feed: LeasedFeed
    request: PollRequest
    fetched: HttpResponse
    verdict: ResponseVerdict
    parsed: ParseResult | None
    compared: ComparedEntries = field(default_factory=ComparedEntries)

    @property
    def outcome(self) -> str:
        """Name the poll's end. A document that brings nothing new, reordered or not, is unchanged."""
        if self.parsed is None:
            return self.verdict.outcome
        known = bool(self.compared.statuses or self.compared.known_unread) and not {"new", "changed"} & set(
            self.compared.statuses
        )
        return "unchanged" if self.parsed.outcome == "ok" and known else self.parsed.outcome

    @property
    def ok(self) -> bool:
        """Say whether the feed is well."""
        is_read = self.outcome in {"ok", *UNCHANGED_OUTCOMES} or self.is_cut
        return self.verdict.ok and is_read

    @property
    def is_cut(self) -> bool:
        """Say whether the document is larger than is read: then its begin is the feed, from poll to poll."""
        return self.fetched.is_cut and isinstance(self.parsed, ParsedFeed)

    @property
    def answered_by_other_url(self) -> bool:
        """Say whether another address than the feed's own answered."""
        return bool(self.fetched.redirects) or self.request.url != self.feed.url

    @property
    def is_full_document(self) -> bool:
        """Say whether the answer shows the whole feed, not a part of it."""
        return isinstance(self.parsed, ParsedFeed) and self.fetched.status != IM_USED

    @property
    def shares_no_known_entry(self) -> bool:
        """Say whether a whole document shares no entry with the feed's memory, though others were listed."""
        compared = self.compared
        alone = not compared.known_unread and (compared.all_new or set(compared.statuses) == {"new"})
        return bool(self.ok and self.is_full_document and self.feed.listed and alone)

    @property
    def detail(self) -> str:
        """Say more than the outcome, where there is more to say."""
        if self.is_cut and isinstance(self.parsed, ParsedFeed):
            return f"larger than is read: {self.parsed.listed} entries in {len(self.fetched.body)} bytes"
        if self.compared.without_link:
            return f"{self.compared.without_link} entries without a link"
        if isinstance(self.parsed, ParsedFeed) and self.parsed.listed > MAX_ENTRIES:
            return f"{self.parsed.listed} entries, {MAX_ENTRIES} of them read"
        if isinstance(self.parsed, MalformedDocument):
            return self.parsed.detail
        return describe_refusal(self.fetched.status, self.fetched.headers)
