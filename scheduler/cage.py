"""The cage: parser processes that may crash or hang at the cost of one document."""

import asyncio
import os
import signal
import struct
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec

from scheduler.documents import Document, Malformed, Parsed

LENGTH = struct.Struct(">I")
START_S = 30.0
"""How long a child may take to load the parser."""
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Parsed] = msgspec.msgpack.Decoder(Parsed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CageSettings:
    """The limits of a child; times in seconds, memory in bytes."""

    children: int = 1
    cpu_s: int = 10
    """Processor time a document may take."""
    wall_s: float = 30.0
    """Time a document may take by the clock."""
    memory: int = 1 << 30
    """Address space of a child."""
    documents: int = 2000
    """A child is replaced after so many documents, so that it cannot grow for ever."""


class Cage:
    """Parses documents in child processes, one document a child at a time; an async context manager.

    Children start when they are first needed, and again after one died.
    """

    def __init__(self, settings: CageSettings = CageSettings()) -> None:
        self._settings = settings
        self._children = [_Child(settings) for _ in range(settings.children)]
        self._free: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()

    async def __aenter__(self) -> Self:
        """Make the children available; none is started yet."""
        for child in self._children:
            self._free.put_nowait(child)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all children."""
        await asyncio.gather(*(child.end() for child in self._children))

    async def parse(self, document: Document) -> Parsed:
        """Parse one document; a child that crashes or hangs gives `parser_crash` or `parser_timeout`."""
        child = await self._free.get()
        try:
            return await child.parse(document)
        finally:
            self._free.put_nowait(child)


class _Child:
    """One parser process, or the place where one will be."""

    def __init__(self, settings: CageSettings) -> None:
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._parsed = 0

    async def parse(self, document: Document) -> Parsed:
        """Hand one document over and await the answer."""
        done = False
        try:
            process = self._process or await self._start()
            async with asyncio.timeout(self._settings.wall_s):
                answer = await self._exchange(process, _encode(document))
            done = True
        except TimeoutError:
            return Malformed(outcome="parser_timeout", detail=f"more than {self._settings.wall_s:g} s")
        except (asyncio.IncompleteReadError, ConnectionError):
            return await self._post_mortem()
        finally:
            if not done:
                await self.end()
        if self._parsed >= self._settings.documents:
            await self.end()
        return answer

    async def end(self) -> None:
        """Kill the process, if there is one, and collect it."""
        process, self._process = self._process, None
        self._parsed = 0
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.communicate()

    async def _exchange(self, process: asyncio.subprocess.Process, frame: bytes) -> Parsed:
        assert process.stdin is not None
        assert process.stdout is not None
        self._parsed += 1
        process.stdin.write(LENGTH.pack(len(frame)) + frame)
        await process.stdin.drain()
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        return _decoder.decode(await process.stdout.readexactly(length))

    async def _start(self) -> asyncio.subprocess.Process:
        limits = self._settings
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "scheduler.cage_child",
            *(str(number) for number in (os.getpid(), limits.cpu_s, limits.memory)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_S):
            await self._process.stdout.readexactly(1)
        return self._process

    async def _post_mortem(self) -> Malformed:
        assert self._process is not None
        code = await self._process.wait()
        if code == -signal.SIGXCPU:
            return Malformed(outcome="parser_timeout", detail=f"more than {self._settings.cpu_s} s of CPU")
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return Malformed(outcome="parser_crash", detail=f"the parser ended: {how}")
