"""Forks a horse before there is a ticket for it, so that no page waits for the fork and what follows it.

A spare horse has its reader and has used once what a ticket uses first, so that both have copied the memory
that they change. It holds no connection and counts nothing until it is given a ticket.
"""

import contextlib
import os
import select
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import msgspec

from feedmill._signals import signals_blocked

_READ_BYTES = 1 << 16
"""Bytes that are read at once: many times RQ's record of a job that names no arguments."""


class TicketMessage(msgspec.Struct, frozen=True, array_like=True):
    """A ticket as its worker hands it over."""

    job_id: str
    record: dict[bytes, bytes]
    """The job as the server had it."""
    execution_id: str


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(TicketMessage).decode


class SpareHorse:
    """The horse of a worker that waits for a ticket, where there is one."""

    def __init__(self, prepare: Callable[[], None], run: Callable[[TicketMessage], NoReturn]) -> None:
        """`prepare` and `run` are called in it: before there is a ticket, and with one."""
        self._prepare = prepare
        self._run = run
        self._pid = 0
        self._sock: socket.socket | None = None

    def fork(self) -> None:
        """Fork one, unless there is one; it ends with this process."""
        if self._sock is not None:
            return
        ours, theirs = socket.socketpair()
        with signals_blocked():
            self._pid = os.fork()
            if self._pid == 0:
                ours.close()
                _wait_and_leave(theirs, self._prepare, self._run)
        theirs.close()
        self._sock = ours

    def hand_over(self, ticket: TicketMessage) -> int | None:
        """Give it a ticket, and forget it; returns its process id, None where there is none that lives."""
        sock = self._sock
        if sock is None:
            return None
        try:
            if not select.select([sock], [], [], 0)[0]:  # it sends nothing: this would be its end
                sock.sendall(_encode(ticket))
                sock.close()
                self._sock = None
                return self._pid
        except ConnectionError:
            pass
        self.end()
        return None

    def end(self) -> None:
        """End and collect it."""
        if self._sock is None:
            return
        self._sock.close()
        self._sock = None
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _wait_and_leave(
    sock: socket.socket, prepare: Callable[[], None], run: Callable[[TicketMessage], NoReturn]
) -> NoReturn:
    """Be the spare horse."""
    try:
        os.setpgrp()
        prepare()
        told = b"".join(iter(partial(sock.recv, _READ_BYTES), b""))
        sock.close()
        if told:
            run(_decode(told))
    except BaseException:  # noqa: BLE001  the outermost place of this process: its parent's stack lies below
        os._exit(1)
    os._exit(0)
