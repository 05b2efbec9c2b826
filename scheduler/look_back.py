"""Jobs on feeds' pasts, one page at a time: claim, request through the gate, read, record."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import msgspec
import structlog

from feedmill._ledger.errors import GateShutError
from feedmill._ledger.feed_calls import unseen
from feedmill._ledger.gateway import Gateway
from feedmill._ledger.links import site_of
from feedmill._ledger.past_calls import claim_past, record_past
from feedmill._ledger.records import FoundEntry, LeasedPast
from feedmill._ledger.robots import Robots
from feedmill._net import Door, Fetched
from feedmill._net.errors import NetError
from feedmill._net.exchange import Errand
from scheduler.asks import retry_after_s
from scheduler.cage import Cage
from scheduler.documents import Document, ParsedFeed
from scheduler.events import past_event
from scheduler.judge import listing, to_found
from scheduler.past import (
    Past,
    after_failure,
    after_feed,
    after_other,
    after_text,
    is_done,
    read_past,
    wanted,
    written_past,
)
from scheduler.patience import PatientLedger, wait_any

IDLE_S = 15.0
"""Between two looks while no feed has a gap to fill."""
SHUT_MS = 10_000
FIRST_RETRY_MS = 60_000
FICKLE = 2
OK, GONE = 200, frozenset({400, 401, 403, 404, 405, 406, 410, 451})
SITE_WIDE = frozenset({429, 503})
CLOSE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """What one page gave, for those who watch."""

    url: str
    outcome: str
    listed: int
    new: int
    past: Past
    done: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the look at one page ended; times in ms."""

    name: str
    listed: int = 0
    found: tuple[FoundEntry, ...] = ()
    wait_ms: int = 0
    close_ms: int = 0
    site: str = ""


Step = tuple[Stepped | None, int | None]
"""What a look gave, and ms until the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """All that a look into the past needs of its surroundings."""

    door: Door
    cage: Cage
    ledger: PatientLedger
    gateway: Gateway
    deadline_s: float
    lease_ms: int
    spread_ms: int
    """Between two pages of a backfill: what is news finds the gate free."""
    now: Callable[[], datetime]
    stop: asyncio.Event

    async def run(self) -> None:
        """Fill gaps until `stop` is set."""
        while not self.stop.is_set():
            _, wait_ms = await self.step()
            seconds = IDLE_S if wait_ms is None else min(wait_ms / 1000, IDLE_S)
            if seconds > 0:
                await wait_any(seconds, self.stop)

    async def step(self, name: str = "") -> Step:
        """Read the next page of a job: of that name, or of the first gap that is due.

        Answers what it gave, and ms until to come again; None and None: there is no job.
        """
        token = uuid4().hex
        claimed = await self.ledger.run(
            lambda keys: claim_past(keys, name=name, lease_ms=self.lease_ms, token=token)
        )
        if claimed.job is None:
            return None, claimed.next_in_ms
        try:
            past = read_past(claimed.job.state)
        except (msgspec.DecodeError, msgspec.ValidationError):
            past = Past(since=0, todo=(), backfill=False)
        if is_done(past):
            return await self._record(claimed.job, past, Outcome("done"))
        return await self._look(claimed.job, past)

    async def _look(self, job: LeasedPast, past: Past) -> Step:
        step = past.todo[0]
        if step.kind == "robots":
            return await self._sitemaps(job, past)
        try:
            async with self.gateway.trip(job.name) as trip:
                await trip(step.url)
                fetched = await self.door.fetch(
                    step.url,
                    on_redirect=trip,
                    errand=Errand(kind="other", name=job.name),
                    deadline_s=self.deadline_s,
                )
        except GateShutError:
            return await self._record(job, past, Outcome("gate", wait_ms=SHUT_MS))
        except NetError as error:
            left = after_failure(past, for_good=not error.temporary)
            return await self._record(job, left, failed(left, error.outcome))
        if fetched.status != OK:
            return await self._refused(job, past, fetched)
        return await self._read(job, past, fetched)

    async def _sitemaps(self, job: LeasedPast, past: Past) -> Step:
        """Ask the site's robots.txt for its sitemaps: the copy that pages go by, once a day for all."""
        robots = Robots(self.door, self.gateway, {})
        try:
            async with self.gateway.trip(job.name) as trip:
                told = await robots.text(past.todo[0].url, trip)
        except GateShutError:
            return await self._record(job, past, Outcome("gate", wait_ms=SHUT_MS))
        if isinstance(told, str):
            return await self._record(job, after_text(past, told), Outcome("ok"))
        if told.verdict == "wait":
            return await self._record(job, past, Outcome("robots", wait_ms=told.wait_ms))
        left = after_failure(past, for_good=False)
        outcome = failed(left, "robots_unreachable")
        return await self._record(job, left, replace(outcome, wait_ms=max(outcome.wait_ms, told.wait_ms)))

    async def _refused(self, job: LeasedPast, past: Past, fetched: Fetched) -> Step:
        left = after_failure(past, for_good=fetched.status in GONE)
        outcome = failed(left, f"http_{fetched.status}")
        asked = retry_after_s(fetched.headers, self.now())
        if asked is not None:
            outcome = replace(outcome, wait_ms=max(outcome.wait_ms, round(asked * 1000)))
        if fetched.status in SITE_WIDE:
            closed = CLOSE_MS if asked is None else round(asked * 1000)
            outcome = replace(outcome, close_ms=closed, site=site_of(fetched.url))
        return await self._record(job, left, outcome)

    async def _read(self, job: LeasedPast, past: Past, fetched: Fetched) -> Step:
        document = Document(fetched.body, fetched.headers.get("content-type"), fetched.url)
        parsed = await self.cage.parse(document)
        if not isinstance(parsed, ParsedFeed):
            return await self._record(job, after_other(past, parsed), Outcome(parsed.outcome))
        listed = listing(parsed.entries, by_link=job.fickle >= FICKLE)
        pairs = tuple(listed.entries)
        sights = (
            await self.ledger.run(lambda keys: unseen(keys, feed_id=job.feed_id, pairs=pairs))
            if pairs
            else []
        )
        chosen = {id(entry) for entry in wanted(past, list(listed.entries.values()))}
        fresh = {
            pair: entry
            for (pair, entry), sight in zip(listed.entries.items(), sights, strict=True)
            if sight == "new" and id(entry) in chosen
        }
        found = to_found(job.url, fresh, ["new"] * len(fresh))
        outcome = Outcome("ok", listed=parsed.listed, found=found)
        return await self._record(job, after_feed(past, parsed, sights, new=len(found)), outcome)

    async def _record(self, job: LeasedPast, past: Past, outcome: Outcome) -> Step:
        now = self.now()
        at = int(now.timestamp())
        start_ms = max(past.ready - at, 0) * 1000
        if past.backfill and outcome.found:
            spread_s = -(-len(outcome.found) * self.spread_ms // 1000)
            past = msgspec.structs.replace(past, ready=max(past.ready, at) + spread_s)
        done = is_done(past)
        event = past_event(past, now) if done else ()
        token = uuid4().hex
        recorded = await self.ledger.run(
            lambda keys: record_past(
                keys,
                name=job.name,
                lease=job.token,
                state="" if done else written_past(past),
                next_ms=outcome.wait_ms,
                close_site_ms=outcome.close_ms,
                site=outcome.site,
                backfill=past.backfill,
                start_ms=start_ms,
                spread_ms=self.spread_ms,
                event=event,
                found=outcome.found,
                token=token,
            )
        )
        url = "" if outcome.name == "done" else past_url(job)
        structlog.get_logger().info(
            "past",
            feed=job.url,
            page=url,
            outcome="stale" if recorded.stale else outcome.name,
            listed=outcome.listed,
            new=recorded.new,
            backfill=past.backfill,
            done=done,
        )
        stepped = Stepped(
            url=url, outcome=outcome.name, listed=outcome.listed, new=recorded.new, past=past, done=done
        )
        return stepped, outcome.wait_ms


def failed(left: Past, name: str) -> Outcome:
    """Make the outcome of a page that gave no document; each failure in a row waits twice as long."""
    return Outcome(name, wait_ms=FIRST_RETRY_MS * 2 ** (left.failures - 1) if left.failures else 0)


def past_url(job: LeasedPast) -> str:
    """Give the address of the page that a job reads next."""
    past = read_past(job.state)
    return past.todo[0].url if past.todo else ""
