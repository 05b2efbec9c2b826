"""The drills of rest: the line is down, the stream is full. Work rests, is said to, and goes on by itself."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.audit import Verdict, audit, read
from faults.drill import drain, until
from faults.mill import Mill
from faults.web import FakeWeb, fake_web

_STARTED_S = 180.0
_SMALL = """
[stream]
max_bytes = "1MiB"
hard_bytes = "1MiB"
protect = ["slow"]
"""
_FILLER = 6_000
_FILLERS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rested:
    """What a drill of rest found. Times in seconds."""

    seed: int
    verdict: Verdict
    noticed: float
    """From the cause until the log said so."""
    back: float
    """From the cause's end until an article came."""
    asked: int
    """Pages that were asked for meanwhile."""
    polls: int
    """Feed polls meanwhile."""
    rush: float
    """Polls a second in the five seconds after the end."""
    said: Counter[str]

    def figures(self) -> str:
        """Print what came out."""
        told = {name: self.said[name] for name in ("offline", "online", "stream_full", "stream_has_room")}
        return (
            f"seed {self.seed}: {self.verdict.figures()}\n  noticed after {self.noticed:.1f} s, "
            f"work {self.back:.1f} s after the end; meanwhile {self.polls} polls, {self.asked} pages; "
            f"then {self.rush:.1f} polls/s; said {told}; traces {self.said['traceback']}"
        )


@asynccontextmanager
async def _running(seed: int, more: str = "") -> AsyncIterator[tuple[FakeWeb, Mill]]:
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    async with fake_web(seed, sites=6, slowness=0.1) as web:
        mill = Mill(folder, more=more, lease=30)
        mill.configure(web.feeds())
        try:
            web.offer(20)
            await asyncio.to_thread(mill.start)
            await asyncio.to_thread(mill.await_server)
            await until(lambda: web.requests["a"] > 0, _STARTED_S)
            yield web, mill
        finally:
            mill.destroy()
    shutil.rmtree(folder, ignore_errors=True)


async def unplug(seed: int, *, lasts: float = 20.0) -> Rested:
    """Take the line away under load; no page may be worn out by it."""
    async with _running(seed) as (web, mill):
        web.offer(20)
        await web.unplug()
        began, polls, asked = time.monotonic(), mill.said()["poll"], web.requests["a"]
        noticed = await _said(mill, "offline", began)
        await asyncio.sleep(lasts)
        meanwhile = mill.said()["poll"] - polls
        pages = web.requests["a"] - asked
        await web.plug()
        ended, rush = time.monotonic(), web.requests["feed"]
        await until(lambda: web.requests["a"] > asked, _STARTED_S)
        back = time.monotonic() - ended
        await asyncio.sleep(5)
        rushed = (web.requests["feed"] - rush) / (time.monotonic() - ended)
        return await _end(web, mill, seed, noticed, back, (pages, meanwhile, rushed))


async def fill(seed: int, *, lasts: float = 8.0) -> Rested:
    """Let a protected group hold the stream back at its hard cap, then let it read."""
    async with _running(seed, _SMALL) as (web, mill):
        await drain(web, mill, 60)
        with mill.client() as client:
            client.xgroup_create(mill.keys.stream(), "slow", "0", mkstream=True)
            for _ in range(_FILLERS):
                client.xadd(mill.keys.stream(), {"event": "filler", "article": "x" * _FILLER})
        began, polls = time.monotonic(), web.requests["feed"]
        noticed = await _said(mill, "stream_full", began, limit=90)
        web.offer(20)
        await asyncio.sleep(2)  # pages that were begun may end
        asked = web.requests["a"]
        await asyncio.sleep(lasts)
        pages, meanwhile = web.requests["a"] - asked, web.requests["feed"] - polls
        with mill.client() as client:
            while given := client.xreadgroup("slow", "c", {mill.keys.stream(): ">"}, count=200):
                ids = [entry for entry, _ in given[0][1]]
                client.xack(mill.keys.stream(), "slow", *ids)
                fillers = [entry for entry, fields in given[0][1] if fields[b"event"] == b"filler"]
                if fillers:
                    client.xdel(mill.keys.stream(), *fillers)  # the audit knows of articles alone
        ended = time.monotonic()
        await until(lambda: web.requests["a"] > asked + pages, _STARTED_S)
        back = time.monotonic() - ended
        return await _end(web, mill, seed, noticed, back, (pages, meanwhile, 0.0))


async def _said(mill: Mill, event: str, began: float, *, limit: float = 60) -> float:
    await until(lambda: mill.said()[event] > 0, limit)
    return time.monotonic() - began


async def _end(  # noqa: PLR0917  the figures of one drill
    web: FakeWeb, mill: Mill, seed: int, noticed: float, back: float, counts: tuple[int, int, float]
) -> Rested:
    await drain(web, mill, 90)

    def judge() -> Verdict:
        doctor = mill.command("doctor").returncode
        with mill.client() as client:
            verdict = audit(web.books, read(client, mill.keys, doctor=doctor))
        verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
        return verdict

    verdict = await asyncio.to_thread(judge)
    await asyncio.to_thread(mill.stop)
    asked, polls, rush = counts
    return Rested(
        seed=seed,
        verdict=verdict,
        noticed=noticed,
        back=back,
        asked=asked,
        polls=polls,
        rush=rush,
        said=mill.said(),
    )
