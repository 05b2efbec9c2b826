"""Runs a ticket, the one job that RQ may run. It names no page, only that there is work."""

import asyncio
import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations.rule_operations import list_site_rules
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.request_log import RequestLog
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._ledger.server_clock import LedgerClock
from feedmill._metrics.counters import fan_out
from feedmill._net.client.http_client import HttpClient
from worker import process_limits
from worker.errors import NoWorkerContextError
from worker.pipeline.worker_context import WorkerContext
from worker.process.ledger_retry import call_until
from worker.process.page_loop import PageLoop
from worker.process.page_runner import PageRunner
from worker.readers.page_readers import Readers

RESOLVER_THREADS = 4
"""Bounds the threads that look up names: more do not fit into the memory limit on machines of many cores."""

T = TypeVar("T")

_context: ContextVar[WorkerContext] = ContextVar("bench")
_readers: ContextVar[Readers] = ContextVar("readers")
"""Those that were forked before there was a ticket."""
log = structlog.get_logger()


def set_worker_context(context: WorkerContext) -> None:
    """Set what the horses of this process work with."""
    _context.set(context)


def prepare_ticket() -> None:
    """Fork the reader of the ticket to come, and use once what a ticket uses first (for a spare horse)."""
    context = _context.get()
    readers = Readers(context)
    readers.fork(warm=True)
    _readers.set(readers)
    loop = asyncio.new_event_loop()
    try:
        with contextlib.suppress(RedisError, LedgerError):  # the ticket does without while the server is away
            loop.run_until_complete(_rehearse_ticket(context))
    finally:
        loop.close()


async def _rehearse_ticket(context: WorkerContext) -> None:
    """Do what comes before a ticket's first page: what is used first copies much memory of the parent's."""
    client = connect(context.redis_url)
    try:
        async with HttpClient(context.client):
            await Ledger(client, context.keys).run(list_site_rules(context.keys))
    finally:
        await client.aclose()


def run_ticket() -> None:
    """Take ready pages from the ledger and bring each to its end.

    Raises NoWorkerContextError and LedgerError.
    """
    context = _context.get(None)
    if context is None:
        raise NoWorkerContextError
    if context.after_fork is not None:
        context.after_fork()
    readers = _readers.get(None)
    if readers is None:
        readers = Readers(context)
        readers.fork()  # before there are threads and connections
    loop = asyncio.new_event_loop()
    # A look-up can hang for minutes. Nothing waits for these threads: the horse leaves by os._exit.
    loop.set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolve"))
    try:
        loop.run_until_complete(_run_page_loop(context, loop, readers))
    except MemoryError:
        process_limits.exit_out_of_memory()
    finally:
        readers.end()
        loop.close()


def make_rate_limiter(context: WorkerContext, ledger: Ledger) -> RateLimiter:
    """Open the gates for this process; their calls are re-sent for as long as a page may take."""

    async def run(call: Call[T]) -> T:
        return await call_until(ledger, call, until=time.monotonic() + context.page_timeout_s)

    return RateLimiter(
        run=run,
        keys=context.keys,
        pace=context.pace,
        lease_ms=context.lease_ms,
        owner=context.lease_owner(os.getpid()),
        on_waited=context.meters.count_gate_wait,
    )


async def _run_page_loop(context: WorkerContext, loop: asyncio.AbstractEventLoop, readers: Readers) -> None:
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # the parent blocks it round the fork
    started = time.monotonic()
    client = connect(context.redis_url)
    try:
        ledger = Ledger(client, context.keys)
        rate_limiter = make_rate_limiter(context, ledger)
        clock = LedgerClock()
        async with (
            RequestLog(rate_limiter, clock) as journal,
            HttpClient(
                context.client,
                listener=fan_out(journal.add_exchange, context.meters.count_request),
            ) as http_client,
        ):
            rules = await rate_limiter.run(list_site_rules(context.keys))
            robots = RobotsCache(http_client, rate_limiter, rules)
            processor = PageRunner(
                context,
                ledger,
                http_client,
                rate_limiter=rate_limiter,
                robots=robots,
                clock=clock,
                readers=readers,
                overrides={site: rule.overrides for site, rule in rules.items() if rule.overrides},
            )
            taken = await PageLoop(
                processor, context.lease_owner(os.getpid()), stop, on_ledger_time=clock.set_ledger_ms
            ).run()
        log.info("ticket", pages=taken, ms=round((time.monotonic() - started) * 1000))
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what is left to do is RQ's and takes no time
        await client.aclose()
