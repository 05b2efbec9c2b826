"""Works through one feed's past in the command's own process, page by page, and reports each."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TypeVar
from uuid import uuid4

from config.settings import Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations.backfill_operations import open_backfill
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.politeness.rate_limiter import RateLimiter, make_site_pace
from feedmill._ledger.politeness.request_log import RequestLog
from feedmill._ledger.server_clock import LedgerClock
from feedmill._net import HttpClient, make_client_settings
from scheduler.backfill.backfill_job import BackfillJob, read_backfill_job, write_backfill_job
from scheduler.backfill.backfill_loop import BackfillLoop, StepResult
from scheduler.backfill.backfill_page import BackfillPageReader
from scheduler.backfill.page_walk import make_backfill_job
from scheduler.retrying_ledger import RetryingLedger, always_build, wait_any
from scheduler.sandbox.parser_pool import ParserPool

T = TypeVar("T")
_LEASE_MS = 120_000
"""Lease of a page of the past, in ms: what a killed command leaves may be taken up after it."""
_MAX_WAIT_S = 60.0
"""Longest wait before the job is tried again, so that an earlier opening of a gate is used."""


async def run_backfill(
    redis_url: str,
    settings: Settings,
    url: str,
    *,
    since: int,
    stop: asyncio.Event,
    begun: Callable[[BackfillJob], None],
    tell: Callable[[StepResult, float], None],
) -> StepResult | None:
    """Open the job, or take up the one that was left with this date, and work on it until it is done.

    `begun` gets the job at its start, `tell` each page and the seconds until the next. Returns the last
    step; None when the feed is not on the ledger's list. Setting `stop` leaves the job for another time.
    """
    async with AsyncExitStack() as opened:
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        ledger = RetryingLedger(Ledger(client, Keys(settings.redis.prefix)), stop)
        runner = await _make_runner(opened, ledger, settings, stop)
        name = f"back:{name_feed(url)}"
        begun(await _open_job(ledger, name, make_backfill_job(url, since=since)))
        last: StepResult | None = None
        while not stop.is_set():
            stepped, wait_ms = await runner.step(name)
            if stepped is None and wait_ms is None:
                break
            last = stepped or last
            wait_s = min((wait_ms or 0) / 1000, _MAX_WAIT_S)
            if stepped is not None:
                tell(stepped, wait_s)
                if stepped.done:
                    break
            if wait_s:
                await wait_any(wait_s, stop)
        return last


async def _open_job(ledger: RetryingLedger, name: str, job: BackfillJob) -> BackfillJob:
    """Open a job; one that is open with another date gives way to it."""

    async def opened(*, replace: bool) -> BackfillJob:
        token = uuid4().hex
        state = write_backfill_job(job)
        return read_backfill_job(
            await ledger.run(
                lambda keys: open_backfill(keys, name=name, state=state, replace=replace, token=token)
            )
        )

    kept = await opened(replace=False)
    return kept if kept.since == job.since else await opened(replace=True)


async def _make_runner(
    opened: AsyncExitStack, ledger: RetryingLedger, settings: Settings, stop: asyncio.Event
) -> BackfillLoop:
    async def run(call: Call[T]) -> T:
        return await ledger.run(always_build(call))

    pace = make_site_pace(settings.politeness)
    rate_limiter = RateLimiter(run=run, keys=Keys(settings.redis.prefix), pace=pace, lease_ms=_LEASE_MS)
    clock = LedgerClock()
    clock.set_ledger_ms((await ledger.run(count_all)).now_ms)
    journal = await opened.enter_async_context(RequestLog(rate_limiter, clock))
    client = await opened.enter_async_context(
        HttpClient(
            make_client_settings(settings.network, proxies=settings.proxies, connections=4),
            listener=journal.add_exchange,
        )
    )
    page_reader = BackfillPageReader(
        client=client,
        parser_pool=await opened.enter_async_context(ParserPool()),
        ledger=ledger,
        rate_limiter=rate_limiter,
        deadline_s=settings.polling.timeout,
        now=clock,
        credentials=settings.credentials,
    )
    return BackfillLoop(
        page_reader=page_reader, ledger=ledger, lease_ms=_LEASE_MS, spread_ms=pace.gap_ms * 2, stop=stop
    )
