"""Has a response parsed, and compares its entries with the feed's memory; new ones alone if that will do."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryStatus
from feedmill._ledger.core.records import LeasedFeed
from feedmill._ledger.operations.feed_operations import classify_entries, compare_entries
from feedmill._ledger.outcome import Outcome
from feedmill._metrics.counters import ProcessCounters
from feedmill._net import HttpResponse
from feedmill._net.errors import TooLargeError
from feedmill._site_credentials.credentials import NO_CREDENTIALS, CredentialStore
from scheduler.entries.article_assignment import apply_verdicts
from scheduler.entries.feed_document_builder import build_feed_document, has_unstable_guids
from scheduler.entries.found_entry_builder import build_found_entries
from scheduler.entries.known_entry_removal import SplitDocument, split_entries
from scheduler.entries.updated_dates import apply_updated_dates, list_updated_dates
from scheduler.intervals import arrival_rate as rhythms
from scheduler.parsing.document_models import (
    MalformedDocument,
    NamedEntry,
    ParsedFeed,
    ParseResult,
)
from scheduler.polling.poll_request import DAY_S
from scheduler.polling.poll_values import (
    IM_USED,
    PARTIAL,
    AnsweredPoll,
    ComparedEntries,
    PollResult,
)
from scheduler.polling.response_verdict import classify_document
from scheduler.retrying_ledger import RetryingLedger
from scheduler.sandbox.parser_pool import ParserPool

HASHES_EVERY_S = 7 * DAY_S
"""How often the prints of known entries are remembered: some feeds write every entry anew each time."""

KeyVersion = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryComparer:
    """Reads documents with the parser and the feeds' memory."""

    parser_pool: ParserPool
    ledger: RetryingLedger
    meters: ProcessCounters = field(default_factory=ProcessCounters)
    credentials: CredentialStore = NO_CREDENTIALS

    async def read(self, answered: AnsweredPoll, now: float) -> PollResult | Outcome:
        """Read a feed's document, if its response has to be parsed; `now` in seconds since the epoch.

        Of a document larger than is read, what came has to be a feed.
        """
        if not answered.verdict.is_to_be_parsed:
            return PollResult(answered=answered, outcome=answered.verdict.outcome, ok=answered.verdict.ok)
        weekly = now - answered.state.printed_at >= HASHES_EVERY_S
        parsed, compared = await self._parse_and_compare(answered, weekly=weekly)
        if answered.response.is_cut and isinstance(parsed, MalformedDocument):
            detail = f"more than {len(answered.response.body)} bytes"
            return Outcome(TooLargeError.outcome, detail=detail)
        return classify_document(answered, parsed, compared)

    async def _parse_and_compare(
        self, answered: AnsweredPoll, *, weekly: bool
    ) -> tuple[ParseResult, ComparedEntries]:
        """Parse a document and compare its entries with the feed's memory.

        A document most of whose entries are known by their bytes is cut down to the others. Where these are
        new to the feed, that is all; anything else has the whole document read.
        """
        feed, response, taken = answered.feed, answered.response, None
        is_part = response.status in (IM_USED, PARTIAL)
        if not (has_unstable_guids(feed) or is_part) and feed.asked != "retry":
            taken = split_entries(response.body, response.headers.get("content-type"))
        known: frozenset[int] = frozenset()
        if taken is not None and rhythms.read_rate(answered.state.arrival_rate) is not None:
            known = await self._known_by_bytes(feed, taken)
        parsed = await self._parse(feed, response, taken, known)
        if taken is not None and isinstance(parsed, ParsedFeed) and parsed.cut:
            compared = await self._see_new(feed, parsed, taken, known)
            if compared is not None:
                return parsed, compared
            parsed = await self._parse(feed, response, taken, frozenset())
        return parsed, await self._compare_document(feed, parsed, taken, weekly=weekly)

    async def _known_by_bytes(self, feed: LeasedFeed, taken: SplitDocument) -> frozenset[int]:
        """Return the places of the entries whose bytes are known; none where the whole is to be read."""
        statuses = await self._classify_pairs(feed, [(own, own) for own in taken.hashes])
        known = frozenset(place for place, status in enumerate(statuses) if status == "known")
        new = len(statuses) - len(known)
        return frozenset() if "older" in statuses or new * 2 > len(statuses) else known

    async def _parse(
        self, feed: LeasedFeed, response: HttpResponse, taken: SplitDocument | None, known: frozenset[int]
    ) -> ParseResult:
        """Parse the document and name its entries: one exchange with the parser's process."""
        document = msgspec.structs.replace(
            build_feed_document(feed, response, self.credentials),
            spans=taken.spans if taken is not None and known else (),
            known=known,
            retry=feed.asked == "retry",
        )
        began = time.perf_counter()
        parsed = await self.parser_pool.parse(document)
        self.meters.count_stage("parse", time.perf_counter() - began)
        return parsed

    async def _see_new(
        self, feed: LeasedFeed, parsed: ParsedFeed, taken: SplitDocument, known: frozenset[int]
    ) -> ComparedEntries | None:
        """Compare the entries that were read with the feed's memory; None: not all of them are new to it."""
        if not parsed.named:
            return ComparedEntries(known_unread=len(known))
        compared = await self._compare(feed, parsed)
        if set(compared.statuses) != {"new"}:
            return None
        new = [own for place, own in enumerate(taken.hashes) if place not in known]
        prints = _list_entry_hashes(parsed.named, compared.statuses, new, weekly=False)
        return replace(
            compared, known_unread=len(known), versions_to_remember=compared.versions_to_remember + prints
        )

    async def _compare_document(
        self, feed: LeasedFeed, parsed: ParseResult, taken: SplitDocument | None, *, weekly: bool
    ) -> ComparedEntries:
        """Compare a whole document with the feed's memory; also count the entries that lead nowhere."""
        if not isinstance(parsed, ParsedFeed):
            return ComparedEntries()
        if not parsed.named:
            return ComparedEntries(without_link=parsed.without_target)
        compared = await self._compare(feed, parsed)
        plain = taken is not None and parsed.strict and len(parsed.named) == len(taken.spans)
        if taken is None or not plain or parsed.listed != len(taken.spans):
            return compared
        hashes = _list_entry_hashes(parsed.named, compared.statuses, taken.hashes, weekly=weekly)
        return replace(
            compared, versions_to_remember=compared.versions_to_remember + hashes, hashes_due=weekly
        )

    async def _compare(self, feed: LeasedFeed, parsed: ParsedFeed) -> ComparedEntries:
        """Compare entries with the feed's memory: which of them are new."""
        named, stamps = parsed.named, list_updated_dates(parsed.named)
        ids = tuple(one.ids for one in named)
        verdicts, stamp_statuses = await self.ledger.run(
            lambda keys: compare_entries(keys, feed_id=feed.id, entries=ids, pairs=tuple(stamps.items()))
        )
        recognized = apply_verdicts(named, verdicts)
        stamped = apply_updated_dates(
            recognized.named, recognized.statuses, dict(zip(stamps, stamp_statuses, strict=True))
        )
        return ComparedEntries(
            listed=tuple(one.entry for one in stamped.named),
            statuses=stamped.statuses,
            found=build_found_entries(
                stamped.named, stamped.statuses, every=feed.asked == "retry", text=feed.text
            ),
            versions_to_remember=stamped.remember,
            without_link=parsed.without_target,
            all_new=recognized.all_new,
        )

    async def _classify_pairs(self, feed: LeasedFeed, pairs: Sequence[KeyVersion]) -> list[EntryStatus]:
        return await self.ledger.run(lambda keys: classify_entries(keys, feed_id=feed.id, pairs=pairs))


def _list_entry_hashes(
    listed: Sequence[NamedEntry], statuses: Sequence[EntryStatus], hashes: Sequence[int], *, weekly: bool
) -> tuple[KeyVersion, ...]:
    """Return (key, print) of the entries whose prints are to be remembered."""
    return tuple(
        (named.key, own)
        for named, status, own in zip(listed, statuses, hashes, strict=True)
        if weekly or status != "known"
    )
