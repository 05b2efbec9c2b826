"""A small SOCKS 5 proxy on loopback: every request is connected to one port, whatever it names.

async with serving_socks(origin.port) as socks:
    ... socks.port, socks.asked
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Socks:
    """A small proxy: it connects every request to one origin, whatever its name."""

    origin_port: int
    port: int = 0
    login: tuple[bytes, bytes] | None = None
    reply: int = 0
    greeting: bytes = b""
    asked: list[tuple[int, str, int]] = field(default_factory=list)
    """Kind of address, host and port of each request."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await self._answer(reader, writer):
                there, back = await asyncio.open_connection("127.0.0.1", self.origin_port)
                await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        logins = await reader.readexactly(count)
        if self.greeting:
            writer.write(self.greeting)
            return False
        if self.login and 2 not in logins:
            writer.write(b"\x05\xff")
            return False
        writer.write(b"\x05\x02" if self.login else b"\x05\x00")
        if self.login:
            _, size = await reader.readexactly(2)
            user = await reader.readexactly(size)
            password = await reader.readexactly((await reader.readexactly(1))[0])
            is_right = (user, password) == self.login
            writer.write(b"\x01\x00" if is_right else b"\x01\x01")
            if not is_right:
                return False
        _, command, _, kind = await reader.readexactly(4)
        assert command == 1
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append((kind, host.decode() if kind == 3 else host.hex(), port))
        bound = b"\x03\x05proxy\x00\x09" if kind == 3 else b"\x01\x00\x00\x00\x00\x00\x09"
        writer.write(bytes((5, self.reply, 0)) + bound)
        return not self.reply

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def serving_socks(origin_port: int) -> AsyncIterator[Socks]:
    """Run one until the block ends."""
    running = Socks(origin_port)
    server = await asyncio.start_server(running.talk, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    yield running
    server.close()
