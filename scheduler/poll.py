"""One poll: request the feed, read it, compare it with the feed's memory, and make its record."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.errors import GateShutError
from feedmill._ledger.feed_calls import unseen
from feedmill._ledger.gateway import Gateway
from feedmill._ledger.records import LeasedFeed, PollRecord
from feedmill._metrics.meters import Meters
from feedmill._net import Door, Fetched
from feedmill._net.errors import NetError
from feedmill._net.exchange import Errand
from scheduler.cage import Cage
from scheduler.conclude import conclude, conclude_failure
from scheduler.documents import Document, Parsed, ParsedFeed
from scheduler.judge import Request, excused, judge_response, listing, request_for, to_found
from scheduler.look import Look, Seen
from scheduler.notes import read_notes
from scheduler.patience import PatientLedger
from scheduler.schedule import Bounds
from scheduler.stamps import stamps_of, with_stamps

FICKLE = 2
"""From so many polls on whose guids were all new to known articles, entries are told apart by their links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """All that a poll needs of its surroundings."""

    door: Door
    cage: Cage
    ledger: PatientLedger
    gateway: Gateway
    bounds: Bounds
    deadline_s: float
    now: Callable[[], datetime]
    rng: Random
    most_revisits: int = 20
    """The most times that one article's page is asked for again."""
    meters: Meters = field(default_factory=Meters)

    async def poll(self, feed: LeasedFeed) -> PollRecord:
        """Poll a feed; whatever the publisher's side does ends in a record with a named outcome."""
        notes, now = read_notes(feed.notes), self.now().timestamp()
        request = request_for(feed, notes, now)
        errand = Errand(kind="feed", name=feed.id, excused=excused(feed, notes, self.bounds, now))
        try:
            fetched = await self._fetch(feed, request, errand)
        except GateShutError as shut:
            return self.failed(feed, "gate", str(shut))
        except NetError as error:
            return self.failed(feed, error.outcome, error.detail)
        judged = judge_response(feed, fetched, request)
        parsed = await self._parse(fetched) if judged.parse else None
        seen = await self._see(feed, parsed)
        look = Look(feed=feed, request=request, fetched=fetched, judged=judged, parsed=parsed, seen=seen)
        record = conclude(look, bounds=self.bounds, now=self.now(), rng=self.rng)
        return msgspec.structs.replace(record, most_revisits=self.most_revisits)

    async def _fetch(self, feed: LeasedFeed, request: Request, errand: Errand) -> Fetched:
        async with self.gateway.trip(feed.id, held=feed.site) as trip:
            await trip(request.url)
            return await self.door.fetch(
                request.url,
                headers=request.headers,
                deadline_s=self.deadline_s,
                on_redirect=trip,
                errand=errand,
            )

    def failed(self, feed: LeasedFeed, outcome: str, detail: str) -> PollRecord:
        """Make the record of a poll that got no answer."""
        return conclude_failure(feed, outcome, detail, bounds=self.bounds, now=self.now(), rng=self.rng)

    async def _parse(self, fetched: Fetched) -> Parsed:
        began = time.perf_counter()
        parsed = await self.cage.parse(
            Document(fetched.body, fetched.headers.get("content-type"), fetched.url)
        )
        self.meters.stage("parse", time.perf_counter() - began)
        return parsed

    async def _see(self, feed: LeasedFeed, parsed: Parsed | None) -> Seen:
        """Ask the feed's memory which entries are new; also count those that lead nowhere."""
        if not isinstance(parsed, ParsedFeed):
            return Seen()
        listed = listing(parsed.entries, by_link=feed.fickle >= FICKLE)
        if not listed.entries:
            return Seen(homeless=listed.homeless)
        stamps = stamps_of(listed.entries)
        pairs = (*listed.entries, *stamps.items())
        sights = await self.ledger.run(lambda keys: unseen(keys, feed_id=feed.id, pairs=pairs))
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
