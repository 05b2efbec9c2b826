"""Works on backfills of feeds, one page at a time: claims, requests through the gate, reads, records."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import msgspec
import structlog

from feedmill._ledger.core.records import FoundEntry, LeasedBackfill, Limits
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.operations.backfill_operations import claim_backfill, record_backfill
from feedmill._ledger.operations.feed_operations import compare_entries
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._net import HttpClient, HttpResponse
from feedmill._net.cache_headers import read_retry_after_s
from feedmill._net.client.exchange import RequestPurpose
from feedmill._net.errors import NetError
from feedmill._site_access.credentials import LACKING, NO_CREDENTIALS, CredentialStore
from scheduler.backfill.backfill_events import build_backfill_event
from scheduler.backfill.page_walk import (
    BackfillJob,
    apply_failure,
    apply_feed_page,
    apply_other_document,
    apply_robots_text,
    is_done,
    is_wanted,
    read_backfill_job,
    write_backfill_job,
)
from scheduler.entries.entry_listing import build_found_entries
from scheduler.entries.entry_verdicts import RecognizedEntries, apply_verdicts
from scheduler.entries.restricted_entries import describe_access
from scheduler.parsing.document_models import FeedDocument, ParsedFeed
from scheduler.redis_outage import RetryingLedger, wait_any
from scheduler.sandbox.parser_pool import ParserPool

IDLE_S = 15.0
"""Seconds between two checks while no feed has a gap to fill."""
CLOSED_SITE_WAIT_MS = 10_000
"""Wait before a page is tried again whose site's gate is closed: sites close for longer than a moment."""
FIRST_RETRY_MS = 60_000
"""Wait after a page's first failure, in ms; it doubles with each further one, up to `MAX_TRIES`."""
UNSTABLE_GUID_POLLS = 2
"""Polls with changed guids from which entries are named by their links; one may be a move of the site."""
OK, GONE = 200, frozenset({400, 401, 403, 404, 405, 406, 410, 451})
SITE_WIDE = frozenset({429, 503})
SITE_PAUSE_MS = 60_000
"""Time that a 429 or 503 without Retry-After closes a site's gate for, in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What one page gave, for the progress report."""

    url: str
    outcome: str
    listed: int
    new: int
    past: BackfillJob
    done: bool


@dataclass(frozen=True, slots=True)
class BackfillOutcome:
    """How the look at one page ended; times in ms."""

    name: str
    listed: int = 0
    found: tuple[FoundEntry, ...] = ()
    wait_ms: int = 0
    close_ms: int = 0
    site: str = ""


Step = tuple[StepResult | None, int | None]
"""What a look gave, and ms until the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRunner:
    """All that a look into the past needs of its surroundings."""

    client: HttpClient
    parser_pool: ParserPool
    ledger: RetryingLedger
    rate_limiter: RateLimiter
    deadline_s: float
    lease_ms: int
    spread_ms: int
    """Between two pages of a backfill: what is news finds the gate free."""
    now: Callable[[], datetime]
    stop: asyncio.Event
    limits: Limits | None = None
    """What bounds the new pages, but of a backfill."""
    credentials: CredentialStore = NO_CREDENTIALS

    async def run(self) -> None:
        """Fill gaps until `stop` is set."""
        while not self.stop.is_set():
            _, wait_ms = await self.step()
            seconds = IDLE_S if wait_ms is None else min(wait_ms / 1000, IDLE_S)
            if seconds > 0:
                await wait_any(seconds, self.stop)

    async def step(self, name: str = "") -> Step:
        """Read the next page of a job: of that name, or of the first gap that is due.

        Returns what it gave, and ms until to come again; None and None: there is no job.
        """
        token = uuid4().hex
        claimed = await self.ledger.run(
            lambda keys: claim_backfill(keys, name=name, lease_ms=self.lease_ms, token=token)
        )
        if claimed.job is None:
            return None, claimed.next_in_ms
        try:
            job = read_backfill_job(claimed.job.state)
        except (msgspec.DecodeError, msgspec.ValidationError):
            job = BackfillJob(since=0, pending_steps=(), backfill=False)
        if is_done(job):
            return await self._record(claimed.job, job, BackfillOutcome("done"))
        return await self._read_next_page(claimed.job, job)

    async def _read_next_page(self, job: LeasedBackfill, backfill_job: BackfillJob) -> Step:
        step = backfill_job.pending_steps[0]
        if step.kind == "robots":
            return await self._read_robots(job, backfill_job)
        if self.credentials.find_lack(job.url):
            left = apply_failure(backfill_job, for_good=False)
            return await self._record(job, left, build_failure(left, LACKING))
        try:
            async with self.rate_limiter.begin_request(job.name) as permit:
                await permit(step.url)
                response = await self.client.fetch(
                    step.url,
                    on_redirect=permit,
                    purpose=RequestPurpose(kind="other", name=job.name),
                    deadline_s=self.deadline_s,
                    credentials=self.credentials.open_chain(job.url),
                )
        except RateLimitedError:
            return await self._record(job, backfill_job, BackfillOutcome("gate", wait_ms=CLOSED_SITE_WAIT_MS))
        except NetError as error:
            left = apply_failure(backfill_job, for_good=not error.temporary)
            return await self._record(job, left, build_failure(left, error.outcome))
        if response.status != OK:
            return await self._build_refusal(job, backfill_job, response)
        return await self._read(job, backfill_job, response)

    async def _read_robots(self, job: LeasedBackfill, backfill_job: BackfillJob) -> Step:
        """Ask the site's robots.txt for its sitemaps: the copy that pages go by, once a day for all."""
        robots = RobotsCache(self.client, self.rate_limiter, {})
        try:
            async with self.rate_limiter.begin_request(job.name) as permit:
                answer = await robots.read_text(backfill_job.pending_steps[0].url, permit)
        except RateLimitedError:
            return await self._record(job, backfill_job, BackfillOutcome("gate", wait_ms=CLOSED_SITE_WAIT_MS))
        if isinstance(answer, str):
            return await self._record(job, apply_robots_text(backfill_job, answer), BackfillOutcome("ok"))
        if answer.verdict == "wait":
            return await self._record(job, backfill_job, BackfillOutcome("robots", wait_ms=answer.wait_ms))
        left = apply_failure(backfill_job, for_good=False)
        outcome = build_failure(left, "robots_unreachable")
        return await self._record(job, left, replace(outcome, wait_ms=max(outcome.wait_ms, answer.wait_ms)))

    async def _build_refusal(
        self, job: LeasedBackfill, backfill_job: BackfillJob, response: HttpResponse
    ) -> Step:
        left = apply_failure(backfill_job, for_good=response.status in GONE)
        outcome = build_failure(left, f"http_{response.status}")
        asked = read_retry_after_s(response.headers, self.now())
        if asked is not None:
            outcome = replace(outcome, wait_ms=max(outcome.wait_ms, round(asked * 1000)))
        if response.status in SITE_WIDE:
            closed = SITE_PAUSE_MS if asked is None else round(asked * 1000)
            outcome = replace(outcome, close_ms=closed, site=find_site(response.url))
        return await self._record(job, left, outcome)

    async def _read(self, job: LeasedBackfill, backfill_job: BackfillJob, response: HttpResponse) -> Step:
        document = FeedDocument(
            response.body,
            response.headers.get("content-type"),
            response.url,
            feed_url=job.url,
            by_link=job.fickle >= UNSTABLE_GUID_POLLS,
            filters=job.filters,
            access=describe_access(self.credentials, job.url, job.source),
        )
        parsed = await self.parser_pool.parse(document)
        if not isinstance(parsed, ParsedFeed):
            return await self._record(
                job, apply_other_document(backfill_job, parsed), BackfillOutcome(parsed.outcome)
            )
        compared = await self._compare(job, parsed)
        fresh = [
            named
            for named, status in zip(compared.named, compared.statuses, strict=True)
            if status == "new" and is_wanted(backfill_job, named.entry)
        ]
        found = build_found_entries(fresh, ["new"] * len(fresh))
        outcome = BackfillOutcome("ok", listed=parsed.listed, found=found)
        return await self._record(
            job, apply_feed_page(backfill_job, parsed, compared.statuses, new=len(found)), outcome
        )

    async def _compare(self, job: LeasedBackfill, parsed: ParsedFeed) -> RecognizedEntries:
        """Ask the feed's memory which entries are new."""
        ids = tuple(named.ids for named in parsed.named)
        if not ids:
            return apply_verdicts((), ())
        verdicts, _ = await self.ledger.run(
            lambda keys: compare_entries(keys, feed_id=job.feed_id, entries=ids)
        )
        return apply_verdicts(parsed.named, verdicts)

    async def _record(self, job: LeasedBackfill, backfill_job: BackfillJob, outcome: BackfillOutcome) -> Step:
        now = self.now()
        at = int(now.timestamp())
        start_ms = max(backfill_job.ready - at, 0) * 1000
        if backfill_job.backfill and outcome.found:
            spread_s = -(-len(outcome.found) * self.spread_ms // 1000)
            backfill_job = msgspec.structs.replace(backfill_job, ready=max(backfill_job.ready, at) + spread_s)
        done = is_done(backfill_job)
        event = build_backfill_event(backfill_job, now) if done else ()
        token = uuid4().hex
        recorded = await self.ledger.run(
            lambda keys: record_backfill(
                keys,
                name=job.name,
                lease=job.token,
                state="" if done else write_backfill_job(backfill_job),
                next_ms=outcome.wait_ms,
                close_site_ms=outcome.close_ms,
                site=outcome.site,
                backfill=backfill_job.backfill,
                start_ms=start_ms,
                spread_ms=self.spread_ms,
                event=event,
                found=outcome.found,
                limits=self.limits,
                token=token,
            )
        )
        url = "" if outcome.name == "done" else read_job_url(job)
        structlog.get_logger().info(
            "past",
            feed=job.url,
            page=url,
            outcome="stale" if recorded.stale else outcome.name,
            listed=outcome.listed,
            new=recorded.new,
            backfill=backfill_job.backfill,
            done=done,
        )
        stepped = StepResult(
            url=url,
            outcome=outcome.name,
            listed=outcome.listed,
            new=recorded.new,
            past=backfill_job,
            done=done,
        )
        return stepped, outcome.wait_ms


def build_failure(left: BackfillJob, name: str) -> BackfillOutcome:
    """Make the outcome of a page that gave no document; each failure in a row waits twice as long."""
    return BackfillOutcome(name, wait_ms=FIRST_RETRY_MS * 2 ** (left.failures - 1) if left.failures else 0)


def read_job_url(job: LeasedBackfill) -> str:
    """Return the address of the page that a job reads next."""
    backfill_job = read_backfill_job(job.state)
    return backfill_job.pending_steps[0].url if backfill_job.pending_steps else ""
