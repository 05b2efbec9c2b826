"""The drill of wrong clocks: hosts that differ by minutes and years and jump, and a server that is set back.

Every process runs on libfaketime with a clock of its own, which the drill moves while it works. Real seconds
(the monotonic clock) stay what they are, as on a real machine.
"""

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from faults.audit import Verdict, audit, read
from faults.drill import drain, until
from faults.fleet import fleet
from faults.server import TroubledServer
from faults.trouble import TroubledMill
from faults.web import FakeWeb, fake_web

HOUR, YEARS = 3600, 10 * 365 * 86400
ROLES = ("scheduler", "scheduler", "worker", "worker")
STEPS: Sequence[tuple[str, tuple[int, ...]]] = (
    # seconds that each clock is off: two schedulers, two workers, the server
    ("hosts differ by minutes", (300, -420, 180, -240, 0)),
    ("hosts jump by an hour", (3600, -3600, -3600, 3600, 0)),
    ("hosts jump by ten years", (YEARS, -YEARS, YEARS, -YEARS, 0)),
    ("the server is set back by an hour", (0, 0, 0, 0, -HOUR)),
    ("the server is set ahead by two hours", (0, 0, 0, 0, HOUR)),
    ("all are right again", (0, 0, 0, 0, 0)),
)


def library() -> str:
    """Find libfaketime; empty where it is not installed."""
    places = ("/usr/lib", "/usr/local/lib", "/opt/homebrew/lib")
    names = ("*/faketime/libfaketime.so.1", "faketime/libfaketime*.1*", "libfaketime.so.1")
    found = (path for place in places for name in names for path in Path(place).glob(name))
    return str(next(found, ""))


@dataclass(slots=True)
class Clock:
    """One process's clock, in a file that libfaketime reads at every look."""

    path: Path

    def set(self, seconds: int) -> None:
        """Let it be so many seconds off."""
        new = self.path.with_suffix(".new")
        new.write_text(f"{seconds:+d}")
        new.replace(self.path)

    def environ(self) -> dict[str, str]:
        """Give what makes a process go by it."""
        return {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@dataclass(slots=True, kw_only=True)
class Clocked:
    """What the drill found."""

    seed: int
    verdict: Verdict
    resumed: dict[str, float] = field(default_factory=dict)
    """Seconds from each step until a page ended."""
    stolen: int = 0
    """Leases that were taken from living processes."""
    requests: dict[str, float] = field(default_factory=dict)
    """Feed polls a second in each step."""
    backwards: int = 0
    """Entries whose stream id is earlier than that of the one before."""
    years: int = 0
    """Different ones that the processes took it to be."""
    tracebacks: int = 0
    seconds: float = 0.0

    def figures(self) -> str:
        """Print what came out."""
        steps = "; ".join(
            f"{name}: work after {seconds:.1f} s, {self.requests[name]:.1f} polls/s"
            for name, seconds in self.resumed.items()
        )
        return (
            f"seed {self.seed}, {self.seconds:.0f} s: {self.verdict.figures()}\n"
            f"  {steps}\n  live leases taken {self.stolen}; stream ids going back {self.backwards}; "
            f"traces {self.tracebacks}"
        )


async def misdate(seed: int, *, articles: int = 20, lasts: float = 6.0) -> Clocked:
    """Move the clocks, step by step, while articles come; so many in each step, so many seconds."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    started = time.monotonic()
    clocks = [Clock(folder / f"clock-{number}") for number in range(len(ROLES) + 1)]
    for clock in clocks:
        clock.set(0)
    server = TroubledServer(folder / "redis", environ={**os.environ, **clocks[-1].environ()})
    found = Clocked(seed=seed, verdict=Verdict(0, 0, 0))
    async with fake_web(seed, sites=6, slowness=0.1) as web:
        mill = TroubledMill(folder, server)
        mill.configure(web.feeds())
        try:
            await asyncio.to_thread(server.start)
            with fleet(mill, ROLES, [clock.environ() for clock in clocks[:-1]]):
                web.offer(articles)
                await until(lambda: web.requests["a"] > 0, 180)
                for name, offsets in STEPS:
                    for clock, seconds in zip(clocks, offsets, strict=True):
                        clock.set(seconds)
                    await _step(web, mill, found, name, articles, lasts)
                await drain(web, mill, 90)
            found.verdict = await asyncio.to_thread(_judge, web, mill, found)
        finally:
            mill.destroy()
            server.stop()
    said = mill.said()
    found.stolen = said["page:lost"] + said["poll:stale"]
    found.tracebacks, found.seconds = said["traceback"], time.monotonic() - started
    if found.verdict.clean:
        shutil.rmtree(folder, ignore_errors=True)
    return found


async def _step(  # noqa: PLR0917  the parts of one drill
    web: FakeWeb, mill: TroubledMill, found: Clocked, name: str, articles: int, lasts: float
) -> None:
    began, polls = time.monotonic(), web.requests["feed"]
    first = await asyncio.to_thread(mill.census)
    web.offer(articles)
    web.correct(2)
    while (passed := time.monotonic() - began) < 180:
        now = await asyncio.to_thread(mill.census)
        if now is not None and first is not None and now.stream_length > first.stream_length:
            break
        await asyncio.sleep(0.2)
    found.resumed[name] = passed
    await asyncio.sleep(max(lasts - passed, 0))
    found.requests[name] = (web.requests["feed"] - polls) / (time.monotonic() - began)


def _judge(web: FakeWeb, mill: TroubledMill, found: Clocked) -> Verdict:
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        evidence = read(client, mill.keys, doctor=doctor)
    moments = pairwise(arrival.at for arrival in evidence.arrivals)
    found.backwards = sum(later < earlier for earlier, later in moments)
    found.years = len(set(re.findall(r'"time": "(\d{4})', mill.log.read_text(errors="replace"))))
    verdict = audit(web.books, evidence)
    verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
    return verdict
