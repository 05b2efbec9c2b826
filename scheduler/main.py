"""The scheduler process: wires polls and upkeep to Redis and the network, and runs them until the stop.

Any number of these share one ledger; each may be killed at any moment.
"""

import asyncio
import os
import platform
import random
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

import structlog

from config.settings import Settings
from feedmill._ledger.calls import Call
from feedmill._ledger.clock import LedgerClock
from feedmill._ledger.connect import connect, connect_sync
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.feed_calls import feed_ids
from feedmill._ledger.feed_list import calls_of, together
from feedmill._ledger.gateway import Gateway, pace_of
from feedmill._ledger.journal import Journal
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.records import FeedSpec
from feedmill._metrics.meters import Meters, both
from feedmill._net import Door, door_settings
from scheduler.cage import Cage, CageSettings
from scheduler.look_back import LookBack
from scheduler.patience import PatientLedger, constantly
from scheduler.poll import Poller
from scheduler.reading import Reader
from scheduler.rounds import Gate, Rounds
from scheduler.rules import apply_route_rules, apply_site_rules, site_rules_of
from scheduler.schedule import Bounds
from scheduler.tickets import Tickets
from scheduler.upkeep import Upkeep, UpkeepSettings

T = TypeVar("T")
GRACE_S = 30.0
"""How long polls under way may take after the stop."""
PARSERS = 2
RESOLVER_THREADS = 32
TRIM_EVERY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How a poll's lease is spent, in seconds: two thirds on the exchange, one third on the document."""

    lease: float
    deadline: float
    parser: float

    @classmethod
    def of(cls, *, timeout: float, lease: float) -> "Times":
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
    meters: Meters | None = None,
    started: Callable[[], None] | None = None,
) -> None:
    """Apply the feed list, then poll until `stop` is set; polls under way then have 30 s to end.

    `feeds` None follows the list that the ledger has. `once` polls what is due now and returns when these
    polls are recorded. A server that is gone is waited for. `started` is called once the list is applied.
    """
    log = structlog.get_logger()
    async with _assembled(redis_url, settings, stop, meters or Meters()) as (
        ledger,
        rounds,
        upkeep,
        look_back,
    ):
        try:
            if feeds is not None:
                await _apply(ledger, feeds)
                changed = await ledger.run(lambda keys: apply_site_rules(keys, settings))
                for site in changed:
                    log.info("site", site=site, rule=site_rules_of(settings).get(site, "none any more"))
                for route in await ledger.run(lambda keys: apply_route_rules(keys, settings)):
                    log.info("route", stream=route)
            await upkeep.look()  # for the time: polls decide by the ledger's
            log.info("scheduler_start", owner=rounds.gate.owner)
            if started is not None:
                started()
            if once:
                await rounds.run_once()
                await upkeep.wake()
                await upkeep.top_up()
            else:
                async with asyncio.TaskGroup() as group:
                    group.create_task(rounds.run())
                    group.create_task(upkeep.run())
                    group.create_task(look_back.run())
        except* LedgerError as lost:
            if not (stop.is_set() and _all_temporary(lost)):
                raise
            log.warning("redis_gone_at_stop", error=str(lost.exceptions[0]))
        finally:
            await rounds.finish(GRACE_S)
    log.info("scheduler_stop", owner=rounds.gate.owner)


def _all_temporary(lost: ExceptionGroup[LedgerError]) -> bool:
    return lost.split(lambda error: isinstance(error, LedgerError) and not error.temporary)[0] is None


async def _apply(ledger: PatientLedger, feeds: Sequence[FeedSpec]) -> None:
    token = uuid4().hex
    known = await ledger.run(feed_ids)
    calls = calls_of(ledger.keys, feeds=feeds, known=known, token=token)
    applied = together([await ledger.run(constantly(call)) for call in calls])
    structlog.get_logger().info(
        "feeds",
        added=len(applied.added),
        changed=len(applied.changed),
        removed=len(applied.removed),
        listed=len(feeds),
    )


@asynccontextmanager
async def _assembled(
    redis_url: str, settings: Settings, stop: asyncio.Event, meters: Meters
) -> AsyncIterator[tuple[PatientLedger, Rounds, Upkeep, LookBack]]:
    """Open everything that has to be closed again, and wire it."""
    times = Times.of(timeout=settings.polling.timeout, lease=settings.workers.lease)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "scheduler"))
    async with AsyncExitStack() as opened:
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        blocking = opened.enter_context(closing(connect_sync(redis_url)))
        clock = LedgerClock()
        ledger = PatientLedger(Ledger(client, Keys(settings.redis.prefix)), stop)
        gateway = _gateway(ledger, settings, times, meters)
        journal = await opened.enter_async_context(Journal(gateway, clock))
        door = await opened.enter_async_context(
            Door(
                door_settings(settings.network, connections=settings.polling.concurrency),
                witness=both(journal.note, meters.request),
            )
        )
        cage = await opened.enter_async_context(Cage(_cage_settings(times)))
        tickets = Tickets(
            blocking,
            pages_per_ticket=settings.workers.pages_per_ticket,
            processes=settings.workers.processes,
        )
        pages_made, feeds_freed = asyncio.Event(), asyncio.Event()
        upkeep = Upkeep(
            ledger=ledger,
            tickets=tickets,
            settings=_upkeep_settings(settings),
            stop=stop,
            pages_made=pages_made,
            feeds_freed=feeds_freed,
            told_time=clock.note,
        )
        poller = Poller(
            door=door,
            reader=Reader(cage=cage, ledger=ledger, meters=meters),
            gateway=gateway,
            bounds=Bounds(
                interval=settings.polling.interval,
                min_interval=settings.polling.min_interval,
                max_interval=settings.polling.max_interval,
            ),
            deadline_s=times.deadline,
            now=clock,
            rng=random.Random(),  # noqa: S311  jitter is no secret
            most_revisits=settings.pages.most_revisits,
        )
        rounds = Rounds(
            ledger=ledger,
            poller=poller,
            gate=_gate(settings, times),
            stop=stop,
            pages_made=pages_made,
            feeds_freed=feeds_freed,
            meters=meters,
        )
        look_back = LookBack(
            door=door,
            cage=cage,
            ledger=ledger,
            gateway=gateway,
            deadline_s=times.deadline,
            lease_ms=gateway.lease_ms + round(times.lease * 1000),
            spread_ms=spread_ms(settings),
            now=clock,
            stop=stop,
        )
        yield ledger, rounds, upkeep, look_back


def spread_ms(settings: Settings) -> int:
    """Give how far apart a backfill's pages are asked for: every other place at the gate stays free."""
    return round(settings.politeness.gap * 2000)


def _gateway(ledger: PatientLedger, settings: Settings, times: Times, meters: Meters) -> Gateway:
    async def run(call: Call[T]) -> T:
        return await ledger.run(constantly(call))

    return Gateway(
        run=run,
        keys=Keys(settings.redis.prefix),
        pace=pace_of(settings.politeness),
        lease_ms=round(times.lease * 1000),
        waited=meters.gate,
    )


def _gate(settings: Settings, times: Times) -> Gate:
    return Gate(
        owner=f"scheduler-{platform.node()}-{os.getpid()}-{uuid4().hex[:8]}",
        concurrency=settings.polling.concurrency,
        lease_ms=round(times.lease * 1000),
        per_site=settings.politeness.per_site,
        gap_ms=round(settings.politeness.gap * 1000),
    )


def _cage_settings(times: Times) -> CageSettings:
    return CageSettings(
        children=PARSERS, cpu_s=max(1, round(times.parser * 2 / 3)), wall_s=max(2.0, times.parser)
    )


def _upkeep_settings(settings: Settings) -> UpkeepSettings:
    return UpkeepSettings(
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
