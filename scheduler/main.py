"""Runs the scheduler process: wires polls and upkeep to Redis and the network until the stop.

Any number of these share one ledger; each may be killed at any moment.
"""

import asyncio
import os
import platform
import random
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import uuid4

import structlog

from config.settings import Settings
from feedmill._ledger.core.connect import connect, connect_blocking
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger import Ledger
from feedmill._ledger.core.lua_scripts import preload_ledger_scripts
from feedmill._ledger.core.records import FeedSpec, Limits
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.core.server_clock import LedgerClock
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations import site_operations
from feedmill._ledger.politeness.rate_limiter import RateLimiter, make_site_pace
from feedmill._ledger.politeness.request_log import RequestLog
from feedmill._metrics.counters import ProcessCounters, fan_out
from feedmill._net import HttpClient, make_client_settings
from feedmill._site_access.credentials import CredentialStore
from scheduler.backfill.backfill_loop import BackfillRunner
from scheduler.backfill.backfill_page import BackfillPageReader
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.loops.maintenance_loop import MaintenanceLoop, MaintenanceSettings
from scheduler.loops.poll_loop import PollBounds, PollLoop
from scheduler.loops.rq_tickets import TicketQueue
from scheduler.loops.waiting_feeds import fit_waiting_polls
from scheduler.operator_rules import apply_lists
from scheduler.polling.document_reader import DocumentReader
from scheduler.polling.poll_stages import Poller
from scheduler.retrying_ledger import RetryingLedger, always_build
from scheduler.sandbox.parser_pool import ParserPool, ParserPoolSettings

T = TypeVar("T")
GRACE_S = 30.0
"""Seconds that polls under way may take after the stop; then they are cancelled, and their leases expire."""
PARSER_PROCESSES = 2
"""Child processes that parse documents: a second one goes on while the first has a large document."""
RESOLVER_THREADS = 32
"""Threads that look up names: getaddrinfo blocks, and a few slow name servers must not hold all polls."""
TRIM_EVERY_S = 60.0
"""Seconds between two trims of the streams: bounds how far a stream may exceed its limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTimes:
    """How a poll's lease is spent, in seconds: two thirds on the exchange, one third on the document."""

    lease: float
    deadline: float
    parser: float

    @classmethod
    def of(cls, *, timeout: float, lease: float) -> "LeaseTimes":
        """Fit the poll's timeout into a lease that is no longer than the operator's."""
        fitting = min(timeout * 1.5, lease)
        return cls(lease=fitting, deadline=fitting * 2 / 3, parser=fitting / 3)


async def run(
    *,
    redis_url: str,
    settings: Settings,
    feeds: Sequence[FeedSpec] | None,
    stop: asyncio.Event,
    once: bool = False,
    meters: ProcessCounters | None = None,
    started: Callable[[], None] | None = None,
) -> None:
    """Apply the feed list, then poll until `stop` is set; polls under way then have 30 s to end.

    `feeds` None follows the list that the ledger has. `once` polls what is due now and returns when these
    polls are recorded. A server that is gone is waited for. `started` is called once the list is applied.
    """
    log = structlog.get_logger()
    async with open_components(
        redis_url, settings, stop, meters or ProcessCounters(), follows=feeds is None
    ) as (
        ledger,
        rounds,
        upkeep,
        backfills,
    ):
        try:
            if feeds is not None:
                applied = await ledger.run_steps(apply_lists(ledger.keys, settings, feeds))
                log.info(
                    "feeds",
                    added=len(applied.added),
                    changed=len(applied.changed),
                    removed=len(applied.removed),
                    listed=len(feeds),
                )
                await fit_waiting_polls(ledger, rounds.poller.interval_bounds, rounds.poller.rng)
            await upkeep.count_and_log()  # for the time: polls decide by the ledger's
            log.info("scheduler_start", owner=rounds.bounds.owner)
            if started is not None:
                started()
            if once:
                await rounds.run_once()
                await upkeep.start_due_revisits()
                await upkeep.enqueue_tickets()
            else:
                preload_ledger_scripts(Keys(settings.redis.prefix))  # their files may be replaced meanwhile
                async with asyncio.TaskGroup() as group:
                    group.create_task(rounds.run())
                    group.create_task(upkeep.run())
                    group.create_task(backfills.run())
        except* LedgerError as lost:
            if not (stop.is_set() and _all_temporary(lost)):
                raise
            log.warning("redis_gone_at_stop", error=str(lost.exceptions[0]))
        finally:
            await rounds.finish(GRACE_S)
    log.info("scheduler_stop", owner=rounds.bounds.owner)


def _all_temporary(lost: ExceptionGroup[LedgerError]) -> bool:
    return lost.split(lambda error: isinstance(error, LedgerError) and not error.temporary)[0] is None


@asynccontextmanager
async def open_components(
    redis_url: str, settings: Settings, stop: asyncio.Event, meters: ProcessCounters, *, follows: bool
) -> AsyncIterator[tuple[RetryingLedger, PollLoop, MaintenanceLoop, BackfillRunner]]:
    """Open everything that has to be closed again, and wire it."""
    times = LeaseTimes.of(timeout=settings.polling.timeout, lease=settings.workers.lease)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "scheduler"))
    async with AsyncExitStack() as opened:
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        blocking = opened.enter_context(closing(connect_blocking(redis_url)))
        clock = LedgerClock()
        ledger = RetryingLedger(Ledger(client, Keys(settings.redis.prefix)), stop)
        rate_limiter = _make_rate_limiter(ledger, settings, times, meters)
        credentials = await _gather_credentials(ledger, settings, follows=follows)
        journal = await opened.enter_async_context(RequestLog(rate_limiter, clock))
        http_client = await opened.enter_async_context(
            HttpClient(
                make_client_settings(
                    settings.network,
                    proxies=settings.proxies,
                    connections=settings.polling.concurrency,
                ),
                listener=fan_out(journal.add_exchange, meters.count_request),
            )
        )
        parser_pool = await opened.enter_async_context(ParserPool(_make_parser_settings(times)))
        tickets = TicketQueue(
            blocking,
            pages_per_ticket=settings.workers.pages_per_ticket,
            processes=settings.workers.processes,
        )
        pages_made, feeds_freed = asyncio.Event(), asyncio.Event()
        upkeep = MaintenanceLoop(
            ledger=ledger,
            tickets=tickets,
            settings=_make_maintenance_settings(settings),
            stop=stop,
            pages_made=pages_made,
            feeds_freed=feeds_freed,
            on_ledger_time=clock.set_ledger_ms,
        )
        poller = Poller(
            client=http_client,
            reader=DocumentReader(
                parser_pool=parser_pool, ledger=ledger, meters=meters, credentials=credentials
            ),
            rate_limiter=rate_limiter,
            interval_bounds=IntervalBounds(
                interval=settings.polling.interval,
                min_interval=settings.polling.min_interval,
                max_interval=settings.polling.max_interval,
            ),
            deadline_s=times.deadline,
            now=clock,
            rng=random.Random(),  # noqa: S311  jitter is no secret
            max_revisits=settings.pages.most_revisits,
            limits=read_page_limits(settings),
            credentials=credentials,
        )
        rounds = PollLoop(
            ledger=ledger,
            poller=poller,
            bounds=_make_poll_bounds(settings, times),
            stop=stop,
            pages_ready=pages_made,
            feeds_freed=feeds_freed,
            meters=meters,
        )
        backfills = BackfillRunner(
            page_reader=BackfillPageReader(
                client=http_client,
                parser_pool=parser_pool,
                ledger=ledger,
                rate_limiter=rate_limiter,
                deadline_s=times.deadline,
                now=clock,
                credentials=credentials,
            ),
            ledger=ledger,
            lease_ms=rate_limiter.lease_ms + round(times.lease * 1000),
            spread_ms=choose_spread_ms(settings),
            stop=stop,
            limits=read_page_limits(settings),
        )
        yield ledger, rounds, upkeep, backfills


async def _gather_credentials(
    ledger: RetryingLedger, settings: Settings, *, follows: bool
) -> CredentialStore:
    """Return this host's credentials; who follows another's list learns where that one has some."""
    if not follows:
        return settings.credentials
    rules = await ledger.run(site_operations.list_site_rules)
    elsewhere = frozenset(origin for rule in rules.values() for origin in rule.origins)
    return replace(settings.credentials, elsewhere=elsewhere)


def read_page_limits(settings: Settings) -> Limits:
    """Return what bounds the new pages of feeds and sites."""
    polling = settings.polling
    return Limits(
        most_a_day=polling.entries_per_day,
        most_of_feed=polling.waiting_per_feed,
        most_of_site=polling.waiting_per_site,
        percent=polling.waiting_percent,
    )


def choose_spread_ms(settings: Settings) -> int:
    """Return how far apart a backfill's pages are requested: every other place at the gate stays free."""
    return round(settings.politeness.gap * 2000)


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


def _make_poll_bounds(settings: Settings, times: LeaseTimes) -> PollBounds:
    return PollBounds(
        owner=f"scheduler-{platform.node()}-{os.getpid()}-{uuid4().hex[:8]}",
        concurrency=settings.polling.concurrency,
        lease_ms=round(times.lease * 1000),
        per_site=settings.politeness.per_site,
        gap_ms=round(settings.politeness.gap * 1000),
    )


def _make_parser_settings(times: LeaseTimes) -> ParserPoolSettings:
    return ParserPoolSettings(
        children=PARSER_PROCESSES, cpu_s=max(1, round(times.parser * 2 / 3)), wall_s=max(2.0, times.parser)
    )


def _make_maintenance_settings(settings: Settings) -> MaintenanceSettings:
    return MaintenanceSettings(
        reap_every=min(max(settings.workers.lease / 8, 0.5), 5.0),
        trim_every=TRIM_EVERY_S,
        attempts=settings.workers.attempts,
        keep=settings.stream.keep,
        max_bytes=settings.stream.max_bytes,
        protect=settings.stream.protect,
        hard_bytes=settings.stream.hard_bytes,
        most_revisits=settings.pages.most_revisits,
        keep_dead=settings.pages.keep_dead,
    )
