"""The ticket: the one job that RQ may run. It names no page; it says that there is work."""

import asyncio
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TypeVar

import structlog

from feedmill._ledger.calls import Call
from feedmill._ledger.clock import LedgerClock
from feedmill._ledger.connect import connect
from feedmill._ledger.gateway import Gateway
from feedmill._ledger.journal import Journal
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.robots import Robots
from feedmill._ledger.site_calls import site_rules
from feedmill._metrics.meters import both
from feedmill._net.door import Door
from worker.bench import Bench
from worker.errors import NotEquippedError
from worker.insist import insist
from worker.run import Run
from worker.turn import Desk

RESOLVERS = 4
"""Threads that look up names; more of them do not fit into the memory limit on machines of many cores."""

T = TypeVar("T")

_bench: ContextVar[Bench] = ContextVar("bench")
log = structlog.get_logger()


def equip(bench: Bench) -> None:
    """Lay out what the horses of this process will find."""
    _bench.set(bench)


def run_ticket() -> None:
    """Take ready pages from the ledger and bring each to its end. Raises NotEquippedError and LedgerError."""
    bench = _bench.get(None)
    if bench is None:
        raise NotEquippedError
    if bench.to_horse is not None:
        bench.to_horse()
    loop = asyncio.new_event_loop()
    # A look-up can hang for minutes. Nothing waits for these threads: the horse leaves by os._exit.
    loop.set_default_executor(ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve"))
    try:
        loop.run_until_complete(_ride(bench, loop))
    finally:
        loop.close()


def gateway_of(bench: Bench, ledger: Ledger) -> Gateway:
    """Open the gates for this process; their calls are re-sent for as long as a page may take."""

    async def run(call: Call[T]) -> T:
        return await insist(ledger, call, until=time.monotonic() + bench.page_timeout)

    return Gateway(
        run=run, keys=bench.keys, pace=bench.pace, lease_ms=bench.lease_ms, waited=bench.meters.gate
    )


async def _ride(bench: Bench, loop: asyncio.AbstractEventLoop) -> None:
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # the parent blocks it round the fork
    started = time.monotonic()
    client = connect(bench.redis_url)
    try:
        ledger = Ledger(client, bench.keys)
        gateway = gateway_of(bench, ledger)
        clock = LedgerClock()
        async with (
            Journal(gateway, clock) as journal,
            Door(bench.door, tls=bench.tls, witness=both(journal.note, bench.meters.request)) as door,
        ):
            rules = await gateway.run(site_rules(bench.keys))
            robots = Robots(door, gateway, rules)
            desk = Desk(bench, ledger, door, gateway=gateway, robots=robots, clock=clock)
            taken = await Run(desk, bench.owner(os.getpid()), stop, told_time=clock.note).work()
        log.info("ticket", pages=taken, ms=round((time.monotonic() - started) * 1000))
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what is left to do is RQ's and takes no time
        await client.aclose()
