"""The gateway's process: opens what it needs, serves until it is asked to stop, and ends in order."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
import uvicorn

from config.settings import Settings
from feedmill._ledger.connect import connect, connect_sync
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import Ledger
from web.access import Names
from web.api import API
from web.errands import Errands
from web.gate import Gate
from web.house import House, Ports, Rules
from web.pages import PAGES
from web.router import router
from web.samples import keep_samples
from web.tail import Tail
from web.token import Token

_MOST_CONNECTIONS = 512
_GRACE_S = 5
log = structlog.get_logger()


async def run(
    *,
    redis_url: str,
    settings: Settings,
    taken: socket.socket,
    token: Token,
    ports: Ports,
    folder: Path,
    stop: asyncio.Event,
    started: Callable[[], None] | None = None,
) -> None:
    """Serve on a listening socket until `stop` is set; `folder` is where feeds.toml is."""
    house = _house(redis_url, settings, token, ports, folder=folder, stop=stop)
    gate = Gate(router(house, (*API, *PAGES)), house.names, token)
    server = _Server(
        uvicorn.Config(
            gate,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE_S,
            timeout_keep_alive=30,
        )
    )
    host, port = taken.getsockname()[:2]
    log.info("gateway", url=f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    if started is not None:
        started()
    tail = asyncio.create_task(house.tail.run(stop), name="tail")
    tasks = [
        asyncio.create_task(keep_samples(house.ledger, stop), name="samples"),
        asyncio.create_task(_end(server, house), name="end"),
    ]
    try:
        await server.serve(sockets=[taken])
    finally:
        stop.set()
        house.tail.wake()
        tail.cancel()  # it may wait for an entry
        await asyncio.gather(tail, return_exceptions=True)
        await asyncio.gather(*tasks)
        await _close(house)


def _house(
    redis_url: str, settings: Settings, token: Token, ports: Ports, *, folder: Path, stop: asyncio.Event
) -> House:
    ledger = Ledger(connect(redis_url), Keys(settings.redis.prefix))
    return House(
        ledger=ledger,
        blocking=connect_sync(redis_url),
        tail=Tail(ledger, connect(redis_url)),
        token=token,
        names=Names.of(settings.web.host, settings.web.hosts),
        rules=Rules(
            keep=settings.stream.keep,
            max_bytes=settings.stream.max_bytes,
            hard_bytes=max(settings.stream.hard_bytes, settings.stream.max_bytes),
            protect=frozenset(
                {("", group) for group in settings.stream.protect}
                | {(route.stream, group) for route in settings.routes for group in route.protect}
            ),
            contact=settings.network.contact,
            feeds_file=str((folder / "feeds.toml").absolute()),
        ),
        ports=ports,
        errands=Errands(ports.command),
        prefix=settings.redis.prefix,
        stop=stop,
    )


async def _end(server: "_Server", house: House) -> None:
    await house.stop.wait()
    house.tail.wake()
    server.should_exit = True


async def _close(house: House) -> None:
    await house.ledger.client.aclose()
    await house.tail.close()
    house.blocking.close()


class _Server(uvicorn.Server):
    """The server, which leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield
