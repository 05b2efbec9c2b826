"""`feedmill demo` as a person starts it: the real daemon, the real newsroom, every promise checked."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from daemon.demo.site_articles import read_articles, read_sites

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
COMMAND = [sys.executable, "-m", "daemon", "demo"]


def test_the_demo_keeps_every_promise() -> None:
    done = subprocess.run([*COMMAND, "--json"], capture_output=True, text=True, timeout=600, check=False)
    *articles, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert last["summary"]["broken"] == []
    assert (done.returncode, last["ok"]) == (0, True)
    assert done.stderr == ""
    everything = read_articles(NOW)
    created = [one for one in articles if one["event"] == "created"]
    updated = [one for one in articles if one["event"] == "updated"]
    assert len({one["id"] for one in created}) == len(created) == len(everything) == 32
    assert [(one["rev"], one["title"].split()[0]) for one in updated] == [(2, "Valmere")]
    assert {one["source"] for one in articles} == {site.name for site in read_sites().values()}
    fields = "event id rev title source url words stripped seconds"
    assert set(articles[0]) == set(fields.split())
    summary = last["summary"]
    assert (summary["feeds"], summary["pages"], summary["articles"], summary["dead"]) == (6, 33, 32, 0)


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
