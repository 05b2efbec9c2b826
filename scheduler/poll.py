"""One poll: request the feed, read it, compare it with the feed's memory, and make its record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from feedmill._ledger.feed_calls import unseen
from feedmill._ledger.records import FoundEntry, LeasedFeed, PollRecord
from feedmill._net import Door, Fetched
from feedmill._net.errors import NetError
from scheduler.cage import Cage
from scheduler.documents import Document, Malformed, Parsed, ParsedFeed
from scheduler.judge import Judged, Validators, conditions, judge_response, listing, to_found, validators
from scheduler.patience import PatientLedger
from scheduler.schedule import Bounds, Ending, NextPoll, next_poll


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """All that a poll needs of its surroundings."""

    door: Door
    cage: Cage
    ledger: PatientLedger
    bounds: Bounds
    deadline_s: float
    now: Callable[[], datetime]
    rng: Random

    async def poll(self, feed: LeasedFeed) -> PollRecord:
        """Poll a feed; whatever the publisher's side does ends in a record with a named outcome."""
        try:
            fetched = await self.door.fetch(feed.url, headers=conditions(feed), deadline_s=self.deadline_s)
        except NetError as error:
            return failed(feed, error.outcome, error.detail, self.next_poll(feed, Ending(ok=False)))
        judged = judge_response(feed, fetched)
        parsed = await self._parse(fetched) if judged.parse else None
        ok = judged.ok and (parsed is None or parsed.outcome == "ok")
        retry_after = fetched.headers.get("retry-after")
        ending = Ending(ok=ok, status=fetched.status, retry_after=retry_after)
        found, homeless = await self._find(feed, parsed)
        return record(
            fetched=fetched,
            judged=judged,
            parsed=parsed,
            found=found,
            homeless=homeless,
            kept=validators(feed, fetched, judged, parsed),
            following=self.next_poll(feed, ending),
        )

    def next_poll(self, feed: LeasedFeed, ending: Ending) -> NextPoll:
        """Decide the feed's next poll after such an ending."""
        return next_poll(
            bounds=self.bounds,
            asked=feed.interval,
            failures=feed.failures,
            ending=ending,
            now=self.now(),
            rng=self.rng,
        )

    async def _parse(self, fetched: Fetched) -> Parsed:
        return await self.cage.parse(Document(fetched.body, fetched.headers.get("content-type"), fetched.url))

    async def _find(self, feed: LeasedFeed, parsed: Parsed | None) -> tuple[tuple[FoundEntry, ...], int]:
        """Ask the feed's memory which entries are new; also count those that lead nowhere."""
        if not isinstance(parsed, ParsedFeed):
            return (), 0
        listed = listing(parsed.entries)
        if not listed.entries:
            return (), listed.homeless
        pairs = tuple(listed.entries)
        sights = await self.ledger.run(lambda keys: unseen(keys, feed_id=feed.id, pairs=pairs))
        return to_found(feed.url, listed.entries, sights), listed.homeless


def record(
    *,
    fetched: Fetched,
    judged: Judged,
    parsed: Parsed | None,
    found: tuple[FoundEntry, ...],
    homeless: int,
    kept: Validators,
    following: NextPoll,
) -> PollRecord:
    """Put together what an answered poll leaves behind."""
    feed_read = parsed if isinstance(parsed, ParsedFeed) else None
    outcome = judged.outcome if parsed is None else parsed.outcome
    detail = parsed.detail if isinstance(parsed, Malformed) else ""
    if homeless:
        detail = f"{homeless} entries without a link"
    return PollRecord(
        outcome=outcome,
        ok=judged.ok and outcome in {"ok", "unchanged", "not_modified"},
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms,
        status=fetched.status,
        detail=detail,
        etag=kept.etag,
        modified=kept.modified,
        body_hash=kept.body_hash,
        title=feed_read.title if feed_read else None,
        final_url=fetched.url,
        listed=feed_read.listed if feed_read else 0,
        found=found,
    )


def failed(feed: LeasedFeed, outcome: str, detail: str, following: NextPoll) -> PollRecord:
    """Make the record of a poll that got no answer; the feed keeps what the last answer left."""
    return PollRecord(
        outcome=outcome,
        ok=False,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms,
        detail=detail[:300],
        etag=feed.etag or "",
        modified=feed.modified or "",
        body_hash=feed.body_hash or "",
    )
