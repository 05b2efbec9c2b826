"""The long run: hours of a feed list in little time, measured for what grows: memory, open files, keys.

Eight hours of twenty feeds are about as many polls as `articles` times two; retention is short, so that the
stream reaches its size and stays there. Printed is the slope after the first third, by 1,000 articles.
"""

import asyncio
import contextlib
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from faults.audit import Verdict, audit, read
from faults.drill import drain, until
from faults.mill import Mill
from faults.web import FakeWeb, fake_web

ARTICLES_AN_HOUR = 120
_EVERY_S = 5.0
_AHEAD = 40
_PAGE = 4096
_SETTINGS = """
[stream]
keep = "7d"
max_bytes = "1MiB"
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: articles so far, and each measure by name."""

    articles: int
    measures: dict[str, float]


@dataclass(slots=True, kw_only=True)
class Ran:
    """What a long run found."""

    seed: int
    hours: float
    seconds: float
    verdict: Verdict
    samples: list[Sample] = field(default_factory=list)
    polls: int = 0

    def slopes(self) -> dict[str, tuple[float, float]]:
        """Give each measure's last value, and its growth by 1,000 articles after the first third."""
        late = self.samples[len(self.samples) // 3 :]
        names = sorted({name for sample in late for name in sample.measures})
        return {name: _slope(late, name) for name in names}

    def figures(self) -> str:
        """Print what came out."""
        rows = [
            f"  {name}: {last:,.0f}, {slope:+,.1f} by 1,000 articles"
            for name, (last, slope) in self.slopes().items()
        ]
        head = (
            f"seed {self.seed}: {self.hours:g} hours in {self.seconds:.0f} s, {self.polls} polls, "
            f"{len(self.samples)} samples: {self.verdict.figures()}"
        )
        return "\n".join([head, *rows])


def _slope(samples: list[Sample], name: str) -> tuple[float, float]:
    """Fit a line (least squares)."""
    points = [(s.articles, s.measures[name]) for s in samples if name in s.measures]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points) or 1.0
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return points[-1][1], rise * 1000


async def run_long(seed: int, hours: float) -> Ran:
    """Run so many hours' worth of articles and corrections."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    started = time.monotonic()
    articles = round(hours * ARTICLES_AN_HOUR)
    found = Ran(seed=seed, hours=hours, seconds=0.0, verdict=Verdict(0, 0, 0))
    async with fake_web(seed, sites=20, slowness=0.05) as web:
        mill = Mill(folder, more=_SETTINGS, lease=60)
        mill.configure(web.feeds())
        try:
            web.offer(_AHEAD)
            await asyncio.to_thread(mill.start)
            await asyncio.to_thread(mill.await_server)
            await until(lambda: web.requests["a"] > 0, 180)
            at = 0.0
            while len(web.books.stories) < articles:
                if web.books.waiting < _AHEAD:
                    web.offer(min(8, articles - len(web.books.stories)))
                    web.correct(1)
                if time.monotonic() >= at:
                    at = time.monotonic() + _EVERY_S
                    sample = await asyncio.to_thread(_measure, web, mill)
                    if sample is not None:
                        found.samples.append(sample)
                await asyncio.sleep(0.1)
            await drain(web, mill, 90)
            found.verdict = await asyncio.to_thread(_judge, web, mill)
            await asyncio.to_thread(mill.stop)
        finally:
            mill.destroy()
    found.seconds, found.polls = time.monotonic() - started, web.requests["feed"]
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _measure(web: FakeWeb, mill: Mill) -> Sample | None:
    """Look at every process that lasts, and at the server."""
    measures: dict[str, float] = {}
    roles = mill.roles()
    up = [] if mill.up is None else [mill.up.pid]
    for role, pids in (("up", up), *((role, roles[role]) for role in ("scheduler", "worker", "server"))):
        for pid in pids:
            with contextlib.suppress(OSError):
                kib = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE / 1024
                files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
                measures[f"{role} KiB"] = max(measures.get(f"{role} KiB", 0), kib)
                measures[f"{role} files"] = max(measures.get(f"{role} files", 0), files)
    with mill.client() as client:
        measures["redis used KiB"] = int(client.info("memory")["used_memory"]) / 1024
        measures["redis keys"] = client.dbsize()
        measures["stream entries"] = client.xlen(mill.keys.stream())
    return Sample(len(web.books.stories), measures)


def _judge(web: FakeWeb, mill: Mill) -> Verdict:
    """Audit what is left: retention has dropped the oldest articles, so counts alone tell of them."""
    with mill.client() as client:
        evidence = read(client, mill.keys, doctor=mill.command("doctor").returncode)
    whole = audit(web.books, evidence)
    made = evidence.census.published.get("created", 0)
    expected = len(web.books.of_kind("article"))
    verdict = Verdict(whole.offered, whole.corrections, whole.entries, stuck=whole.stuck)
    verdict.doubled = whole.doubled
    if made != expected:
        (verdict.lost if made < expected else verdict.doubled).append(f"{made} created of {expected}")
    return verdict
