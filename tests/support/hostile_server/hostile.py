"""A hostile server: every route is a script of bytes and pauses, and the outcome that feedmill gives it.

    async with serve_hostile(ROUTES, spent := Spent()) as base: ... f"{base}/{route.name}"

A script is made anew for every request. It may be endless: the server writes as fast as it is read, and stops
when the client has enough.
"""

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Script = Iterable[bytes | float]
"""Bytes to send, and seconds to wait."""


@dataclass(frozen=True, slots=True)
class Route:
    """One way to hurt, and how it ends."""

    name: str
    outcome: str
    """What the poll or the page ends with; several words where an interpreter's version or its luck decides."""
    says: str
    """What the server does, for docs/security.md."""
    script: Callable[[], Script]

    @property
    def outcomes(self) -> frozenset[str]:
        """Each of the outcomes."""
        return frozenset(self.outcome.split(" or "))


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on the requests for each route, until their clients had enough."""

    requests: Counter[str] = field(default_factory=Counter)
    sent_bytes: Counter[str] = field(default_factory=Counter)
    paused_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """The pauses as the script wants them: a crowded machine makes fewer of them, not more."""


def head(*fields: str, status: str = "200 OK") -> bytes:
    """Write a response's head."""
    return "\r\n".join((f"HTTP/1.1 {status}", "Connection: close", *fields, "", "")).encode("latin-1")


def whole(
    body: bytes,
    *fields: str,
    status: str = "200 OK",
    type: str = "text/html",  # noqa: A002
) -> Callable[[], Script]:
    """Make the script of a complete response."""
    sent = head(f"Content-Type: {type}", f"Content-Length: {len(body)}", *fields, status=status) + body
    return lambda: (sent,)


def endless(first: bytes, piece: bytes, pause: float | None = None) -> Callable[[], Script]:
    """Make a script that goes on for ever."""

    def script() -> Iterator[bytes | float]:
        yield first
        for _ in itertools.count():
            yield piece
            if pause is not None:
                yield pause

    return script


@asynccontextmanager
async def serve_hostile(
    routes: Sequence[Route], spent: Spent | None = None, *, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve routes by their names; what is no route is 404. `spent` is told what they cost."""
    told = spent or Spent()
    scripts = {route.name: route.script for route in routes}
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            asked = await reader.readuntil(b"\r\n\r\n")
            name = asked.split()[1].decode("latin-1").strip("/").partition("/")[0]
            told.requests[name] += 1
            await _play(writer, scripts.get(name, whole(b"", status="404 Not Found"))(), name, told)
        talks.discard(task)
        writer.close()

    server = await asyncio.start_server(talk, host, 0)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _play(writer: asyncio.StreamWriter, script: Script, name: str, spent: Spent) -> None:
    for step in script:
        if isinstance(step, float):
            if step < 0:
                writer.transport.abort()
                return
            await asyncio.sleep(step)  # sleep: a site that is slow
            spent.paused_s[name] += step
        else:
            writer.write(step)
            await writer.drain()
            spent.sent_bytes[name] += len(step)
