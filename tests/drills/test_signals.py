"""SIGTERM and SIGINT at random moments of every command: it ends, in silence, and leaves nothing behind.

FEEDMILL_DRILL_MOMENTS sets how many moments (60 when unset), FEEDMILL_DRILL_SEED which ones.
"""

import asyncio
import os
import random
import re
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from running import clean_environment

from daemon.demo.daemon_process import write_config
from daemon.demo.site_server import Newsroom
from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.operations import census_operations

MOMENTS = int(os.environ.get("FEEDMILL_DRILL_MOMENTS", "60"))
SEED = int(os.environ.get("FEEDMILL_DRILL_SEED", "1"))
AT_ONCE = 3
HANG_S = 120
ROOT = Path(__file__).parents[2]
MARK = "DRILLED_MOMENT"
LOUD = ("Traceback", "Exception ignored", "KeyboardInterrupt", "Fatal Python error", "a fault of feedmill")
HOOK = """
[[webhooks]]
name = "drill"
url = "http://127.0.0.1:9/"
secrets = ["whsec_ZHJpbGxkcmlsbGRyaWxsZHJpbGxkcmlsbGRyaWxs"]
"""
FIRST = (
    "daemon/__init__",
    "daemon/__main__",
    "daemon/entry",
    "feedmill/__init__",
    "feedmill/errors",
    "feedmill/_signals",
)
"""The modules that take the signals over; before them Python starts, and says its own words."""


@dataclass(frozen=True)
class Drilled:
    """A command, and within how many seconds of its start the signal comes."""

    words: tuple[str, ...]
    within_s: float = 2.0
    alone: bool = False
    """It holds its data folder: another one would end by itself."""


def commands(feed: str, folder: Path) -> list[Drilled]:
    page = folder / "page.html"
    return [
        Drilled(("up",), 8, alone=True),
        Drilled(("up", "--until-idle"), 8, alone=True),
        Drilled(("demo",), 10),
        Drilled(("scheduler", "--follow"), 4),
        Drilled(("scheduler", "--once"), 4),
        Drilled(("worker",), 5),
        Drilled(("worker", "--burst"), 5),
        Drilled(("web", "--port", "0"), 4),
        Drilled(("webhooks",), 4),
        Drilled(("metrics", "--listen", "127.0.0.1:0"), 3),
        Drilled(("metrics",)),
        Drilled(("tail", "--from-start"), 3),
        Drilled(("tail", "--no-follow")),
        Drilled(("consume", "--group", "a", "--", "cat"), 4),
        Drilled(("consume", "--group", "b", "--answers", "--", "sed", "-u", "s/.*/ok/"), 4),
        Drilled(("consume", "--group", "c", "--lines", "3", "--", "sleep", "0.2"), 4),
        Drilled(("feeds", "check", feed), 3),
        Drilled(("feeds", "list")),
        Drilled(("feeds", "why", feed)),
        Drilled(("backfill", feed, "--since", "2020-01-01"), 3),
        Drilled(("parse", feed)),
        Drilled(("clean", str(page))),
        Drilled(("clean", "--batch", str(folder / "batch.jsonl")), 3),
        Drilled(("backup", str(folder / "made.fmb")), 3),
        Drilled(("init", str(folder / "new"))),
        Drilled(("service", "install", "--user", "--into", str(folder / "units"))),
        *(Drilled((word,)) for word in ("status", "doctor", "ready", "groups", "replay", "url")),
        *(Drilled(words) for words in (("dead", "list"), ("config", "show"), ("config", "check"))),
    ]


@dataclass(frozen=True)
class Moment:
    """When which signals are sent to which command."""

    number: int
    drilled: Drilled
    signals: tuple[signal.Signals, ...]
    after_s: float


def moments(all_commands: Sequence[Drilled], count: int, rng: random.Random) -> list[Moment]:
    """Choose moments; every command comes before one comes twice."""
    chosen: list[Drilled] = []
    while len(chosen) < count:
        chosen += rng.sample(all_commands, len(all_commands))
    made = []
    for number, drilled in enumerate(chosen[:count]):
        signals = tuple(rng.choice((signal.SIGTERM, signal.SIGINT)) for _ in range(rng.choice((1, 1, 1, 2))))
        made.append(Moment(number, drilled, signals, rng.uniform(0, drilled.within_s)))
    return made


async def drill(moment: Moment, words: Sequence[str], folder: Path) -> list[str]:
    """Start a command, signal it, and say what was wrong with its end."""
    mark = f"{os.getpid()}-{moment.number}"
    with tempfile.TemporaryDirectory(prefix="fm-", dir="/tmp") as temporary:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "daemon", *words, *moment.drilled.words,
            env={**clean_environment(), "TMPDIR": temporary, MARK: mark, "PYTHONPATH": str(ROOT)}, cwd=folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            process_group=0,
        )  # fmt: skip
        said = asyncio.create_task(process.communicate())
        await asyncio.wait([said], timeout=moment.after_s)
        for number in moment.signals:
            if not said.done():  # Popen.send_signal would take the exit status from asyncio
                with suppress(ProcessLookupError):
                    os.kill(process.pid, number)
            await asyncio.wait([said], timeout=0.1)
        try:
            _, stderr = await asyncio.wait_for(said, HANG_S)
        except TimeoutError:
            process.kill()
            return ["it did not end"]
        wrong = faults(process.returncode, stderr.decode("utf-8", "replace"))
        wrong += [f"left running: {left}" for left in await still_running(mark)]
        if not (
            moment.drilled.words == ("demo",) and len(moment.signals) > 1
        ):  # a second one ends it at once
            wrong += [f"left behind: {name}" for name in os.listdir(temporary)]  # noqa: PTH208
        return wrong


def faults(code: int | None, stderr: str) -> list[str]:
    """Judge an exit status and what was said."""
    wrong = [] if code in (0, 1, 2, -signal.SIGTERM, -signal.SIGINT) else [f"status {code}: {stderr[-600:]}"]
    if any(word in stderr for word in LOUD) and not interrupted_at_start(stderr):
        wrong.append(stderr[-1500:])
    return wrong


def interrupted_at_start(stderr: str) -> bool:
    """Tell whether Ctrl-C came while Python itself was starting, before any line of feedmill could run."""
    files = re.findall(r'File "([^"]+)"', stderr)
    ours = [path.removeprefix(f"{ROOT}/") for path in files if path.startswith(f"{ROOT}/")]
    late = [path for path in ours if not path.startswith((".venv/", *FIRST))]
    return bool(files) and not late and "KeyboardInterrupt" in stderr


async def still_running(mark: str) -> list[str]:
    """Wait until no process of the moment is left: the embedded server ends after its last holder."""
    for _ in range(HANG_S * 4):
        left = marked(mark)
        if not left:
            return []
        await asyncio.sleep(0.25)
    return left


def marked(mark: str) -> list[str]:
    """Give the command lines of the processes that the moment started, at whatever remove."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " ")[:200])
    return found


@pytest.mark.timeout(7200)
async def test_a_signal_at_any_moment_ends_any_command_and_leaves_nothing_behind() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="fm-", dir="/tmp") as name,
        Newsroom(datetime.now(UTC)) as newsroom,
    ):
        folder = Path(name)
        write_config(folder / "config", newsroom)
        settings = folder / "config" / "feedmill.toml"
        settings.write_text(settings.read_text() + HOOK)
        page = "<article><h1>Mill</h1>" + "<p>The mill by the river grinds wheat for the town again.</p>" * 8
        (folder / "page.html").write_text(page)
        (folder / "batch.jsonl").write_text(
            f'{{"id": "1", "url": "http://127.0.0.1/", "file": "{folder}/page.html"}}\n' * 200
        )
        words = ("--config", str(folder / "config"), "--data-dir", str(folder / "data"))
        feed = newsroom.feeds[0][0]
        with EmbeddedServer(DataFolder(folder / "data")) as server:
            made = moments(commands(feed, folder), MOMENTS, random.Random(SEED))
            places, alone = asyncio.Semaphore(AT_ONCE), asyncio.Lock()
            wrong: list[str] = []

            async def one(moment: Moment) -> None:
                async with places:
                    if moment.drilled.alone:
                        async with alone:
                            found = await drill(moment, words, folder)
                    else:
                        found = await drill(moment, words, folder)
                wrong.extend(f"{moment}: {fault}" for fault in found)

            await asyncio.gather(*(one(moment) for moment in made))
            with connect_blocking(server.socket_url) as client:
                ledger = SyncLedger(client, Keys())
                now = ledger.run(census_operations.count_all(ledger.keys))
                ids = [fields[b"id"] for _, fields in client.xrange(ledger.keys.stream())]
            assert not wrong, "\n".join(wrong)
            assert now.balanced
            assert len(ids) == len(set(ids))
