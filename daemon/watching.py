"""What is told of a machine: its metrics and whether it is ready, once or over HTTP."""

import platform
import re
import socket
import threading
from collections.abc import Iterable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from redis.exceptions import RedisError

from config.load import Loaded
from daemon.asked import Asked
from daemon.errors import AskedWronglyError, ServerError
from daemon.pulse import metrics_folder
from daemon.readiness import Check, judge
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.errors import LedgerError
from feedmill._metrics import slots
from feedmill._metrics.gather import CONTENT_TYPE, gathered
from feedmill._metrics.standing import Standing, measure

_JSON = "application/json"
_NO_SERVER = "the embedded server does not run: start `feedmill up`"


def checks_of(asked: Asked, loaded: Loaded, *, roles: Iterable[str], here: bool) -> tuple[Check, ...]:
    """Look whether the server answers and who is alive."""
    live = slots.held(metrics_folder(asked, loaded))
    if here:
        live = (one for one in live if one.host == platform.node())
    return judge(_said(asked.running_url(loaded)), live, roles)


def _said(url: str | None) -> str | None:
    """Give what is wrong with the server; None: it answers."""
    if url is None:
        return _NO_SERVER
    try:
        with closing(connect_sync(url)) as client:
            client.ping()
    except (RedisError, OSError) as error:
        return str(error) or type(error).__name__
    return None


def metrics_of(asked: Asked, loaded: Loaded) -> bytes:
    """Write the metrics of this machine and of the ledger."""
    return gathered(metrics_folder(asked, loaded), _standing(asked, loaded))


def _standing(asked: Asked, loaded: Loaded) -> Standing | None:
    url = asked.running_url(loaded)
    if url is None:
        return None
    try:
        with closing(connect_sync(url)) as client:
            return measure(client, loaded.settings.redis.prefix)
    except (LedgerError, RedisError, OSError):
        return None


def serve(asked: Asked, loaded: Loaded, listen: str) -> ThreadingHTTPServer:
    """Open a port that answers /metrics, /livez and /readyz; raises AskedWronglyError and ServerError."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]\s]+)):(\d{1,5})", listen)
    if found is None:
        raise AskedWronglyError(f"--listen {listen}: give HOST:PORT, such as 127.0.0.1:9464")
    host, port = found[1] or found[2], int(found[3])

    class Answers(_Answers):
        of = (asked, loaded)

    class Port(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    try:
        return Port((host, port), Answers)
    except (OSError, OverflowError) as error:
        raise ServerError(f"--listen {listen}: {getattr(error, 'strerror', None) or error}") from error


class _Answers(BaseHTTPRequestHandler):
    """One request: reads only, and says nothing that is secret."""

    of: tuple[Asked, Loaded]
    timeout = 10.0
    server_version = "feedmill"
    sys_version = ""
    protocol_version = "HTTP/1.0"
    _one_at_a_time = threading.Lock()

    def do_GET(self) -> None:
        """Answer."""
        asked, loaded = self.of
        path = self.path.partition("?")[0]
        if path == "/livez":
            self._answer(200, _JSON, msgspec.json.encode({"status": "ok"}))
        elif path == "/readyz":
            checks = checks_of(asked, loaded, roles=(), here=False)
            fine = all(check.ok for check in checks)
            self._answer(200 if fine else 503, _JSON, msgspec.json.encode({"ready": fine, "checks": checks}))
        elif path == "/metrics":
            with self._one_at_a_time:
                text = metrics_of(asked, loaded)
            self._answer(200, CONTENT_TYPE, text)
        else:
            self._answer(404, "text/plain; charset=utf-8", b"there are /metrics, /livez and /readyz\n")

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: int, media: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media)
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing: a scrape every few seconds is no news."""
