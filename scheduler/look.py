"""What one answered poll has shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from feedmill._ledger.records import Entry, FoundEntry, LeasedFeed
from feedmill._net import Fetched
from scheduler.documents import MAX_ENTRIES, Malformed, Parsed, ParsedFeed
from scheduler.judge import IM_USED, Judged, Request, Sight

KEPT = frozenset({"not_modified", "unchanged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A document's entries beside the feed's memory."""

    listed: Sequence[Entry] = ()
    """Those with a link, each once."""
    sights: Sequence[Sight] = ()
    found: tuple[FoundEntry, ...] = ()
    stamps: tuple[tuple[int, int], ...] = ()
    """(key, stamp or print) to remember: when the feed says that its entries were updated; their bytes."""
    kept: int = 0
    """Entries beside these that were told to be known by their bytes, and not read."""
    printed: bool = False
    """The prints of all entries are to be remembered."""
    homeless: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that one answered poll has shown."""

    feed: LeasedFeed
    request: Request
    fetched: Fetched
    judged: Judged
    parsed: Parsed | None
    seen: Seen = field(default_factory=Seen)

    @property
    def outcome(self) -> str:
        """Name the poll's end. A document that brings nothing new, reordered or not, is unchanged."""
        if self.parsed is None:
            return self.judged.outcome
        known = bool(self.seen.sights or self.seen.kept) and not {"new", "changed"} & set(self.seen.sights)
        return "unchanged" if self.parsed.outcome == "ok" and known else self.parsed.outcome

    @property
    def ok(self) -> bool:
        """Say whether the feed is well."""
        return self.judged.ok and self.outcome in {"ok", *KEPT}

    @property
    def elsewhere(self) -> bool:
        """Say whether another address than the feed's own answered."""
        return bool(self.fetched.redirects) or self.request.url != self.feed.url

    @property
    def whole(self) -> bool:
        """Say whether the answer shows the whole feed, not a part of it."""
        return isinstance(self.parsed, ParsedFeed) and self.fetched.status != IM_USED

    @property
    def apart(self) -> bool:
        """Say whether a whole document shares no entry with the feed's memory, though others were listed."""
        alone = not self.seen.kept and set(self.seen.sights) == {"new"}
        return bool(self.ok and self.whole and self.feed.listed and alone)

    @property
    def detail(self) -> str:
        """Say more than the outcome, where there is more to say."""
        if self.seen.homeless:
            return f"{self.seen.homeless} entries without a link"
        if isinstance(self.parsed, ParsedFeed) and self.parsed.listed > MAX_ENTRIES:
            return f"{self.parsed.listed} entries, {MAX_ENTRIES} of them read"
        return self.parsed.detail if isinstance(self.parsed, Malformed) else ""
