"""Works on backfills in the scheduler, a page at a time: claims a job, has its next page read, records it."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

import msgspec
import structlog

from feedmill._ledger.core.records import LeasedBackfill, Limits
from feedmill._ledger.operations.backfill_operations import claim_backfill, record_backfill
from feedmill._ledger.outcome import Outcome
from scheduler.backfill.backfill_job import (
    BackfillJob,
    build_backfill_event,
    is_done,
    read_backfill_job,
    write_backfill_job,
)
from scheduler.backfill.backfill_page import BackfillPage, BackfillPageReader
from scheduler.retrying_ledger import RetryingLedger, wait_any

IDLE_S = 15.0
"""Seconds between two checks while no feed has a gap to fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What one page gave, for the progress report."""

    url: str
    outcome: str
    listed: int
    new: int
    past: BackfillJob
    done: bool


Step = tuple[StepResult | None, int | None]
"""What a page gave, and ms until the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillLoop:
    """Works on jobs: of gaps as they are due, or of one job by name."""

    page_reader: BackfillPageReader
    ledger: RetryingLedger
    lease_ms: int
    spread_ms: int
    """Between two pages of a backfill: what is news finds the gate free."""
    stop: asyncio.Event
    limits: Limits | None = None
    """What bounds the new pages, but of a backfill."""

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
            page = BackfillPage(Outcome("done"), job)
        else:
            page = await self.page_reader.read_next_page(claimed.job, job)
        return await self._record(claimed.job, page), page.wait_ms

    async def _record(self, leased: LeasedBackfill, page: BackfillPage) -> StepResult:
        now = self.page_reader.now()
        at = int(now.timestamp())
        start_ms = max(page.left.ready - at, 0) * 1000
        job = self._reserve_time(page, at)
        done = is_done(job)
        event = build_backfill_event(job, now) if done else ()
        token = uuid4().hex
        recorded = await self.ledger.run(
            lambda keys: record_backfill(
                keys,
                name=leased.name,
                lease=leased.token,
                state="" if done else write_backfill_job(job),
                next_ms=page.wait_ms,
                close_site_ms=page.close_ms,
                site=page.site,
                backfill=job.backfill,
                start_ms=start_ms,
                spread_ms=self.spread_ms,
                event=event,
                found=page.found,
                limits=self.limits,
                token=token,
            )
        )
        result = StepResult(
            url="" if page.outcome.word == "done" else read_job_url(leased),
            outcome=page.outcome.word,
            listed=page.listed,
            new=recorded.new,
            past=job,
            done=done,
        )
        _log_step(leased.url, result, stale=recorded.stale)
        return result

    def _reserve_time(self, page: BackfillPage, at: int) -> BackfillJob:
        """Return the job that is left; a backfill is ready once the pages that it found had their time."""
        job = page.left
        if not (job.backfill and page.found):
            return job
        spread_s = -(-len(page.found) * self.spread_ms // 1000)
        return msgspec.structs.replace(job, ready=max(job.ready, at) + spread_s)


def _log_step(feed_url: str, step: StepResult, *, stale: bool) -> None:
    structlog.get_logger().info(
        "past",
        feed=feed_url,
        page=step.url,
        outcome="stale" if stale else step.outcome,
        listed=step.listed,
        new=step.new,
        backfill=step.past.backfill,
        done=step.done,
    )


def read_job_url(leased: LeasedBackfill) -> str:
    """Return the address of the page that a job reads next."""
    job = read_backfill_job(leased.state)
    return job.pending_steps[0].url if job.pending_steps else ""
