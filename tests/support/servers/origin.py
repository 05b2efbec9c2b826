"""A small HTTP origin on loopback: routes are replies or plain functions, and every request is on record.

    async with serve({"/feed.xml": Reply(FEED, type="application/rss+xml")}) as origin:
        ... origin.url("/feed.xml"), await origin.seen("/feed.xml", 2), origin.log[0].headers["user-agent"]

`hosts` binds more loopback addresses to the same port, each a site: `origin.url(path, host="127.0.0.2")`.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from support.waiting import HANG_S


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    host: str
    headers: Mapping[str, str]
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the origin answers. `drip` sends the body piece by piece with that many seconds between."""

    body: bytes | str = b""
    status: int = 200
    type: str | None = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float | None = None
    piece: int = 1
    wait: asyncio.Event | None = None
    """Answer only after this event is set."""


Route = Reply | Callable[[Seen], Reply | Awaitable[Reply]]


def page(body: bytes | str, **more: object) -> Reply:
    """Make an HTML page."""
    return Reply(body=body, **more)


def feed(body: bytes | str, **more: object) -> Reply:
    """Make an RSS feed."""
    return Reply(body=body, **{"type": "application/rss+xml", **more})


def moved(to: str, status: int = 302) -> Reply:
    """Make a redirect."""
    return Reply(status=status, headers={"Location": to})


def conditional(body: bytes | str, **more: object) -> Callable[[Seen], Reply]:
    """Make a feed with an ETag of its body that answers 304 to the same ETag."""
    data = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'

    def answer(seen: Seen) -> Reply:
        if seen.headers.get("if-none-match") == etag:
            return Reply(status=304, type=None, headers={"ETag": etag})
        return feed(data, **{"headers": {"ETag": etag}, **more})

    return answer


class Origin:
    """A running origin. Change `routes` while it runs; read `log`; await `seen`."""

    def __init__(self, routes: dict[str, Route]) -> None:
        self.routes = routes
        self.log: list[Seen] = []
        self.port = 0
        self.closing = asyncio.Event()
        self._changed = asyncio.Condition()

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        """Give the address of a path, on any loopback host."""
        return f"http://{host}:{self.port}{path}"

    def requests(self, path: str) -> list[Seen]:
        """Give the requests for a path so far."""
        return [seen for seen in self.log if seen.path == path]

    async def seen(self, path: str, times: int = 1) -> list[Seen]:
        """Wait until a path has been requested that many times."""
        async with asyncio.timeout(HANG_S), self._changed:
            await self._changed.wait_for(lambda: len(self.requests(path)) >= times)
        return self.requests(path)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        seen = Seen(
            request.method,
            request.path,
            request.host,
            {name.lower(): value for name, value in request.headers.items()},
            dict(request.query),
        )
        async with self._changed:
            self.log.append(seen)
            self._changed.notify_all()
        reply = self.routes.get(seen.path, Reply(status=404, body="no such page"))
        if not isinstance(reply, Reply):
            made = reply(seen)
            reply = made if isinstance(made, Reply) else await made
        if reply.wait is not None:
            await self._wait(reply.wait)
        return await self._send(request, reply)

    async def _wait(self, *events: asyncio.Event, seconds: float | None = None) -> None:
        """Wait for one of the events, the time, or the end of the origin."""
        bells = [asyncio.create_task(event.wait()) for event in (*events, self.closing)]
        await asyncio.wait(bells, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for bell in bells:
            bell.cancel()
        await asyncio.gather(*bells, return_exceptions=True)

    async def _send(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        headers = dict(reply.headers)
        if reply.type is not None:
            headers.setdefault("Content-Type", reply.type)
        if reply.drip is None:
            return web.Response(body=body, status=reply.status, headers=headers)
        response = web.StreamResponse(status=reply.status, headers=headers)
        await response.prepare(request)
        with suppress(ConnectionError):  # the client had enough
            for start in range(0, len(body), reply.piece):
                await response.write(body[start : start + reply.piece])
                if self.closing.is_set():
                    break
                await self._wait(seconds=reply.drip)
        return response


@asynccontextmanager
async def serve(
    routes: Mapping[str, Route] | None = None, *, hosts: Sequence[str] = ("127.0.0.1",)
) -> AsyncIterator[Origin]:
    """Serve routes on a free port, the same one on each of the loopback addresses `hosts`."""
    origin = Origin(dict(routes or {}))
    runner = web.ServerRunner(
        web.Server(origin._answer), access_log=None, handle_signals=False, shutdown_timeout=0
    )
    await runner.setup()
    try:
        for host in hosts:
            await web.TCPSite(runner, host, origin.port).start()
            origin.port = runner.addresses[0][1]
        yield origin
    finally:
        origin.closing.set()
        await runner.cleanup()


@asynccontextmanager
async def serve_raw(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """Serve bytes that are no proper HTTP: `talk` has the connection; gives the base address."""
    running: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
