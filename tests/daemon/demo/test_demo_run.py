"""`feedmill demo` as a person starts it: the real daemon, the real newsroom, every promise checked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.waiting import HANG_S

from daemon.demo.daemon_process import DaemonChild, write_config
from daemon.demo.site_server import Newsroom

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
COMMAND = [sys.executable, "-m", "daemon", "demo"]


def test_a_daemon_that_ends_at_once_is_noticed_with_its_last_words(tmp_path: Path) -> None:
    with Newsroom(NOW) as newsroom:
        write_config(tmp_path / "config", newsroom)
    (tmp_path / "config" / "feedmill.toml").write_text("[polling]\ninterval = 5\n", encoding="utf-8")
    child = DaemonChild(
        tmp_path / "config", tmp_path / "data", tmp_path / "log", {"FEEDMILL_REDIS_PREFIX": "x"}
    )
    with child:
        child.wait(HANG_S)
        assert child.exit_status == 2
    assert "interval" in child.read_log_tail()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """Give a folder whose path leaves room for a Unix socket's name."""
    with TemporaryDirectory(prefix="fm-", dir="/tmp") as name:
        yield Path(name)


def test_a_demo_that_is_interrupted_ends_with_1_and_leaves_nothing_behind(short_path: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(short_path)}
    with subprocess.Popen(COMMAND, env=environ, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        while not demo.stdout.readline().startswith("new"):
            assert demo.poll() is None
        demo.send_signal(signal.SIGINT)
        rest = demo.stdout.read()
    assert demo.returncode == 1
    assert rest.endswith("interrupted\n")
    assert list(short_path.iterdir()) == []
