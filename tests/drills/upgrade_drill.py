"""Upgrade a working feedmill role by role, and step back: python tests/drills/upgrade_drill.py COMMIT.

Processes of the tree at COMMIT and of this one work on one ledger while articles appear and are corrected;
one role after the other changes over, in both orders and both directions. The auditor and `feedmill doctor`
have the last word; feeds of odd links change over at rest. Not in `make test`: it needs the history.
"""

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path

from faults.audit import Verdict, audit, read
from faults.drill import drain, until
from faults.mill import ROOT
from faults.server import TroubledServer
from faults.trouble import TroubledMill
from faults.web import FakeWeb, fake_web
from odd_links_drill import judge_odd_links
from replaced_install import unpack_commit

ROLES = ("scheduler", "worker")
AHEAD = 24
Runs = dict[str, subprocess.Popen[bytes]]


@contextmanager
def tree_at(commit: str) -> Iterator[Path]:
    """Unpack the tree of a commit."""
    folder = Path(tempfile.mkdtemp(prefix="tree-", dir="/tmp"))
    unpack_commit(commit, folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


async def change(seed: int, before: Path, after: Path, roles: tuple[str, ...]) -> Verdict:
    """Change the roles over one by one, under load."""
    folder = Path(tempfile.mkdtemp(prefix="upgrade-", dir="/tmp"))
    server, runs = TroubledServer(folder / "redis"), Runs()
    async with fake_web(seed, sites=6, slowness=0.1) as web:
        mill = TroubledMill(folder, server)
        mill.configure(web.feeds())
        try:
            server.start()
            for role in ROLES:
                runs[role] = start(mill, role, before)
            await work(web)
            for role in roles:
                newer = start(mill, role, after)
                await work(web)
                older, runs[role] = runs[role], newer
                await end(older)
                await work(web)
            await drain(web, mill, 90)
            return await asyncio.to_thread(judge, web, mill)
        finally:
            await asyncio.gather(*(end(process) for process in runs.values()))
            server.stop()
            shutil.rmtree(folder)


def start(mill: TroubledMill, role: str, tree: Path) -> "subprocess.Popen[bytes]":
    """Start a role of a tree."""
    return mill.spawn(role, PYTHONPATH=str(tree))


async def end(process: "subprocess.Popen[bytes]") -> None:
    """End a role as an upgrade does."""
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 120) == 0


async def work(web: FakeWeb) -> None:
    """Let articles appear, and wait until most have been asked for."""
    wanted = web.requests["a"] + AHEAD // 2
    web.offer(AHEAD)
    web.correct(3)
    await until(lambda: web.requests["a"] >= wanted, 120)


def judge(web: FakeWeb, mill: TroubledMill) -> Verdict:
    """Audit what came out."""
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        verdict = audit(web.books, read(client, mill.keys, doctor=doctor))
    if mill.said()["traceback"]:
        verdict.wrong.append("a traceback in the log")
    return verdict


async def main(commit: str) -> int:
    """Drill both directions and both orders; answers 1 when something was found."""
    well = True
    with tree_at(commit) as other:
        for name, before, after in (("upgrade", other, ROOT), ("step back", ROOT, other)):
            for seed, roles in enumerate(permutations(ROLES), start=1):
                verdict = await change(seed, before, after, roles)
                well &= verdict.clean
                print(f"{name}, {' then '.join(roles)}: {verdict.figures()}")  # noqa: T201
        wrong, figures = await asyncio.to_thread(judge_odd_links, other, ROOT)
        well &= not wrong
        print("\n".join([*wrong, f"upgrade, odd links: {figures}"]))  # noqa: T201
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1] if sys.argv[1:] else "HEAD")))
