"""Runs a horse's readers: forked from it while it is warm, given one page each, replaced when they end.

No page is read in the horse's own process: its loop stays free for the requests under way, and what a page
sets off (a crash, no end, no memory) ends the reader, not the horse.
"""

import asyncio
import contextlib
import os
import signal
import socket
from dataclasses import dataclass
from typing import Any

from feedmill._ledger.core.operation_call import Call
from worker import process_limits
from worker.pipeline.page_context import RunCall
from worker.pipeline.worker_context import WorkerContext
from worker.readers import reader_messages
from worker.readers.reader_child import GROWN, CountedMeters, serve_and_leave
from worker.readers.reader_messages import HEAD, EndMessage, LedgerCall

MOST_IDLE = 2
"""Bounds the idle readers: one for each lane (worker.readers.site_shares)."""
ALLOWED_SCRIPTS = frozenset(
    {
        "note_page", "tell_change", "resolve", "learn", "hold", "release", "revision", "publish",
        "publish_words", "settle", "bury", "give_back",
    }
)  # fmt: skip
"""Operations that a page's reading calls for."""
_BLOCKED = {signal.SIGTERM, signal.SIGINT}


@dataclass(frozen=True, slots=True)
class ReaderDeath:
    """A reader that ended with its page: why, and the processor time that it took for it."""

    cause: str
    """As `process_limits.name_death_cause` names it."""
    status: int
    cpu_ms: int


class Readers:
    """The readers of one horse."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context
        self._idle: list[Reader] = []

    def fork(self, *, warm: bool = False) -> None:
        """Fork one to have it ready: before the horse has threads and connections, a fork is the simplest.

        With `warm` it reads a page of no one first, which is worth its time where no page waits.
        """
        self._idle.append(fork_reader(self._context, warm=warm))

    def take(self) -> "Reader":
        """Return a reader that is free, a new one where there is none."""
        while self._idle:
            reader = self._idle.pop()
            if reader.is_alive():
                return reader
        return fork_reader(self._context)

    def put_back(self, reader: "Reader", *, grown: bool) -> None:
        """Take a reader back after its page."""
        if grown or len(self._idle) >= MOST_IDLE:
            reader.end()
        else:
            self._idle.append(reader)

    def end(self) -> None:
        """End those that are free; the others end with their pages."""
        while self._idle:
            self._idle.pop().end()


class Reader:
    """One reader process: a page is handed over, its calls are run, and it reports how the page ended."""

    def __init__(self, pid: int, sock: socket.socket, context: WorkerContext) -> None:
        self.pid = pid
        self.dropped = False
        """Its page was taken from it, to be read again by another."""
        self._sock = sock
        self._context = context
        self._has_called = False
        self._paused = False
        self._used_s = 0.0
        self._began_s: float | None = None
        self._data = bytearray()
        self._closed = False
        self._collected = False
        self._frame: asyncio.Future[bytes | None] | None = None

    async def read(self, payload: bytes, run_call: RunCall) -> EndMessage | ReaderDeath:
        """Have a packed page read; `run_call` runs the reader's calls. Raises what it raises."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._sock, self._receive)
        self._has_called, done = False, False
        self._began_s = process_limits.cpu_s_of(self.pid)
        try:
            await self._send(payload)
            while (frame := await self._next()) is not None:
                message = reader_messages.decode_message(frame)
                if isinstance(message, EndMessage):
                    done = True
                    self._used_s += message.cpu_ms / 1000
                    if self._paused:  # after its last message
                        self.resume()
                    return message
                self._has_called = True
                await self._send(reader_messages.encode(await run_call(self._call(message))))
            return self._collect()
        finally:
            loop.remove_reader(self._sock)
            if not done:
                self.end()

    def is_alive(self) -> bool:
        """Return whether the process still runs; one that has ended is collected."""
        if not self._collected:
            self._collected = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        if self._collected:
            self._sock.close()
        return not self._collected

    def end(self) -> None:
        """End the process and collect it."""
        self._sock.close()
        if not self._collected:
            self._collected = True
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    # worker.readers.reading_scheduler.Interruptible

    def used_ms(self) -> int | None:
        """Return the processor time of its present page."""
        now_s = process_limits.cpu_s_of(self.pid)
        return None if now_s is None or self._began_s is None else round((now_s - self._began_s) * 1000)

    def pause(self) -> bool:
        """Stop it, unless it holds so much memory that no other should work beside it."""
        if process_limits.read_resident_bytes(self.pid) > process_limits.read_resident_bytes() + GROWN:
            return False
        os.kill(self.pid, signal.SIGSTOP)
        self._paused = True
        return True

    def resume(self) -> None:
        """Resume its process."""
        self._paused = False
        os.kill(self.pid, signal.SIGCONT)

    def drop(self) -> bool:
        """Kill it before it has changed anything in the ledger for its page."""
        if self._has_called:
            return False
        self.dropped = True
        os.kill(self.pid, signal.SIGKILL)
        return True

    def _call(self, message: LedgerCall) -> Call[Any]:
        if message.script not in ALLOWED_SCRIPTS:
            raise PermissionError(message.script)
        return Call(message.script, self._context.keys, tuple(message.args), _as_it_came)

    def _collect(self) -> ReaderDeath:
        """Collect a reader that has ended, as its closed socket shows."""
        _, status, used = os.wait4(self.pid, 0)
        self._collected = True
        cpu_s = used.ru_utime + used.ru_stime - self._used_s
        return ReaderDeath(process_limits.name_death_cause(status, killed=False), status, round(cpu_s * 1000))

    async def _send(self, payload: bytes) -> None:
        frame = HEAD.pack(len(payload)) + payload
        try:
            sent = self._sock.send(frame)
        except BlockingIOError:
            sent = 0
        except ConnectionError:
            return  # it has ended, as `_next` finds
        if sent < len(frame):
            with contextlib.suppress(ConnectionError):
                await asyncio.get_running_loop().sock_sendall(self._sock, memoryview(frame)[sent:])

    async def _next(self) -> bytes | None:
        """Await a frame; None: the reader has ended."""
        self._frame = asyncio.get_running_loop().create_future()
        self._receive()
        return await self._frame

    def _receive(self) -> None:
        """Take what has come; a whole frame goes to the caller that waits for it."""
        try:
            came = b"" if self._closed else self._sock.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionError:
            came = b""
        self._data += came
        if not came and not self._closed:
            self._closed = True
            asyncio.get_running_loop().remove_reader(self._sock)
        if self._frame is None or self._frame.done():
            return
        length = HEAD.size + HEAD.unpack_from(self._data)[0] if len(self._data) >= HEAD.size else 0
        if length and len(self._data) >= length:
            self._frame.set_result(bytes(self._data[HEAD.size : length]))
            del self._data[:length]
        elif self._closed:
            self._frame.set_result(None)


def fork_reader(context: WorkerContext, *, warm: bool = False) -> Reader:
    """Fork a reader from this process; with `warm` one that has read a page."""
    ours, theirs = socket.socketpair()
    horse = os.getpid()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _BLOCKED)
    try:
        pid = os.fork()
        if pid == 0:
            serve_and_leave(theirs, context, horse, warm=warm)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    ours.settimeout(0)
    return Reader(pid, ours, context)


def apply_meters(context: WorkerContext, ended: EndMessage) -> None:
    """Count what a reader noted."""
    for name, args in ended.meters:
        if name in CountedMeters.METHODS:
            getattr(context.meters, name)(*args)


def _as_it_came(reply: Any) -> Any:
    return reply
