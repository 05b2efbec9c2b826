"""Makes single requests for a person at the command line, by the same client and rules as the daemon's.

Where the ledger is at hand the requests pass its gates, so that they keep apart from the daemon's own;
else they keep apart from one another.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TypeVar
from uuid import uuid4

from config.load import LoadedConfig
from config.settings import Settings
from daemon.command_context import CommandContext
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.politeness.rate_limiter import RateLimiter, make_site_pace
from feedmill._ledger.politeness.request_log import RequestLog
from feedmill._ledger.server_clock import LedgerClock
from feedmill._net import HttpClient, HttpResponse, make_client_settings
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.client.jump_pages import find_feed_jump

T = TypeVar("T")
FetchCall = Callable[[str], Awaitable[HttpResponse]]
"""Requests one address, and goes where its answer sends on as a poll does; raises NetError,
and GateShutError where a site is not to be asked now."""
MAX_WAIT_MS = 60_000
"""Longest wait at a site's gate, in ms, for a person at the terminal; then the command ends with an error."""


@contextmanager
def find_running_server_url(options: CommandContext, loaded: LoadedConfig) -> Iterator[str | None]:
    """Yield the address of the server when one is named or running; none is started for this."""
    if loaded.settings.redis.url or options.find_data_folder().socket.exists():
        with options.open_server(loaded) as server:
            yield server.url
    else:
        yield None


@asynccontextmanager
async def open_fetcher(settings: Settings, redis_url: str | None) -> AsyncIterator[FetchCall]:
    """Open the way to request addresses."""
    async with AsyncExitStack() as opened:
        if redis_url is None:
            http_client = await opened.enter_async_context(
                HttpClient(make_client_settings(settings.network, proxies=settings.proxies, connections=8))
            )
            yield _space_requests(http_client, settings)
            return
        client = connect(redis_url)
        opened.push_async_callback(client.aclose)
        ledger = Ledger(client, Keys(settings.redis.prefix))
        rate_limiter = _make_rate_limiter(ledger, settings)
        clock = LedgerClock()
        clock.set_ledger_ms((await ledger.run(count_all(ledger.keys))).now_ms)
        journal = await opened.enter_async_context(RequestLog(rate_limiter, clock))
        net = make_client_settings(settings.network, proxies=settings.proxies, connections=8)
        http_client = await opened.enter_async_context(HttpClient(net, listener=journal.add_exchange))

        async def fetch(url: str) -> HttpResponse:
            member = f"visit:{uuid4().hex[:16]}"
            async with rate_limiter.begin_request(member) as permit:
                await permit(url)
                return await http_client.fetch(
                    url,
                    on_redirect=permit,
                    purpose=RequestPurpose(kind="other", name=member),
                    deadline_s=settings.polling.timeout,
                    find_jump=find_feed_jump,
                    keeps_cut=True,
                    credentials=settings.credentials.open_chain(url),
                )

        yield fetch


def _space_requests(client: HttpClient, settings: Settings) -> FetchCall:
    """Keep the requests to one site apart by the usual gap, one at a time."""
    turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    next_at: dict[str, float] = {}

    async def fetch(url: str) -> HttpResponse:
        site, clock = find_site(url), asyncio.get_running_loop().time
        async with turns[site]:
            await asyncio.sleep(max(next_at.get(site, 0.0) - clock(), 0.0))
            next_at[site] = clock() + settings.politeness.gap
            return await client.fetch(
                url,
                deadline_s=settings.polling.timeout,
                find_jump=find_feed_jump,
                keeps_cut=True,
                credentials=settings.credentials.open_chain(url),
            )

    return fetch


def _make_rate_limiter(ledger: Ledger, settings: Settings) -> RateLimiter:
    async def run(call: Call[T]) -> T:
        return await ledger.run(call)

    pace = make_site_pace(settings.politeness)
    lease_ms = round(settings.polling.timeout * 1000) + MAX_WAIT_MS
    return RateLimiter(run=run, keys=ledger.keys, pace=pace, lease_ms=lease_ms, max_wait_ms=MAX_WAIT_MS)
