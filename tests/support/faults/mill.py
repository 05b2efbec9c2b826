"""The real daemon under test: `feedmill up` on folders of its own, and its processes by role."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
from running import Site, children_of, clean_environment, processes_naming

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all

ROOT = Path(__file__).parents[3]
"""The tree under test: the processes import from here, whatever is installed."""
SETTINGS = """
[network]
allow_private = ["127.0.0.0/8"]
contact = "tests@example.org"
[politeness]
gap = "0s"
per_site = 4
[polling]
min_interval = "1s"
max_interval = "3s"
[workers]
processes = {processes}
lease = "{lease}s"
attempts = 20
[web]
enabled = false
[logging]
format = "json"
"""
STAND_IN = {"FEEDMILL_PAGES_STAND_IN": "full"}
"""Pages come to their own ends, which the audit counts: only a feed's whole text stands in for one."""


class Mill:
    """A config folder, a data folder and the daemon on them."""

    def __init__(
        self, folder: Path, *, processes: int = 2, lease: int = 5, more: str = "", **environ: str
    ) -> None:
        """`more` are further lines of feedmill.toml."""
        self.site = Site(folder / "config", folder / "data")
        self.log = folder / "up.log"
        self.processes = processes
        self.lease = lease
        self.more = more
        self.keys = Keys()
        path = os.pathsep.join([str(ROOT), *environ.pop("PYTHONPATH", "").split(os.pathsep)]).rstrip(":")
        self.environ = clean_environment(PYTHONPATH=path, **STAND_IN, **environ)
        self.up: subprocess.Popen[bytes] | None = None

    def configure(self, feeds: Sequence[str], *, interval: str = "1s") -> None:
        """Write the configuration."""
        self.site.config.mkdir(parents=True, exist_ok=True)
        tables = (
            f'[[feeds]]\nurl = "{feed}"\nsource = "S{n}"\ninterval = "{interval}"\n'
            for n, feed in enumerate(feeds)
        )
        (self.site.config / "feeds.toml").write_text("".join(tables))
        settings = SETTINGS.format(processes=self.processes, lease=self.lease) + self.more
        (self.site.config / "feedmill.toml").write_text(settings)

    def start(self) -> None:
        """Start `feedmill up`; one that still dies is waited for."""
        for _ in range(100):
            self.up = self.spawn("up")
            with suppress(subprocess.TimeoutExpired):
                self.up.wait(0.5)
            if self.up.poll() is None:
                return
        raise RuntimeError(self.log.read_text()[-2000:])

    def _environ_of(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Give a process its environment; a tree of 0.1 refuses settings that it does not know."""
        tree = Path(environ.get("PYTHONPATH", str(ROOT)).partition(os.pathsep)[0])
        known = any("stand_in" in file.read_text() for file in (tree / "config").rglob("*.py"))
        own = {name: value for name, value in self.environ.items() if known or name not in STAND_IN}
        return {**own, **environ}

    def spawn(self, *words: str, **environ: str) -> "subprocess.Popen[bytes]":
        """Start a command that writes to the log."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.site.arguments(*words), stdout=log, stderr=log, env=self._environ_of(environ)
            )

    def stop(self, *, limit: float = 120) -> int:
        """Ask `up` to end; answers its exit code."""
        if self.up is None:
            return 0
        self.up.send_signal(signal.SIGTERM)
        return self.up.wait(limit)

    def destroy(self) -> None:
        """Kill whatever is left of it."""
        for _ in range(3):
            for pid in self._named():
                self.send(pid, signal.SIGKILL)
        if self.up is not None:
            self.up.wait()

    def command(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """Run another command of feedmill on it to its end."""
        return subprocess.run(
            self.site.arguments(*words), env=self.environ, capture_output=True, check=False, timeout=180
        )

    # Processes

    def send(self, pid: int, number: signal.Signals) -> bool:
        """Send a signal to one of its processes; False when there is none of that number any more.

        A number may have gone to a stranger since it was read: what gets the signal is looked at first.
        """
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        try:
            if not self._owns(pid):
                return False
            signal.pidfd_send_signal(process, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(process)
        return True

    def _owns(self, pid: int) -> bool:
        """Say whether a process names the data folder, or works in it as the server does."""
        data = str(self.site.data)
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
            return (
                data in words
                or any(word.startswith(f"{data}/") for word in words)
                or (Path(f"/proc/{pid}/cwd").readlink() == self.site.data.resolve())
            )
        return False

    def roles(self) -> dict[str, list[int]]:
        """Find the living processes of each role."""
        found: dict[str, list[int]] = {"scheduler": [], "worker": [], "keeper": [], "horse": [], "server": []}
        for pid, words in self._named().items():
            if any("keeper.py" in word for word in words):
                found["keeper"].append(pid)
            elif "daemon" in words:
                for role in ("scheduler", "worker"):
                    if role in words:
                        found[role].append(pid)
        horses = {child for pid in found["worker"] for child in _children(pid)}
        found["worker"] = [pid for pid in found["worker"] if pid not in horses]
        found["horse"] = sorted(horses)
        found["server"] = [child for pid in found["keeper"] for child in _children(pid)]
        return found

    def _named(self) -> dict[int, list[str]]:
        return {
            pid: words
            for pid, words in processes_naming(str(self.site.data)).items()
            if words and Path(words[0]).name.startswith(("python", Path(sys.executable).name))
        }

    # The server

    @property
    def folder(self) -> DataFolder:
        """Answer the data folder."""
        return DataFolder(self.site.data)

    @contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """Open a client of the embedded server, which is up or about to be."""
        with connect_blocking(EmbeddedServer(self.folder).socket_url) as client:
            yield client

    def census(self) -> Census | None:
        """Count everything; None while the server is away."""
        try:
            with self.client() as client:
                return SyncLedger(client, self.keys).run(count_all(self.keys))
        except Exception:  # noqa: BLE001  away, not there yet, loading …
            return None

    def await_server(self, limit: float = 180) -> None:
        """Wait until the server answers."""
        ends = time.monotonic() + limit
        while self.census() is None:
            if time.monotonic() > ends:
                raise TimeoutError("no server")
            time.sleep(0.05)

    def said(self) -> Counter[str]:
        """Count the events of the log; `page:OUTCOME` for pages, `traceback` for traces."""
        counted: Counter[str] = Counter()
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("Traceback"):
                counted["traceback"] += 1
            with suppress(ValueError, AttributeError, KeyError):
                told = json.loads(line)
                counted[told["event"]] += 1
                if told["event"] in {"page", "poll"}:
                    counted[f"{told['event']}:{told['outcome']}"] += 1
                if "exception" in told:
                    counted["traceback"] += 1
        return counted


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return children_of(pid)
    return []
