"""Bounds the connections and the time of each on an HTTP server in threads (for serving metrics)."""

import contextlib
import socket
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from typing import Any

import structlog

from web.http.connection_table import EXHAUSTED, HEAD_S, RETRY_S, ConnectionTable
from web.http.log_limit import AGAIN_S, LogLimit

_MAX_CONNECTIONS = 64
"""Connections at a time, and so threads; one more ends the oldest silent one."""
_MAX_CONNECTIONS_PER_ADDRESS = 16
"""Connections for one address: a scraper and its health checks need two or three."""
log = structlog.get_logger()


class BoundedHttpServer(ThreadingHTTPServer):
    """A thread for each connection; silent ones go when their place is needed, or after `HEAD_S` seconds."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._table: ConnectionTable[socket.socket] = ConnectionTable(
            _MAX_CONNECTIONS, _MAX_CONNECTIONS_PER_ADDRESS
        )
        self._began: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        self._limit = LogLimit()

    def get_request(self) -> tuple[Any, Any]:
        """Accept; where no descriptor is left, the oldest silent connection goes and it is said once."""
        try:
            return super().get_request()
        except OSError as error:
            if error.errno in EXHAUSTED:
                self._make_room(error)
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a place and a thread, or close it."""
        with self._lock:
            admission = self._table.admit(request, client_address[0])
            if admission.admitted:
                self._began[request] = time.monotonic()
            if admission.dropped is not None:
                self._end(admission.dropped)
        if not admission.admitted:
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started
            self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and give its place back."""
        with self._lock:
            self._table.leave(request)
            self._began.pop(request, None)
        super().shutdown_request(request)

    def answering(self, request: socket.socket) -> None:
        """Note that a request has come whole."""
        with self._lock:
            self._table.answer(request)
            self._began.pop(request, None)

    def service_actions(self) -> None:
        """End those whose request has not come in time; called every half second or more often."""
        self.end_silent(time.monotonic())

    def end_silent(self, now: float) -> None:
        """End those that have had `HEAD_S` seconds at `now` (of the monotonic clock)."""
        with self._lock:
            for request, began in list(self._began.items()):
                if now - began > HEAD_S:
                    self._end(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Log faults of ours, and nothing of a peer that has gone."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError | ValueError):
            log.error("metrics_port_fault", error=repr(error))

    def _end(self, request: socket.socket) -> None:
        """Wake the thread that reads from a connection; it closes it."""
        self._table.leave(request)
        self._began.pop(request, None)
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)

    def _make_room(self, error: OSError) -> None:
        with self._lock:
            oldest = self._table.oldest_idle()
            if oldest is not None:
                self._end(oldest)
        if self._limit.is_due(str(error.strerror), time.monotonic()):
            log.warning(
                "metrics_port_full",
                error=error.strerror,
                again_s=AGAIN_S,
                remedy="raise the limit of open files (ulimit -n, LimitNOFILE)",
            )
        time.sleep(RETRY_S)
