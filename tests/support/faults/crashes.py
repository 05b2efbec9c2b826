"""The crash drill: every place between two effects kills its process, under a working daemon."""

import asyncio
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from running import children_of

from daemon.embedded_server.server import EmbeddedServer
from faults.audit import Verdict, audit, read
from faults.drill import drain
from faults.fleet import fleet
from faults.mill import ROOT, Mill
from faults.points import arm, left, places
from faults.web import FakeWeb, fake_web

ROLES = ("scheduler", "scheduler", "worker", "worker", "worker")
_LEAP_AT = 4.0
"""When one feed leaves its readers a gap to fill, seconds after the start."""
_STEP_S = 0.5
_AHEAD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """What a crash drill found."""

    seed: int
    verdict: Verdict
    places: int
    crashes: int
    unreached: tuple[str, ...]
    deaths: int
    seconds: float

    def figures(self) -> str:
        """Print what came out."""
        return (
            f"seed {self.seed}, {self.seconds:.0f} s: {self.crashes} crashes at "
            f"{self.places - len(self.unreached)} of {self.places} places: {self.verdict.figures()}\n"
            f"  lives {self.deaths}; not reached {list(self.unreached)}"
        )


async def crash(seed: int, *, times: int = 1, limit: float = 120, calm: float = 8) -> Crashed:
    """Crash at every place so often, at most `limit` seconds, or until none is reached for `calm` s."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    armed = folder / "armed"
    arm(armed, places(), times=times)
    started = time.monotonic()
    async with fake_web(seed, sites=12, slowness=0.05) as web:
        path = os.pathsep.join(
            str(ROOT / "tests" / name) for name in ("support/faults/site", "support", "support/servers", "")
        )
        mill = Mill(folder, lease=2, PYTHONPATH=path, CRASH_FOLDER=str(armed))
        mill.configure(web.feeds())
        with EmbeddedServer(mill.folder):
            try:
                with fleet(mill, ROLES) as nurseries:
                    await _work(web, mill, nurseries, armed, random.Random(seed), Limits(limit, calm))
                    unreached = left(armed)
                    shutil.rmtree(armed)
                    await drain(web, mill, 60)
                verdict = await asyncio.to_thread(_judge, web, mill)
            finally:
                mill.destroy()
    deaths = mill.said()["life_over"]
    log = folder / "armed.log"
    crashes = len(log.read_text("ascii").splitlines()) if log.exists() else 0
    if verdict.clean:
        shutil.rmtree(folder, ignore_errors=True)
    return Crashed(
        seed=seed,
        verdict=verdict,
        places=len(places()),
        crashes=crashes,
        unreached=tuple(unreached),
        deaths=deaths,
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to go on, in seconds: in all, and without a crash."""

    all: float
    calm: float


async def _work(  # noqa: PLR0917  the parts of one drill
    web: FakeWeb, mill: Mill, nurseries: Mapping[int, str], armed: Path, rng: random.Random, limits: Limits
) -> None:
    """Offer stories and corrections, and stop a worker now and then: giving back is a step too."""
    count: Callable[[], int] = lambda: sum(1 for _ in armed.iterdir())  # noqa: E731
    started, last_at = time.monotonic(), float("inf")  # calm begins after the first crash
    last = count()
    leapt = False
    while last and (now := time.monotonic()) - started < limits.all and now - last_at < limits.calm:
        if web.books.waiting < _AHEAD:
            web.offer(8)
            web.correct(1)
        if not leapt and now - started > _LEAP_AT and web.requests["a"]:
            web.leap(0)
            leapt = True
        await asyncio.sleep(_STEP_S)
        if rng.random() < 0.05:
            workers = [
                child for pid, role in nurseries.items() if role == "worker" for child in children_of(pid)
            ]
            if workers:
                mill.send(rng.choice(workers), signal.SIGTERM)
        if (present := count()) != last:
            last, last_at = present, time.monotonic()


def _judge(web: FakeWeb, mill: Mill) -> Verdict:
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        verdict = audit(web.books, read(client, mill.keys, doctor=doctor))
    verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
    return verdict
