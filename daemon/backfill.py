"""`feedmill backfill`: works through one feed's past, page by page, and tells of each."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TypeVar
from uuid import uuid4

from config.settings import Settings
from feedmill._ledger.calls import Call
from feedmill._ledger.clock import LedgerClock
from feedmill._ledger.connect import connect
from feedmill._ledger.gateway import Gateway, pace_of
from feedmill._ledger.identity import feed_id
from feedmill._ledger.journal import Journal
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.past_calls import open_past
from feedmill._ledger.watch_calls import census
from feedmill._net import Door, door_settings
from scheduler.cage import Cage
from scheduler.look_back import LookBack, Stepped
from scheduler.past import Past, backfill_of, read_past, written_past
from scheduler.patience import PatientLedger, constantly, wait_any

T = TypeVar("T")
_LEASE_MS = 120_000
_LONGEST_WAIT_S = 60.0


async def backfill(
    redis_url: str,
    settings: Settings,
    url: str,
    *,
    since: int,
    stop: asyncio.Event,
    begun: Callable[[Past], None],
    tell: Callable[[Stepped, float], None],
) -> Stepped | None:
    """Open the job, or take up the one that was left with this date, and work on it until it is done.

    `begun` is told where it starts, `tell` of each page and of the seconds until the next. Answers the last
    step; None when the feed is not on the ledger's list. Setting `stop` leaves the job for another time.
    """
    async with AsyncExitStack() as opened:
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        ledger = PatientLedger(Ledger(client, Keys(settings.redis.prefix)), stop)
        look_back = await _look_back(opened, ledger, settings, stop)
        name = f"back:{feed_id(url)}"
        begun(await _open(ledger, name, backfill_of(url, since=since)))
        last: Stepped | None = None
        while not stop.is_set():
            stepped, wait_ms = await look_back.step(name)
            if stepped is None and wait_ms is None:
                break
            last = stepped or last
            wait_s = min((wait_ms or 0) / 1000, _LONGEST_WAIT_S)
            if stepped is not None:
                tell(stepped, wait_s)
                if stepped.done:
                    break
            if wait_s:
                await wait_any(wait_s, stop)
        return last


async def _open(ledger: PatientLedger, name: str, job: Past) -> Past:
    """Open a job; one that is open with another date gives way to it."""

    async def opened(*, replace: bool) -> Past:
        token = uuid4().hex
        state = written_past(job)
        return read_past(
            await ledger.run(
                lambda keys: open_past(keys, name=name, state=state, replace=replace, token=token)
            )
        )

    kept = await opened(replace=False)
    return kept if kept.since == job.since else await opened(replace=True)


async def _look_back(
    opened: AsyncExitStack, ledger: PatientLedger, settings: Settings, stop: asyncio.Event
) -> LookBack:
    async def run(call: Call[T]) -> T:
        return await ledger.run(constantly(call))

    pace = pace_of(settings.politeness)
    gateway = Gateway(run=run, keys=Keys(settings.redis.prefix), pace=pace, lease_ms=_LEASE_MS)
    clock = LedgerClock()
    clock.note((await ledger.run(census)).now_ms)
    journal = await opened.enter_async_context(Journal(gateway, clock))
    door = await opened.enter_async_context(
        Door(door_settings(settings.network, connections=4), witness=journal.note)
    )
    return LookBack(
        door=door,
        cage=await opened.enter_async_context(Cage()),
        ledger=ledger,
        gateway=gateway,
        deadline_s=settings.polling.timeout,
        lease_ms=_LEASE_MS,
        spread_ms=pace.gap_ms * 2,
        now=clock,
        stop=stop,
    )
