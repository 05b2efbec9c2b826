"""Opens and wires the scheduler's parts by its settings: ledger, gates, client, parsers, loops."""

import asyncio
import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from typing import TypeVar

from config.settings import Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect, connect_blocking
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.operations import rule_operations
from feedmill._ledger.politeness.rate_limiter import RateLimiter, make_site_pace
from feedmill._ledger.politeness.request_log import RequestLog
from feedmill._ledger.server_clock import LedgerClock
from feedmill._metrics.counters import ProcessCounters, fan_out
from feedmill._net import HttpClient, make_client_settings
from feedmill._site_credentials.credentials import CredentialStore
from scheduler.backfill.backfill_loop import BackfillLoop
from scheduler.backfill.backfill_page import BackfillPageReader
from scheduler.component_bounds import (
    LeaseTimes,
    choose_spread_ms,
    make_interval_bounds,
    make_maintenance_settings,
    make_parser_settings,
    make_poll_bounds,
    read_page_limits,
)
from scheduler.loops.maintenance_loop import MaintenanceLoop
from scheduler.loops.poll_loop import PollLoop
from scheduler.loops.rq_tickets import TicketQueue
from scheduler.polling.entry_comparison import EntryComparer
from scheduler.polling.poll_stages import Poller
from scheduler.retrying_ledger import RetryingLedger, always_build
from scheduler.sandbox.parser_pool import ParserPool

T = TypeVar("T")
RESOLVER_THREADS = 32
"""Threads that look up names: getaddrinfo blocks, and a few slow name servers must not hold all polls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerComponents:
    """The parts of a running scheduler that work by themselves."""

    ledger: RetryingLedger
    polls: PollLoop
    upkeep: MaintenanceLoop
    backfills: BackfillLoop


@dataclass(frozen=True, slots=True, kw_only=True)
class _RequestParts:
    """What polls and backfills request and read with."""

    ledger: RetryingLedger
    meters: ProcessCounters
    client: HttpClient
    rate_limiter: RateLimiter
    credentials: CredentialStore
    parser_pool: ParserPool
    clock: LedgerClock


@asynccontextmanager
async def open_components(
    redis_url: str, settings: Settings, stop: asyncio.Event, meters: ProcessCounters, *, follows: bool
) -> AsyncIterator[SchedulerComponents]:
    """Open everything that has to be closed again, and wire it."""
    times = LeaseTimes.of(timeout=settings.polling.timeout, lease=settings.workers.lease)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "scheduler"))
    async with AsyncExitStack() as opened:
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        blocking = opened.enter_context(closing(connect_blocking(redis_url)))
        ledger = RetryingLedger(Ledger(client, Keys(settings.redis.prefix)), stop)
        parts = await _open_request_parts(opened, ledger, settings, times, meters, follows=follows)
        pages_made, feeds_freed = asyncio.Event(), asyncio.Event()
        yield SchedulerComponents(
            ledger=ledger,
            polls=PollLoop(
                ledger=ledger,
                poller=_make_poller(parts, settings, times),
                bounds=make_poll_bounds(settings, times),
                stop=stop,
                pages_ready=pages_made,
                feeds_freed=feeds_freed,
                meters=meters,
            ),
            upkeep=MaintenanceLoop(
                ledger=ledger,
                tickets=TicketQueue(
                    blocking,
                    pages_per_ticket=settings.workers.pages_per_ticket,
                    processes=settings.workers.processes,
                ),
                settings=make_maintenance_settings(settings),
                stop=stop,
                pages_made=pages_made,
                feeds_freed=feeds_freed,
                on_ledger_time=parts.clock.set_ledger_ms,
            ),
            backfills=_make_backfill_runner(parts, settings, times, stop),
        )


async def _open_request_parts(
    opened: AsyncExitStack,
    ledger: RetryingLedger,
    settings: Settings,
    times: LeaseTimes,
    meters: ProcessCounters,
    *,
    follows: bool,
) -> _RequestParts:
    clock = LedgerClock()
    credentials = await _gather_credentials(ledger, settings, follows=follows)
    rate_limiter = _make_rate_limiter(ledger, settings, times, meters)
    request_log = await opened.enter_async_context(RequestLog(rate_limiter, clock))
    client = await opened.enter_async_context(
        HttpClient(
            make_client_settings(
                settings.network, proxies=settings.proxies, connections=settings.polling.concurrency
            ),
            listener=fan_out(request_log.add_exchange, meters.count_request),
        )
    )
    parser_pool = await opened.enter_async_context(ParserPool(make_parser_settings(times)))
    return _RequestParts(
        ledger=ledger,
        meters=meters,
        client=client,
        rate_limiter=rate_limiter,
        credentials=credentials,
        parser_pool=parser_pool,
        clock=clock,
    )


def _make_poller(parts: _RequestParts, settings: Settings, times: LeaseTimes) -> Poller:
    reader = EntryComparer(
        parser_pool=parts.parser_pool,
        ledger=parts.ledger,
        meters=parts.meters,
        credentials=parts.credentials,
    )
    return Poller(
        client=parts.client,
        reader=reader,
        rate_limiter=parts.rate_limiter,
        interval_bounds=make_interval_bounds(settings),
        deadline_s=times.deadline,
        now=parts.clock,
        rng=random.Random(),  # noqa: S311  jitter is no secret
        max_revisits=settings.pages.most_revisits,
        limits=read_page_limits(settings),
        credentials=parts.credentials,
    )


def _make_backfill_runner(
    parts: _RequestParts, settings: Settings, times: LeaseTimes, stop: asyncio.Event
) -> BackfillLoop:
    page_reader = BackfillPageReader(
        client=parts.client,
        parser_pool=parts.parser_pool,
        ledger=parts.ledger,
        rate_limiter=parts.rate_limiter,
        deadline_s=times.deadline,
        now=parts.clock,
        credentials=parts.credentials,
    )
    return BackfillLoop(
        page_reader=page_reader,
        ledger=parts.ledger,
        lease_ms=parts.rate_limiter.lease_ms + round(times.lease * 1000),
        spread_ms=choose_spread_ms(settings),
        stop=stop,
        limits=read_page_limits(settings),
    )


async def _gather_credentials(
    ledger: RetryingLedger, settings: Settings, *, follows: bool
) -> CredentialStore:
    """Return this host's credentials, and for which origins another has some whose list it follows."""
    if not follows:
        return settings.credentials
    rules = await ledger.run(rule_operations.list_site_rules)
    elsewhere = frozenset(origin for rule in rules.values() for origin in rule.origins)
    return replace(settings.credentials, elsewhere=elsewhere)


def _make_rate_limiter(
    ledger: RetryingLedger, settings: Settings, times: LeaseTimes, meters: ProcessCounters
) -> RateLimiter:
    async def run(call: Call[T]) -> T:
        return await ledger.run(always_build(call))

    return RateLimiter(
        run=run,
        keys=Keys(settings.redis.prefix),
        pace=make_site_pace(settings.politeness),
        lease_ms=round(times.lease * 1000),
        on_waited=meters.count_gate_wait,
    )
