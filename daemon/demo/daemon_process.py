"""Runs the real daemon as the demo's child process: its config folder, its start, its end."""

import json
import subprocess
import sys
from collections.abc import Mapping
from os import getpid
from pathlib import Path
from signal import SIGTERM
from types import TracebackType
from typing import IO, Self

from daemon.demo.site_articles import NewsroomSite
from daemon.demo.site_server import Newsroom

_SETTINGS = """\
[network]
allow_private = ["127.0.0.0/8"]

[politeness]
per_site = 2
gap = "0.05s"

[polling]
interval = "2s"
min_interval = "2s"

[workers]
processes = 2

[web]
enabled = false

[logging]
format = "json"
"""
_STOP_S = 15
"""Seconds that the daemon may take to end on SIGTERM before SIGKILL ends it."""
_LOG_TAIL_LINES = 12
"""Lines of the daemon's log that are shown when it fails: enough for an error and what led to it."""


class DaemonChild:
    """`feedmill up` on folders of its own; a context manager that never leaves it running."""

    def __init__(self, config: Path, data: Path, log: Path, environ: Mapping[str, str]) -> None:
        folders = ["--config", str(config), "--data-dir", str(data)]
        self._command = [sys.executable, "-m", "daemon", *folders, "--tied-to", str(getpid()), "up"]
        self._environ = {name: value for name, value in environ.items() if not name.startswith("FEEDMILL_")}
        self._log = log
        self._sink: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._sink = self._log.open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=self._sink,
            stderr=self._sink,
            process_group=0,  # Ctrl-C is the demo's: it ends the daemon in order
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()
        if self._sink is not None:
            self._sink.close()

    @property
    def exit_status(self) -> int | None:
        """Return the exit status when the daemon has ended, else None."""
        return self._process.poll() if self._process else None

    def wait(self, seconds: float) -> int:
        """Wait for it to end by itself; raises subprocess.TimeoutExpired."""
        assert self._process is not None
        return self._process.wait(seconds)

    def stop(self) -> int:
        """End it by SIGTERM, as an operator does, and answer its exit status; SIGKILL when it stays."""
        assert self._process is not None
        self._process.send_signal(SIGTERM)
        try:
            return self.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def read_log_tail(self) -> str:
        """Return the last lines that it wrote."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LOG_TAIL_LINES:])


def write_config(folder: Path, newsroom: Newsroom) -> None:
    """Write feedmill.toml and feeds.toml for the newsroom's feeds."""
    folder.mkdir()
    (folder / "feedmill.toml").write_text(_SETTINGS, encoding="utf-8")
    tables = [_table(url, site) for url, site in newsroom.feeds]
    (folder / "feeds.toml").write_text("\n".join(tables), encoding="utf-8")


def _table(url: str, site: NewsroomSite) -> str:
    tags = json.dumps(list(site.tags))
    return f"[[feeds]]\nurl = {json.dumps(url)}\nsource = {json.dumps(site.name)}\ntags = {tags}\n"
