"""Reads a machine's metrics and whether it is ready, and serves both over HTTP at `metrics.listen`."""

import platform
import re
import socket
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

import msgspec
from redis.exceptions import RedisError

from config.load import LoadedConfig
from daemon.command_context import CommandContext
from daemon.errors import InvalidRequestError, ServerError
from daemon.health.bounded_http_server import BoundedHttpServer
from daemon.health.process_liveness import find_metrics_folder
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.errors import LedgerError
from feedmill._metrics import process_files
from feedmill._metrics.exposition import CONTENT_TYPE, render_exposition
from feedmill._metrics.gauges import GaugeReadings, read_gauges
from feedmill._metrics.process_files import LiveSlot
from feedmill._redis.connection_errors import describe_outage

_MAX_SILENT_S = {"worker": 180.0}
_MAX_SILENT_OTHER_S = 30.0
"""Seconds without a beat from which a process hangs: event loops beat every 5, a worker's parent every 60."""


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """One condition of being ready."""

    name: str
    ok: bool
    detail: str


def check_readiness(
    said: str | None, live: Iterable[LiveSlot], roles: Iterable[str]
) -> tuple[ReadinessCheck, ...]:
    """Check the server's error (None: it answered) and the running processes; each of `roles` must run."""
    snapshot = list(live)
    checks = [ReadinessCheck("redis", said is None, said or "answers")]
    for one in snapshot:
        longest = _MAX_SILENT_S.get(one.role, _MAX_SILENT_OTHER_S)
        heard = f"process {one.pid}, last heard of {one.silent_s:.0f} s ago"
        checks.append(ReadinessCheck(one.name, one.silent_s <= longest, heard))
    here = {one.role for one in snapshot}
    missing = [role for role in roles if role not in here]
    checks += [ReadinessCheck(role, False, "no such process is running") for role in missing]  # noqa: FBT003
    if not snapshot and not missing:
        checks.append(ReadinessCheck("processes", False, "none is running"))  # noqa: FBT003
    return tuple(checks)


_JSON = "application/json"
_NO_SERVER = "the embedded server does not run: start `feedmill up`"
_MAX_PORT = 65_535
"""Highest number of a TCP port."""


def read_readiness(
    options: CommandContext, loaded: LoadedConfig, *, roles: Iterable[str], here: bool
) -> tuple[ReadinessCheck, ...]:
    """Check whether the server answers and which processes are alive."""
    live = process_files.list_live_slots(find_metrics_folder(options, loaded))
    if here:
        live = (one for one in live if one.host == platform.node())
    return check_readiness(_find_server_error(options.find_running_url(loaded)), live, roles)


def _find_server_error(url: str | None) -> str | None:
    """Return what is wrong with the server; None: it answers."""
    if url is None:
        return _NO_SERVER
    try:
        with closing(connect_blocking(url)) as client:
            client.ping()
    except (RedisError, OSError) as error:
        return describe_outage(error)
    return None


def render_metrics(options: CommandContext, loaded: LoadedConfig) -> bytes:
    """Write the metrics of this machine and of the ledger."""
    return render_exposition(find_metrics_folder(options, loaded), _read_gauges(options, loaded))


def _read_gauges(options: CommandContext, loaded: LoadedConfig) -> GaugeReadings | None:
    url = options.find_running_url(loaded)
    if url is None:
        return None
    try:
        with closing(connect_blocking(url)) as client:
            return read_gauges(client, loaded.settings.redis.prefix)
    except (LedgerError, RedisError, OSError):
        return None


def serve_metrics(options: CommandContext, loaded: LoadedConfig, listen: str) -> BoundedHttpServer:
    """Open a port that answers /metrics, /livez and /readyz; raises InvalidRequestError and ServerError."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]\s]+)):(\d{1,5})", listen)
    if found is None or int(found[3]) > _MAX_PORT:
        raise InvalidRequestError(f"--listen {listen}: give HOST:PORT, such as 127.0.0.1:9464")
    host, port = found[1] or found[2], int(found[3])

    class Answers(_HealthHandler):
        of = (options, loaded)

    class Port(BoundedHttpServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    try:
        return Port((host, port), Answers)
    except OSError as error:
        raise ServerError(f"--listen {listen}: {error.strerror or error}") from error


class _HealthHandler(BaseHTTPRequestHandler):
    """One request: reads only, and shows nothing that is secret."""

    of: tuple[CommandContext, LoadedConfig]
    timeout = 10.0
    server_version = "feedmill"
    sys_version = ""
    protocol_version = "HTTP/1.0"
    _one_at_a_time = threading.Lock()

    def do_GET(self) -> None:
        """Answer."""
        self.server.answering(self.connection)  # type: ignore[attr-defined]
        options, loaded = self.of
        path = self.path.partition("?")[0]
        if path == "/livez":
            self._answer(200, _JSON, msgspec.json.encode({"status": "ok"}))
        elif path == "/readyz":
            checks = read_readiness(options, loaded, roles=(), here=False)
            fine = all(check.ok for check in checks)
            self._answer(200 if fine else 503, _JSON, msgspec.json.encode({"ready": fine, "checks": checks}))
        elif path == "/metrics":
            with self._one_at_a_time:
                text = render_metrics(options, loaded)
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
        """Log nothing: a scrape every few seconds is no news."""
