"""The `feedmill` command as a real process, on folders of its own."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-P", "-m", "daemon")
SETTINGS = """
[network]
allow_private = ["127.0.0.0/8"]
[politeness]
gap = "0s"
[workers]
processes = 1
[web]
enabled = false
[logging]
format = "json"
"""


def clean_environment(**more: str) -> dict[str, str]:
    """Give this process's environment without what would configure feedmill."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FEEDMILL_")}
    return {**kept, "COLUMNS": "200", **more}


@dataclass(frozen=True, slots=True)
class Site:
    """A config folder and a data folder, and the command on them."""

    config: Path
    data: Path

    def write(self, *urls: str, settings: str = SETTINGS) -> None:
        """Write the feed list and the settings."""
        self.config.mkdir(exist_ok=True)
        feeds = "".join(f"[[feeds]]\nurl = {json.dumps(url)}\n" for url in urls)
        (self.config / "feeds.toml").write_text(feeds)
        (self.config / "feedmill.toml").write_text(settings)

    def arguments(self, *words: str) -> list[str]:
        """Give the whole command line."""
        return [*COMMAND, "--config", str(self.config), "--data-dir", str(self.data), *words]

    def run(self, *words: str, given: bytes = b"", **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        warm = _idle.pop() if _idle else Warm()
        done = warm.run(self.arguments(*words)[len(COMMAND) :], given, clean_environment(**environ))
        _idle.append(warm)
        return done

    def json(self, *words: str, **environ: str) -> Any:
        """Run a command that prints JSON."""
        done = self.run(*words, "--json", **environ)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command that goes on."""
        return subprocess.Popen(
            self.arguments(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment()
        )


class Warm:
    """A process that has imported feedmill; see tests/support/warm.py."""

    def __init__(self) -> None:
        self._line, other = socket.socketpair()
        with other:
            number = str(other.fileno())
            command = [sys.executable, "-P", str(Path(__file__).with_name("warm.py")), number]
            self._process = subprocess.Popen(command, pass_fds=[other.fileno()], env=clean_environment())
        self._answers = self._line.makefile("rb")
        atexit.register(self._end)

    def run(
        self, words: list[str], given: bytes, environ: dict[str, str], *, limit: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        """Have it run a command to its end."""
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("in", "out", "err")]
            for file, content in zip(files, (given, b"", b""), strict=True):
                file.write_bytes(content)
            asked = {"words": words, "cwd": str(Path.cwd()), "environ": environ, "files": [*map(str, files)]}
            self._line.settimeout(limit)
            self._line.sendall(json.dumps(asked).encode() + b"\n")
            pid = int(self._answers.readline())
            try:
                status = int(self._answers.readline())
            except TimeoutError:
                kill(pid)
                raise
            out, err = (file.read_text(encoding="utf-8") for file in files[1:])
        return subprocess.CompletedProcess(words, status, out, err)

    def _end(self) -> None:
        self._answers.close()
        self._line.close()
        self._process.wait()


_idle: list[Warm] = []
"""Those that nobody uses at the moment."""


def processes_naming(text: str) -> dict[int, list[str]]:
    """List the living processes whose command line holds a text, by process id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if any(text in word for word in words):
                found[int(entry.name)] = words
    return found


def keepers(data: Path) -> list[int]:
    """List the keepers of a data folder."""
    return [
        pid
        for pid, words in processes_naming(str(data)).items()
        if any("keeper.py" in word for word in words)
    ]


def children_of(pid: int) -> list[int]:
    """List the children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def kill(pid: int) -> None:
    """Kill one process, as a crash would."""
    os.kill(pid, signal.SIGKILL)
