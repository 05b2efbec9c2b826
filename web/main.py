"""Runs the gateway's process: opens what it needs, serves until the stop, and ends in order."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from config.settings import Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect, connect_blocking
from web.api_routes import API_ROUTES
from web.app_context import AppContext, GatewayDependencies, GatewayLimits
from web.cli_runner import CliRunner
from web.http.auth_token import AccessToken
from web.http.authorization import GatewayNames
from web.http.connection_table import ConnectionTable
from web.http.connections import Acceptor, GuardedProtocol, most_connections
from web.http.log_limit import take_server_log
from web.http.middleware import SecurityMiddleware
from web.http.proxied_client_limits import ProxiedClientLimits
from web.http.session_store import SessionStore
from web.pages import PAGES
from web.router import build_router
from web.search.index_follower import SearchFollower
from web.search.search_executor import SearchExecutor
from web.status.count_samples import keep_samples
from web.stream.stream_follower import StreamFollower

_GRACE_S = 5
"""Seconds that answers under way may take after the stop; then their connections are closed."""
_SHARES = 4
"""One address has at most this part of all connections, one client behind a proxy of all requests."""
log = structlog.get_logger()


async def run(
    *,
    redis_url: str,
    settings: Settings,
    taken: socket.socket,
    token: AccessToken,
    dependencies: GatewayDependencies,
    folder: Path,
    stop: asyncio.Event,
    started: Callable[[], None] | None = None,
) -> None:
    """Serve on a listening socket until `stop` is set; `folder` is where feeds.toml is."""
    app = _make_context(redis_url, settings, token, dependencies, folder=folder, stop=stop)
    server, table = _make_server(app, token, settings.web.trusted_proxies)
    host, port = taken.getsockname()[:2]
    log.info("gateway", url=f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    if started is not None:
        started()
    app.search.start()
    follower = asyncio.create_task(app.follower.run(stop), name="tail")
    acceptor = Acceptor(taken, table, partial(_protocol, server))
    accepting = asyncio.create_task(_accept_when_started(server, acceptor), name="accept")
    accepting.add_done_callback(lambda _: stop.set())
    tasks = [
        asyncio.create_task(keep_samples(app.ledger, stop), name="samples"),
        asyncio.create_task(_end_server(server, app, accepting), name="end"),
    ]
    try:
        await server.serve(sockets=[])
    finally:
        stop.set()
        accepting.cancel()
        app.follower.wake_waiters()
        follower.cancel()  # it may wait for an entry
        await asyncio.gather(follower, accepting, return_exceptions=True)
        await asyncio.gather(*tasks)
        await _close_context(app)
    if not accepting.cancelled():
        accepting.result()  # what has ended it is a fault of ours


def _make_server(
    app: AppContext, token: AccessToken, trusted_proxies: Sequence[str]
) -> "tuple[_Server, ConnectionTable[Any]]":
    """Make the server behind its limits of connections and clients; the table is that of its connections."""
    proxies = tuple(ipaddress.ip_network(proxy) for proxy in trusted_proxies)
    most = most_connections()
    share = max(1, most // _SHARES)
    table: ConnectionTable[Any] = ConnectionTable(most, share, proxies)
    router = build_router(app, (*API_ROUTES, *PAGES))
    gate = SecurityMiddleware(router, app.names, token, app.sessions, ProxiedClientLimits(share, proxies))
    take_server_log()
    server = _Server(
        uvicorn.Config(
            gate,
            http=partial(GuardedProtocol, table=table),  # type: ignore[arg-type]
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=_GRACE_S,
            timeout_keep_alive=30,
        )
    )
    return server, table


def _protocol(server: "_Server") -> asyncio.Protocol:
    """Make one connection's protocol, as uvicorn does for those that it accepts."""
    made: asyncio.Protocol = server.config.http_protocol_class(  # type: ignore[call-arg]
        config=server.config, server_state=server.server_state, app_state=server.lifespan.state
    )
    return made


async def _accept_when_started(server: "_Server", acceptor: Acceptor) -> None:
    await server.running.wait()
    await acceptor.run()


def _make_context(
    redis_url: str,
    settings: Settings,
    token: AccessToken,
    dependencies: GatewayDependencies,
    *,
    folder: Path,
    stop: asyncio.Event,
) -> AppContext:
    ledger = Ledger(connect(redis_url), Keys(settings.redis.prefix))
    return AppContext(
        ledger=ledger,
        blocking=connect_blocking(redis_url),
        follower=StreamFollower(ledger, connect(redis_url)),
        token=token,
        sessions=SessionStore(ledger.client, ledger.keys),
        names=GatewayNames.of(settings.web.host, settings.web.hosts),
        limits=GatewayLimits(
            keep_s=settings.stream.keep,
            max_bytes=settings.stream.max_bytes,
            hard_bytes=max(settings.stream.hard_bytes, settings.stream.max_bytes),
            protect=frozenset(
                {("", group) for group in settings.stream.protect}
                | {(route.stream, group) for route in settings.routes for group in route.protect}
            ),
            contact=settings.network.contact,
            feeds_file=str((folder / "feeds.toml").absolute()),
        ),
        dependencies=dependencies,
        cli=CliRunner(dependencies.command),
        search=_make_search(redis_url, settings, dependencies),
        prefix=settings.redis.prefix,
        stop=stop,
    )


def _make_search(redis_url: str, settings: Settings, dependencies: GatewayDependencies) -> SearchExecutor:
    if not settings.web.search:
        return SearchExecutor(None, "search is off: `web.search` is false")
    if dependencies.search_folder is None:
        return SearchExecutor(None, "search is off: no data folder can be written here")
    client, stream = connect_blocking(redis_url), Keys(settings.redis.prefix).stream()
    return SearchExecutor(
        SearchFollower(dependencies.search_folder, client, stream, settings.web.search_size)
    )


async def _end_server(server: "_Server", app: AppContext, accepting: asyncio.Task[None]) -> None:
    await app.stop.wait()
    app.follower.wake_waiters()
    accepting.cancel()
    server.should_exit = True


async def _close_context(app: AppContext) -> None:
    await app.search.stop()
    await app.ledger.client.aclose()
    await app.follower.close()
    app.blocking.close()


class _Server(uvicorn.Server):
    """The server, which leaves signals and accepting to its caller."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.running = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Signal that connections may come."""
        await super().startup(sockets=sockets)
        self.running.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield
