"""Accepts the gateway's connections and ends those that hold a place without using it.

uvicorn bounds neither the time to a request's head nor what one address holds, and asyncio accepts as many as
wait at a time: with no descriptor left it writes a line into the log for each of its tries.
"""

import asyncio
import contextlib
import errno
import resource
import socket
from typing import Any

import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

from web.http.connection_table import EXHAUSTED, HEAD_S, RETRY_S, ConnectionTable
from web.http.log_limit import AGAIN_S, LogLimit

WRITE_S = 30.0
"""Seconds in which a reader of an answer must take what is waiting for it."""
MOST = 512
"""Connections at a time; a quarter of them for one address."""
_MIN_CONNECTIONS = 16
"""Connections that are held even where half the descriptors are fewer."""
_PEER_GONE = frozenset(
    {
        errno.ECONNABORTED, errno.EPROTO, errno.EPERM, errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN,
        errno.EHOSTUNREACH, errno.ENOPROTOOPT, errno.EOPNOTSUPP,
    }
)  # fmt: skip
"""What accept(2) says of the connection that it took from the queue: the next one may be fine."""
log = structlog.get_logger()


def most_connections() -> int:
    """Return how many connections this process may hold: half its descriptors are for everything else."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(_MIN_CONNECTIONS, min(MOST, soft // 2))


class GuardedProtocol(H11Protocol):
    """One connection: as uvicorn serves it, with deadlines for heads and for readers."""

    def __init__(self, *given: Any, table: ConnectionTable[Any], **named: Any) -> None:
        super().__init__(*given, **named)
        self._table = table
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for a head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and give the place back."""
        self._table.leave(self)
        self._stop_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; what is no whole head yet keeps the deadline that it has."""
        super().data_received(data)
        self._note()

    def on_response_complete(self) -> None:
        """Be idle again; a peer that is to go must take the rest in time."""
        super().on_response_complete()
        begun, _ = self.conn.trailing_data
        self._note(fresh=not begun)
        if self.transport.is_closing():
            self._await_reader()

    def pause_writing(self) -> None:
        """Wait for a reader that is slower than the answer."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Go on: the reader has taken what waited."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_write_timer()

    def timeout_keep_alive_handler(self) -> None:
        """Close what has been idle for too long, also when it still has not taken its last answer."""
        super().timeout_keep_alive_handler()
        self._await_reader()

    def drop(self) -> None:
        """Close at once."""
        if self.transport is not None:
            self.transport.abort()

    def _note(self, *, fresh: bool = False) -> None:
        """Note whether a request is being answered, else see that the next head has a deadline."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._table.answer(self)
            self._stop_head_timer()
            return
        self._table.rest(self)
        if not fresh:  # uvicorn's keep-alive has been taken off by these bytes
            self._await_head()

    def _await_head(self) -> None:
        if self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(HEAD_S, self.drop)

    def _await_reader(self) -> None:
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(WRITE_S, self.drop)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _stop_timers(self) -> None:
        self._stop_head_timer()
        self._stop_write_timer()


class Acceptor:
    """Accepts from a listening socket one by one, as the table allows, until it is cancelled."""

    def __init__(self, listening: socket.socket, table: ConnectionTable[Any], protocol: Any) -> None:
        self._listening = listening
        self._table = table
        self._protocol = protocol
        self._limit = LogLimit()

    async def run(self) -> None:
        """Accept for ever."""
        self._listening.setblocking(False)  # noqa: FBT003
        while True:
            await self.accept_one()

    async def accept_one(self) -> None:
        """Accept one connection and see to its place; what cannot be accepted costs the oldest idle one."""
        loop = asyncio.get_running_loop()
        try:
            taken, address = await loop.sock_accept(self._listening)
        except OSError as error:
            if error.errno in _PEER_GONE:
                return
            self._say(error)
            if error.errno in EXHAUSTED:
                self._make_room()
            await asyncio.sleep(RETRY_S)
            return
        one = self._protocol()
        admission = self._table.admit(one, address[0])
        if admission.dropped is not None:
            admission.dropped.drop()
        if not admission.admitted:
            taken.close()
            return
        try:
            await loop.connect_accepted_socket(lambda: one, taken)
        except OSError:
            self._table.leave(one)
            with contextlib.suppress(OSError):
                taken.close()

    def _make_room(self) -> None:
        oldest = self._table.oldest_idle()
        if oldest is not None:
            self._table.leave(oldest)
            oldest.drop()

    def _say(self, error: OSError) -> None:
        if self._limit.is_due(str(error.strerror), asyncio.get_running_loop().time()):
            log.warning(
                "gateway_full",
                error=error.strerror,
                open=len(self._table),
                again_s=AGAIN_S,
                remedy="raise the limit of open files (ulimit -n, LimitNOFILE)",
            )
