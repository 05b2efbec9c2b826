"""Parses documents in processes that may crash or hang at the cost of one document.

There are two lanes. A document is first read in the quick lane, where it may take a second of processor time,
100 times what a feed needs. One that takes longer is read in the slow lane, and its feed goes straight there
from then on: slow documents wait for one another, and the others wait for none of them. Within a lane the
documents of the site that has kept parsers the least come first (`parser_queue`).
"""

import asyncio
import os
import signal
import sys
from collections import OrderedDict
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec

from scheduler.parsing.document_models import FeedDocument, MalformedDocument, ParseResult
from scheduler.sandbox.parser_queue import ParserQueue, SiteUse
from scheduler.sandbox.wire_format import OUT_OF_MEMORY, REPLY_HEAD, REQUEST_HEAD

START_S = 30.0
"""Bounds the time in which a child loads the parser: ample on a busy machine."""
QUICK_CPU_S = 1
"""Bounds the processor time of a document in the quick lane: 100 times what a feed needs."""
KNOWN_SLOW = 1000
"""Feeds that are kept as slow: bounds the memory; the oldest ones are tried in the quick lane again."""
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[ParseResult] = msgspec.msgpack.Decoder(ParseResult)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParserPoolSettings:
    """The limits of a child; times in seconds, memory in bytes."""

    children: int = 1
    """Processes of the quick lane; the slow one has one."""
    cpu_s: int = 10
    """Processor time a document may take."""
    wall_s: float = 30.0
    """Time a document may take by the clock, the wait for a free child included."""
    memory_bytes: int = 1 << 30
    """Address space of a child."""
    max_growth_bytes: int = 256 << 20
    """A child that holds so many bytes after a document is replaced: what was freed does not all go back."""
    max_documents: int = 2000
    """A child is replaced after so many documents, so that it cannot grow for ever."""


class ParserPool:
    """Parses documents in child processes, one document a child at a time; an async context manager.

    Children start when they are first needed, and again after one ended.
    """

    def __init__(self, settings: ParserPoolSettings = ParserPoolSettings()) -> None:
        self._settings = settings
        use = SiteUse()
        self._quick = _ParserLane(settings.children, settings, use)
        self._slow = _ParserLane(1, settings, use)
        self._known_slow: OrderedDict[str, None] = OrderedDict()

    async def __aenter__(self) -> Self:
        """Make the children available; none is started yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all children."""
        await asyncio.gather(self._quick.end(), self._slow.end())

    async def parse(self, document: FeedDocument) -> ParseResult:
        """Parse one document, or name what it did to its child.

        Outcomes beside those of a document: `parser_crash`, `parser_memory`, `parser_timeout`, and
        `parser_busy` when no child was free in time, whatever the document is.
        """
        ends = asyncio.get_running_loop().time() + self._settings.wall_s
        cpu_s = self._settings.cpu_s
        if document.url not in self._known_slow:
            answer = await self._quick.parse(document, cpu_s=min(cpu_s, QUICK_CPU_S), ends=ends)
            late = asyncio.get_running_loop().time() >= ends
            if answer.outcome != "parser_timeout" or cpu_s <= QUICK_CPU_S or late:
                return answer
        self._remember(document.url)
        return await self._slow.parse(document, cpu_s=cpu_s, ends=ends)

    def _remember(self, url: str) -> None:
        self._known_slow[url] = None
        self._known_slow.move_to_end(url)
        if len(self._known_slow) > KNOWN_SLOW:
            self._known_slow.popitem(last=False)


class _ParserLane:
    """Some children, and the documents that wait for one of them."""

    def __init__(self, children: int, settings: ParserPoolSettings, use: SiteUse) -> None:
        self.children = [_ParserProcess(settings) for _ in range(children)]
        self._wall_s = settings.wall_s
        self._queue = ParserQueue(self.children, use)

    async def parse(self, document: FeedDocument, *, cpu_s: int, ends: float) -> ParseResult:
        """Wait for a child and have it parse the document, all until `ends` on the loop's clock."""
        try:
            async with asyncio.timeout_at(ends):
                child = await self._queue.take(document)
        except TimeoutError:
            return _make_busy_answer(self._wall_s)
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            return await child.parse(document, cpu_s=cpu_s, ends=ends)
        finally:
            self._queue.give_back(child, document, clock() - began)

    async def end(self) -> None:
        """End all children."""
        await asyncio.gather(*(child.end() for child in self.children))


class _ParserProcess:
    """One parser process, or the place where one will be."""

    def __init__(self, settings: ParserPoolSettings) -> None:
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._parsed = 0
        self._grown = False

    async def parse(self, document: FeedDocument, *, cpu_s: int, ends: float) -> ParseResult:
        """Hand one document over and await the answer."""
        done, handed, left_s = False, False, 0.0
        try:
            async with asyncio.timeout_at(ends):
                process = await self._ready()
                handed = True
                left_s = ends - asyncio.get_running_loop().time()
                answer = await self._exchange(process, _encode(document), cpu_s)
            done = True
        except TimeoutError:
            if left_s < min(cpu_s, self._settings.wall_s / 2):
                return _make_busy_answer(
                    self._settings.wall_s
                )  # waiting for a child, or its start, took the time
            return MalformedDocument(
                outcome="parser_timeout", detail=f"more than {self._settings.wall_s:g} s"
            )
        except (asyncio.IncompleteReadError, ConnectionError):
            return await (self._post_mortem(cpu_s) if handed else self._explain_failed_start())
        finally:
            if not done:
                await self.end()
        if self._grown or self._parsed >= self._settings.max_documents:
            await self.end()
        return answer

    async def end(self) -> None:
        """Kill the process, if there is one, and collect it."""
        process, self._process = self._process, None
        self._parsed, self._grown = 0, False
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.communicate()

    async def _exchange(self, process: asyncio.subprocess.Process, frame: bytes, cpu_s: int) -> ParseResult:
        assert process.stdin is not None
        assert process.stdout is not None
        self._parsed += 1
        process.stdin.write(REQUEST_HEAD.pack(len(frame), cpu_s) + frame)
        await process.stdin.drain()
        length, self._grown = REPLY_HEAD.unpack(await process.stdout.readexactly(REPLY_HEAD.size))
        return _decoder.decode(await process.stdout.readexactly(length))

    async def _ready(self) -> asyncio.subprocess.Process:
        """Return a living child. The death of one that read nothing is no fault of the next document."""
        if self._process is not None and self._process.returncode is not None:
            await self.end()
        return self._process or await self._start()

    async def _start(self) -> asyncio.subprocess.Process:
        limits = self._settings
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "scheduler.sandbox.parser_child",
            *(str(number) for number in (os.getpid(), limits.memory_bytes, limits.max_growth_bytes)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_S):
            await self._process.stdout.readexactly(1)
        return self._process

    async def _explain_failed_start(self) -> MalformedDocument:
        """Answer for a child that ended before it had read anything: no document did that."""
        assert self._process is not None
        how = _describe_exit(await self._process.wait())
        return MalformedDocument(outcome="parser_busy", detail=f"the parser ended as it was started: {how}")

    async def _post_mortem(self, cpu_s: int) -> MalformedDocument:
        assert self._process is not None
        code = await self._process.wait()
        if code == -signal.SIGXCPU:
            return MalformedDocument(outcome="parser_timeout", detail=f"more than {cpu_s} s of CPU")
        if code == OUT_OF_MEMORY:
            return MalformedDocument(
                outcome="parser_memory", detail=f"more than {self._settings.memory_bytes >> 20} MiB"
            )
        return MalformedDocument(outcome="parser_crash", detail=f"the parser ended: {_describe_exit(code)}")


def _describe_exit(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit status {code}"


def _make_busy_answer(wall_s: float) -> MalformedDocument:
    return MalformedDocument(
        outcome="parser_busy", detail=f"no parser was free for long enough within {wall_s:g} s"
    )
