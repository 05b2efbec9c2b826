"""A server of the drill's own, that may be given too little room, no time, or other data."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import redis
from redis.exceptions import RedisError

from daemon.embedded_server.server import find_server_binary
from feedmill._ledger.core.ledger_connections import connect_blocking

_TMPFS = 24 << 20
_BALLAST = "ballast"


def can_mount() -> bool:
    """Say whether this user may mount a tmpfs in a namespace of its own."""
    tried = subprocess.run([*_apart(), "true"], capture_output=True, check=False)
    return sys.platform == "linux" and tried.returncode == 0


def _apart() -> list[str]:
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *mapped]


class TroubledServer:
    """A real server with an append-only file, in a short folder; on a small disk if asked to."""

    def __init__(
        self, folder: Path, *, small_disk: bool = False, environ: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.data = folder / "disk"
        self.data.mkdir(parents=True)
        self.url = f"unix://{folder}/s?db=0"
        self._small = small_disk
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it and wait until it answers, LOADING too."""
        words = [str(find_server_binary()), "--port", "0", "--unixsocket", f"{self.folder}/s"]
        words += ["--dir", str(self.data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        words += ["--enable-debug-command", "yes", "--logfile", f"{self.folder}/log", *options]
        if self._small:
            mount = f'mount -t tmpfs -o size={_TMPFS} tmpfs {self.data} && exec "$@"'
            words = [*_apart(), "sh", "-c", mount, "sh", *words]
        self._process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self._environ
        )
        self._await()

    def _await(self) -> None:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with contextlib.suppress(RedisError), self.client() as client:
                client.ping()
                return
            time.sleep(0.05)
        raise TimeoutError((self.folder / "log").read_text()[-1000:])

    @contextlib.contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """Open a client; one that loads is an answer."""
        with connect_blocking(self.url) as client:
            try:
                yield client
            except redis.exceptions.BusyLoadingError:
                return

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def set(self, name: str, value: str) -> None:
        """Change a setting while it runs."""
        with self.client() as client:
            client.config_set(name, value)

    def fill_disk(self) -> None:
        """Leave nothing of its disk."""
        assert self._process is not None
        with (
            contextlib.suppress(OSError),
            Path(f"/proc/{self._process.pid}/root{self.data}/{_BALLAST}").open("wb", buffering=0) as ballast,
        ):
            while True:
                ballast.write(b"0" * 65536)

    def empty_disk(self) -> None:
        """Give the room back."""
        assert self._process is not None
        Path(f"/proc/{self._process.pid}/root{self.data}/{_BALLAST}").unlink()

    def keep_copy(self) -> Path:
        """Copy its data as a backup would: after an answered write has reached the disk."""
        time.sleep(1.2)  # everysec
        copy = self.folder / "yesterday"
        shutil.copytree(self.data, copy)
        return copy

    def restore(self, copy: Path) -> None:
        """Put the copy in the place of its data; it must be stopped."""
        shutil.rmtree(self.data)
        shutil.copytree(copy, self.data)
