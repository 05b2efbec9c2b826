"""One poll: request the feed, read it, compare it with the feed's memory, and make its record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.errors import GateShutError
from feedmill._ledger.gateway import Gateway
from feedmill._ledger.records import LeasedFeed, PollRecord
from feedmill._net import Door, Fetched
from feedmill._net.errors import NetError
from feedmill._net.exchange import Errand
from scheduler.conclude import conclude, conclude_failure
from scheduler.judge import Request, excused, judge_response, request_for
from scheduler.look import Look, Seen
from scheduler.notes import read_notes
from scheduler.reading import Reader
from scheduler.schedule import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """All that a poll needs of its surroundings."""

    door: Door
    reader: Reader
    gateway: Gateway
    bounds: Bounds
    deadline_s: float
    now: Callable[[], datetime]
    rng: Random
    most_revisits: int = 20
    """The most times that one article's page is asked for again."""

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
        parsed, seen = await self.reader.read(feed, notes, fetched, now) if judged.parse else (None, Seen())
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
