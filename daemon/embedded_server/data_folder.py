"""Names what is in the data folder: the server's files, its locks, and how to reach it."""

import hashlib
import json
import os
import secrets
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from daemon.embedded_server.private_folder import make_private_folder
from daemon.errors import ServerError

_MAX_SOCKET_PATH_BYTES = 100
"""sockaddr_un holds 108 bytes on Linux and 104 on macOS, the final NUL included."""
_SHORT = Path("/tmp")  # noqa: S108  (the folder made there is checked to be private)
"""Where the socket of a long path stands: the same for all processes, whatever their TMPDIR."""
_PORTS = range(20000, 32000)
"""Below the range that Linux takes for outgoing connections, so that none sits on ours by chance."""


@dataclass(frozen=True, slots=True)
class ServerAccess:
    """How to reach the embedded server; chosen once for a data folder and kept."""

    port: int
    password: str


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths below one data folder."""

    path: Path

    @property
    def holders_lock(self) -> Path:
        """Held shared by every process that uses the server."""
        return self.path / "holders.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server itself until it ends."""
        return self.path / "server.lock"

    @property
    def start_lock(self) -> Path:
        """Held while a process looks for the server and starts it."""
        return self.path / "start.lock"

    @property
    def up_lock(self) -> Path:
        """Held by `feedmill up`."""
        return self.path / "up.lock"

    @property
    def access_file(self) -> Path:
        """Port and password, readable by the owner only."""
        return self.path / "server.json"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.path / "server.log"

    @property
    def socket(self) -> Path:
        """The server's Unix socket; beside the data where its path is short enough."""
        beside = self.path / "server.sock"
        if len(os.fsencode(beside)) <= _MAX_SOCKET_PATH_BYTES:
            return beside
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return _SHORT / f"feedmill-{os.getuid()}-{name}" / "server.sock"

    def prepare(self) -> None:
        """Make the folder, and the socket's where it is another; both for the owner only."""
        make_private_folder(self.path)
        try:
            self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ServerError(f"{self.socket.parent} cannot be made: {error.strerror}") from error
        found = self.socket.parent.lstat()
        private = found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077
        if self.socket.parent != self.path and not (private and stat.S_ISDIR(found.st_mode)):
            raise ServerError(f"{self.socket.parent} is not a private folder of this user; remove it")

    def is_anothers(self) -> bool:
        """Return whether the folder is there and belongs to another user."""
        try:
            return self.path.stat().st_uid != os.geteuid()
        except FileNotFoundError:
            return False

    def read_access(self) -> ServerAccess | None:
        """Read port and password; None when none were chosen yet or the file is damaged."""
        try:
            found = json.loads(self.access_file.read_bytes())
            return ServerAccess(port=int(found["port"]), password=str(found["password"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def ensure_access(self) -> ServerAccess:
        """Return port and password for a start: those of before when the port is free, else new ones."""
        access = self.read_access()
        if access is not None and _is_free(access.port):
            return access
        password = access.password if access else secrets.token_hex(24)
        access = ServerAccess(port=_free_port(), password=password)
        part = self.access_file.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"port": access.port, "password": access.password}, file)
        part.replace(self.access_file)
        return access


def _free_port() -> int:
    for _ in range(100):
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        if _is_free(port):
            return port
    raise ServerError(f"no free port on 127.0.0.1 from {_PORTS.start} to {_PORTS.stop - 1}")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
