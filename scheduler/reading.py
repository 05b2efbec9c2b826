"""Reading an answer: a document's entries beside the feed's memory, the new ones alone where that will do."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from feedmill._ledger.feed_calls import unseen
from feedmill._ledger.records import Entry, LeasedFeed
from feedmill._metrics.meters import Meters
from feedmill._net import Fetched
from scheduler import rhythm as rhythms
from scheduler.cage import Cage
from scheduler.cut import Cut, cut
from scheduler.documents import Document, Parsed, ParsedFeed
from scheduler.judge import DAY, IM_USED, Listing, Sight, listing, to_found
from scheduler.look import Seen
from scheduler.notes import Notes
from scheduler.patience import PatientLedger
from scheduler.sharing import may_share
from scheduler.stamps import stamps_of, with_stamps

FICKLE = 2
"""From so many polls on whose guids were all new to known articles, entries are told apart by their links."""
PRINTED_S = 7 * DAY
"""How often the prints of known entries are remembered: some feeds write every entry anew each time."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The parser and the feeds' memory."""

    cage: Cage
    ledger: PatientLedger
    meters: Meters = field(default_factory=Meters)

    async def read(self, feed: LeasedFeed, notes: Notes, fetched: Fetched, now: float) -> tuple[Parsed, Seen]:
        """Read a feed's document; `now` in seconds since the epoch.

        A document most of whose entries are known by their bytes is cut down to the others. Where these are
        new to the feed, that is all; anything else has the whole document read.
        """
        taken = None
        if feed.fickle < FICKLE and fetched.status != IM_USED:
            taken = cut(fetched.body, fetched.headers.get("content-type"))
        if taken is not None and rhythms.read(notes.rhythm) is not None:
            read = await self._read_new(feed, fetched, taken)
            if read is not None:
                return read
        parsed = await self._parse(fetched, fetched.body)
        weekly = now - notes.printed_at >= PRINTED_S
        return parsed, await self._see(feed, parsed, taken, weekly=weekly)

    async def _read_new(
        self, feed: LeasedFeed, fetched: Fetched, taken: Cut
    ) -> tuple[ParsedFeed, Seen] | None:
        """Read the entries whose bytes are not known; None where the whole document has to be read."""
        sights = await self._ask(feed, [(own, own) for own in taken.prints])
        known = frozenset(own for own, sight in zip(taken.prints, sights, strict=True) if sight == "known")
        new = [own for own in taken.prints if own not in known]
        if "older" in sights or not known or len(new) * 2 > len(sights):
            return None
        parsed = await self._parse(fetched, taken.without(known))
        if not isinstance(parsed, ParsedFeed) or not parsed.strict or parsed.listed != len(new):
            return None
        kept = len(taken.prints) - len(new)
        parsed = msgspec.structs.replace(parsed, listed=kept + len(new))
        if not new:
            return parsed, Seen(kept=kept)
        listed = listing(parsed.entries)
        if len(listed.entries) != len(new) or may_share(parsed.entries, taken.entries):
            return None
        seen = await self._compare(feed, listed)
        if set(seen.sights) != {"new"}:
            return None
        prints = _prints(listed.entries, seen.sights, new, weekly=False)
        return parsed, replace(seen, kept=kept, stamps=seen.stamps + prints)

    async def _parse(self, fetched: Fetched, body: bytes) -> Parsed:
        began = time.perf_counter()
        parsed = await self.cage.parse(Document(body, fetched.headers.get("content-type"), fetched.url))
        self.meters.stage("parse", time.perf_counter() - began)
        return parsed

    async def _see(self, feed: LeasedFeed, parsed: Parsed, taken: Cut | None, *, weekly: bool) -> Seen:
        """Compare a whole document with the feed's memory; also count the entries that lead nowhere."""
        if not isinstance(parsed, ParsedFeed):
            return Seen()
        listed = listing(parsed.entries, by_link=feed.fickle >= FICKLE)
        if not listed.entries:
            return Seen(homeless=listed.homeless)
        seen = await self._compare(feed, listed)
        plain = taken is not None and parsed.strict and len(listed.entries) == len(taken.entries)
        if taken is None or not plain or parsed.listed != len(taken.entries):
            return seen
        prints = _prints(listed.entries, seen.sights, taken.prints, weekly=weekly)
        return replace(seen, stamps=seen.stamps + prints, printed=weekly)

    async def _compare(self, feed: LeasedFeed, listed: Listing) -> Seen:
        """Ask the feed's memory which entries are new."""
        stamps = stamps_of(listed.entries)
        sights = await self._ask(feed, (*listed.entries, *stamps.items()))
        told = len(listed.entries)
        stamped = with_stamps(
            listed.entries, sights[:told], stamps, dict(zip(stamps, sights[told:], strict=True))
        )
        return Seen(
            listed=tuple(stamped.entries.values()),
            sights=stamped.sights,
            found=to_found(feed.url, stamped.entries, stamped.sights),
            stamps=stamped.remember,
            homeless=listed.homeless,
        )

    async def _ask(self, feed: LeasedFeed, pairs: Sequence[Pair]) -> list[Sight]:
        return await self.ledger.run(lambda keys: unseen(keys, feed_id=feed.id, pairs=pairs))


def _prints(
    entries: Mapping[Pair, Entry], sights: Sequence[Sight], prints: Sequence[int], *, weekly: bool
) -> tuple[Pair, ...]:
    """Give (key, print) of the entries whose prints are to be remembered."""
    return tuple(
        (key, own)
        for (key, _), sight, own in zip(entries, sights, prints, strict=True)
        if weekly or sight != "known"
    )
