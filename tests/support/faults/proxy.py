"""A proxy between feedmill and Redis that loses replies: the work is done, and the caller never hears.

It reads commands and replies (RESP2) one by one, so that the reply that is cut belongs to a known command.
"""

import asyncio
import contextlib
import random
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from feedmill._ledger.core.lua_script_assembly import load_ledger_script

_CHUNK = 65536


def operations() -> dict[str, str]:
    """Map the digest of every script of the ledger to its name."""
    folder = Path(__file__).parents[3] / "feedmill" / "_ledger" / "lua"
    names = [path.stem for path in sorted(folder.glob("*.lua")) if not path.stem.startswith("_")]
    return {load_ledger_script(name).sha: name for name in names}


class Cutter:
    """Which replies are lost. `cuts` counts them by operation, `passed` what went through."""

    def __init__(self, lose: Callable[[str, int], bool]) -> None:
        self._lose = lose
        self._names = operations()
        self.cuts: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        self.severed = False
        """While it is set nobody gets through: a partition."""
        self.silent = False
        """While it is set connections stay open and nothing moves: half-open."""

    async def speaks(self) -> None:
        """Wait for the end of a silence."""
        while self.silent:  # noqa: ASYNC110  set by a drill
            await asyncio.sleep(0.05)

    async def parted(self) -> None:
        """Wait for the next partition."""
        while not self.severed:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def name(self, command: list[bytes]) -> str:
        """Name a command: an operation of the ledger, or Redis's own word."""
        verb = command[0].upper().decode()
        if verb == "EVALSHA":
            return self._names.get(command[1].decode(), "foreign script")
        if verb == "EVAL":
            return next(
                (
                    name
                    for name in self._names.values()
                    if load_ledger_script(name).source.encode() == command[1]
                ),
                verb,
            )
        return verb

    def loses(self, name: str) -> bool:
        """Decide on the reply to one command."""
        if self._lose(name, self.cuts[name]):
            self.cuts[name] += 1
            return True
        self.passed[name] += 1
        return False


def evenly(seed: int, *, at_least: int, share: float) -> Callable[[str, int], bool]:
    """Lose every operation's first replies with a chance of a half, and a share of the others."""
    rng = random.Random(seed)
    return lambda name, cuts: name not in _HARMLESS and rng.random() < (0.5 if cuts < at_least else share)


_HARMLESS = frozenset({"HELLO", "AUTH", "SELECT", "CLIENT", "SUBSCRIBE"})
"""Nothing is done by these: to lose them is to lose a connection, no work."""


@asynccontextmanager
async def proxy(upstream: Path, cutter: Cutter) -> AsyncIterator[int]:
    """Serve a port in front of a server's socket."""
    tasks: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if not cutter.severed:
                server = await asyncio.open_unix_connection(str(upstream), limit=2**24)
                await _carry((reader, writer), server, cutter)
        writer.transport.abort()

    listening = await asyncio.start_server(meet, "127.0.0.1", 0, limit=2**24)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _carry(client: Ends, server: Ends, cutter: Cutter) -> None:
    """Carry commands and replies until one side ends or a reply is cut."""
    waiting: deque[str] = deque()

    async def forth() -> None:
        while True:
            raw, words = await _read_command(client[0])
            waiting.append(cutter.name(words))
            await cutter.speaks()
            server[1].write(raw)
            await server[1].drain()

    async def back() -> None:
        while True:
            raw = await _read_reply(server[0])
            name = waiting.popleft() if waiting else "pushed"
            await cutter.speaks()
            if cutter.loses(name):
                return
            client[1].write(raw)
            await client[1].drain()

    ways = [asyncio.create_task(way()) for way in (forth, back, cutter.parted)]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        client[1].transport.abort()
        server[1].transport.abort()


async def _read_command(reader: asyncio.StreamReader) -> tuple[bytes, list[bytes]]:
    raw = await _line(reader)
    words = []
    for _ in range(int(raw[1:-2])):
        head = await _line(reader)
        body = await reader.readexactly(int(head[1:-2]) + 2)
        words.append(body[:-2])
        raw += head + body
    return raw, words


async def _read_reply(reader: asyncio.StreamReader) -> bytes:
    head = await _line(reader)
    kind, size = head[:1], head[1:-2]
    if kind == b"$" and int(size) >= 0:
        return head + await reader.readexactly(int(size) + 2)
    if kind == b"*" and int(size) > 0:
        return head + b"".join([await _read_reply(reader) for _ in range(int(size))])
    return head


async def _line(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n")
