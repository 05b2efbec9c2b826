"""Replace feedmill under a running `feedmill up`, and kill its children one by one (test_replacement.py).

`up` of an older commit goes on with what it has loaded; each child that dies is started again by its old
name and old switches, and loads what lies there now. Articles appear and are corrected all along.
"""

import asyncio
import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from faults.audit import Arrival, Verdict, audit, read
from faults.drill import drain, until
from faults.mill import SETTINGS, STAND_IN, Mill
from faults.web import FakeWeb, fake_web
from receiver import SECRET, Receiver, receiving
from replaced_install import Installed
from running import children_of, processes_naming
from support import waiting

from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.operations.feed_operations import list_feeds
from web.http.listening_socket import bind_port

AHEAD = 24
LEASE_S = 45
"""A parser's child may take a share of it to start, also on a machine that has other things to do."""
OLD_CHILDREN = ("worker", "worker", "parser", "scheduler", "web", "webhooks")
"""What is killed of the old, in this order: the parser's child then comes back under the scheduler of old.

Workers first: those of 0.1.0 read a script's file when they first run it, and find none any more."""
NEW_CHILDREN = ("keeper", "horse", "parser")
"""What is killed then; the keeper is started by the `up` of old."""
CHARGE_NOTHING = frozenset({"ok", "unchanged", "not_modified", "gate", "stale"})
"""Outcomes of polls that count as no failure."""
OLD_PARSER_DIED = {"parser_crash": 1}
"""The scheduler of 0.1.0 charges the poll after its parser's child died: what is loaded stays as it is."""
FULL_TEXT_ALONE = '[pages]\nstand_in = "full"\n'


class ReplacedMill(Mill):
    """A mill whose processes come from an installed feedmill that is replaced under it."""

    def __init__(self, folder: Path, installed: Installed, receiver: Receiver) -> None:
        super().__init__(folder, lease=LEASE_S)
        self.installed = installed
        secret = base64.b64encode(SECRET).decode()
        self.hook = f'[[webhooks]]\nname = "r"\nurl = "{receiver.url}"\nsecret = "whsec_{secret}"\n'
        with bind_port("127.0.0.1", 0) as taken:
            self.port = taken.getsockname()[1]

    def write_settings(self, more: str = "") -> None:
        """Write feedmill.toml, with gateway and webhooks on."""
        settings = SETTINGS.format(processes=self.processes, lease=self.lease)
        settings = settings.replace("enabled = false", f"port = {self.port}")
        (self.site.config / "feedmill.toml").write_text(settings + self.hook + more)

    def spawn(self, *words: str, **environ: str) -> "subprocess.Popen[bytes]":
        """Start a command of what is installed."""
        own = {name: value for name, value in self.environ.items() if name not in {"PYTHONPATH", *STAND_IN}}
        command = [self.installed.python, *self.site.arguments(*words)[1:]]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, env={**own, **self.installed.environ, **environ}
            )

    def find(self, role: str) -> list[int]:
        """Find the living processes of a role: children of `up` or of those, or the server's keeper."""
        assert self.up is not None
        if role in {"keeper", "horse"}:
            return self.roles()[role]
        if role == "parser":
            parsers = processes_naming("scheduler.cage_child") | processes_naming("sandbox.parser_child")
            return [child for pid in self.find("scheduler") for child in children_of(pid) if child in parsers]
        named = processes_naming(str(self.site.data))
        return [pid for pid in children_of(self.up.pid) if role in named.get(pid, [])]

    def kill(self, pid: int) -> None:
        """Kill a process that `find` has found."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass(slots=True)
class Replaced:
    """What came out."""

    verdict: Verdict
    killed: list[str] = field(default_factory=list)
    polls: Counter[str] = field(default_factory=Counter)
    """Outcomes in the log, from the replacement on."""
    failing: list[str] = field(default_factory=list)
    """Feeds whose last polls failed."""
    old_ends: list[str] = field(default_factory=list)
    """Old processes that ended before they were killed: they came upon files of the new."""

    def figures(self) -> str:
        """Print them."""
        return (
            f"{self.verdict.figures()}\n  killed {dict(Counter(self.killed))}; polls {dict(self.polls)}; "
            f"failing {self.failing}; ended before {dict(Counter(self.old_ends))}"
        )


async def replace_running(make: Callable[[Path], Installed], seed: int) -> Replaced:
    """Run the old, replace it, kill its children one by one, and let everything come to its end."""
    folder = Path(tempfile.mkdtemp(prefix="replaced-", dir="/tmp"))
    installed = await asyncio.to_thread(make, folder / "installed")
    async with fake_web(seed, sites=6, slowness=0.1) as web, receiving() as receiver:
        mill = ReplacedMill(folder, installed, receiver)
        mill.configure(web.feeds())
        mill.write_settings()
        try:
            await asyncio.to_thread(mill.start)
            await asyncio.to_thread(mill.await_server)
            await until(lambda: len(mill.find("worker")) == mill.processes, 120)
            for pid in mill.find("worker"):
                await work_alone(web, mill, pid)
            begun = mill.log.stat().st_size
            await asyncio.to_thread(installed.replace)
            mill.write_settings(FULL_TEXT_ALONE)  # as the audit counts pages; the old does not know the key
            killed = [await kill_one(web, mill, role) for role in OLD_CHILDREN]
            renewed = mill.log.stat().st_size
            killed += [await kill_one(web, mill, role) for role in NEW_CHILDREN]
            await drain(web, mill, 90)
            found = await asyncio.to_thread(judge, web, mill)
            found.killed = killed
            read_log(mill, found, begun, renewed)
            async with asyncio.timeout(120):
                sent = {arrival.id for arrival in read_arrivals(mill)}
                await receiver.until(lambda: {one["data"]["id"] for one in receiver.log} >= sent)
            assert await asyncio.to_thread(mill.stop) == 0
        finally:
            mill.destroy()
    if found.verdict.clean:
        shutil.rmtree(folder)
    return found


async def work(web: FakeWeb) -> None:
    """Let articles appear, and wait until most have been asked for."""
    wanted = web.requests["a"] + AHEAD // 2
    web.offer(AHEAD)
    web.correct(3)
    await until(lambda: web.requests["a"] >= wanted, 120)


async def work_alone(web: FakeWeb, mill: ReplacedMill, pid: int) -> None:
    """Let one worker publish while the others stand: the old loads a script's file when it first runs it."""
    others = [other for other in mill.find("worker") if other != pid]
    for other in others:
        os.kill(other, signal.SIGSTOP)
    try:
        wanted = await asyncio.to_thread(count_articles, mill) + AHEAD // 2
        web.offer(AHEAD)
        web.correct(3)
        await waiting.until(lambda: count_articles(mill) >= wanted)
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def count_articles(mill: ReplacedMill) -> int:
    """Count what has been published."""
    with mill.client() as client:
        return int(client.xlen(mill.keys.stream()))


async def rest(web: FakeWeb) -> None:
    """Wait until every feed has been asked twice since the last link was: then there is nothing to parse."""
    await until(lambda: not web.books.waiting, 120)
    wanted = web.requests["feed"] + 3 * web.sites
    await until(lambda: web.requests["feed"] >= wanted, 120)


async def kill_one(web: FakeWeb, mill: ReplacedMill, role: str) -> str:
    """Kill the eldest process of a role under load, wait for the one in its place and for more articles.

    Of the parsers all: one that is left alone serves every feed.
    """
    await until(lambda: bool(mill.find(role)), 120)
    if role == "parser":
        await rest(web)  # a document is charged for the death of the child that reads it
    else:
        web.offer(AHEAD)
    before = mill.find(role)
    for pid in before if role == "parser" else [min(before, key=find_start)]:
        mill.kill(pid)
    came: set[int] = set()

    def has_come() -> bool:
        came.update(set(mill.find(role)) - set(before))
        return bool(came)

    if role == "parser":
        web.offer(AHEAD)  # it is started when it is needed
    await until(has_come, 120)
    assert came, f"no {role} came again"
    await work(web)
    return role


def find_start(pid: int) -> int:
    """Give the moment at which a process was started, in ticks since the machine's."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[19])
    return 0


def judge(web: FakeWeb, mill: ReplacedMill) -> Replaced:
    """Audit what came out, and look whether a feed was charged."""
    mill.await_server()
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        verdict = audit(web.books, read(client, mill.keys, doctor=doctor))
        states = SyncLedger(client, mill.keys).run(list_feeds(mill.keys))
    verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
    return Replaced(verdict, failing=[f"{one.url}: {one.outcome}" for one in states if one.failures])


def read_arrivals(mill: ReplacedMill) -> Sequence[Arrival]:
    """Read what has come into the stream."""
    with mill.client() as client:
        return read(client, mill.keys).arrivals


def read_log(mill: ReplacedMill, found: Replaced, begun: int, renewed: int) -> None:
    """Read what the log has since the replacement; traces only from where no process of old is left."""
    with mill.log.open("rb") as log:
        log.seek(begun)
        lines = log.read(renewed - begun).decode(errors="replace").splitlines()
        after = log.read().decode(errors="replace").splitlines()
    for line in (*lines, *after):
        with suppress(ValueError):
            event = json.loads(line)
            if event["event"] == "poll":
                found.polls[event["outcome"]] += 1
            if event["event"] == "child_ended" and event["code"] != -signal.SIGKILL:
                found.old_ends.append(event["child"])
    if any("Traceback" in line for line in after):
        found.verdict.wrong.append("a traceback in the log of the new")
