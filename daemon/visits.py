"""Single requests for a person at the command line: through the one door, and as politely as the daemon's.

Where the ledger is at hand the requests pass its gates, so that they keep apart from the daemon's own;
else they keep apart from one another.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TypeVar
from uuid import uuid4

from config.load import Loaded
from config.settings import Settings
from daemon.asked import Asked
from feedmill._ledger.calls import Call
from feedmill._ledger.clock import LedgerClock
from feedmill._ledger.connect import connect
from feedmill._ledger.gateway import Gateway, pace_of
from feedmill._ledger.journal import Journal
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.links import site_of
from feedmill._ledger.watch_calls import census
from feedmill._net import Door, Fetched, door_settings
from feedmill._net.exchange import Errand

T = TypeVar("T")
Visit = Callable[[str], Awaitable[Fetched]]
"""Requests one address; raises NetError, and GateShutError where a site is not to be asked now."""
PATIENCE_MS = 60_000


@contextmanager
def ledger_at_hand(asked: Asked, loaded: Loaded) -> Iterator[str | None]:
    """Give the address of the server when one is named or running; none is started for this."""
    if loaded.settings.redis.url or asked.data_folder().socket.exists():
        with asked.server(loaded) as server:
            yield server.url
    else:
        yield None


@asynccontextmanager
async def visits(settings: Settings, redis_url: str | None) -> AsyncIterator[Visit]:
    """Open the way to request addresses."""
    async with AsyncExitStack() as opened:
        if redis_url is None:
            door = await opened.enter_async_context(Door(door_settings(settings.network, connections=8)))
            yield _apart(door, settings)
            return
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        ledger = Ledger(client, Keys(settings.redis.prefix))
        gateway = _gateway(ledger, settings)
        clock = LedgerClock()
        clock.note((await ledger.run(census(ledger.keys))).now_ms)
        journal = await opened.enter_async_context(Journal(gateway, clock))
        net = door_settings(settings.network, connections=8)
        door = await opened.enter_async_context(Door(net, witness=journal.note))

        async def visit(url: str) -> Fetched:
            member = f"visit:{uuid4().hex[:16]}"
            async with gateway.trip(member) as trip:
                await trip(url)
                return await door.fetch(
                    url,
                    on_redirect=trip,
                    errand=Errand(kind="other", name=member),
                    deadline_s=settings.polling.timeout,
                )

        yield visit


def _apart(door: Door, settings: Settings) -> Visit:
    """Keep the requests to one site apart by the usual gap, one at a time."""
    turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    next_at: dict[str, float] = {}

    async def visit(url: str) -> Fetched:
        site, clock = site_of(url), asyncio.get_running_loop().time
        async with turns[site]:
            await asyncio.sleep(max(next_at.get(site, 0.0) - clock(), 0.0))
            next_at[site] = clock() + settings.politeness.gap
            return await door.fetch(url, deadline_s=settings.polling.timeout)

    return visit


def _gateway(ledger: Ledger, settings: Settings) -> Gateway:
    async def run(call: Call[T]) -> T:
        return await ledger.run(call)

    pace = pace_of(settings.politeness)
    lease_ms = round(settings.polling.timeout * 1000) + PATIENCE_MS
    return Gateway(run=run, keys=ledger.keys, pace=pace, lease_ms=lease_ms, patience_ms=PATIENCE_MS)
