"""The drill of lost replies: a proxy between the daemon and Redis cuts replies, parts them, is silent."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from faults.audit import Verdict, audit, read
from faults.drill import drain, resumed, until
from faults.mill import Mill
from faults.proxy import Cutter, evenly, proxy
from faults.strike import Strike
from faults.web import FakeWeb, fake_web

CUT = frozenset({"take_pages", "begin", "resolve", "publish", "record_poll", "claim_due"})
"""Operations of which replies are lost before it is calm."""
_STEP_S = 0.3
_AHEAD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a drill of lost replies found."""

    seed: int
    verdict: Verdict
    cuts: Counter[str]
    back: dict[str, float]
    """Seconds from the end of a partition or a silence until a page ended."""
    busy: float
    """Share of a processor that the daemon took in the second half of its parting from Redis."""
    tracebacks: int
    seconds: float

    def figures(self) -> str:
        """Print what came out."""
        back = ", ".join(f"after a {name} {seconds:.1f} s" for name, seconds in self.back.items())
        return (
            f"seed {self.seed}, {self.seconds:.0f} s: {self.verdict.figures()}\n"
            f"  replies lost {sum(self.cuts.values())}: {dict(self.cuts)}\n"
            f"  back {back}; {self.busy:.0%} of a processor while parted; traces {self.tracebacks}"
        )


async def lose(seed: int, *, articles: int, at_least: int = 3, apart: float = 5, lease: int = 5) -> Lost:
    """Lose replies while articles come, then part the daemon from Redis, then let it wait without a word."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    started = time.monotonic()
    losing = evenly(seed, at_least=at_least, share=0.01)
    cutter = Cutter(lambda name, cuts: not calm.is_set() and losing(name, cuts))
    calm = asyncio.Event()
    async with fake_web(seed, slowness=0.1) as web:
        with EmbeddedServer(DataFolder(folder / "data")) as server:
            async with proxy(server.folder.socket, cutter) as port:
                url = f"redis://default:{server.access.password}@127.0.0.1:{port}/0"
                mill = Mill(folder, lease=lease, FEEDMILL_REDIS_URL=url)
                mill.configure(web.feeds())
                try:
                    await asyncio.to_thread(mill.start)
                    await _grow(web, articles // 3)
                    back, busy = await _part(web, mill, cutter, apart)
                    await _grow(web, articles)
                    await until(lambda: set(cutter.cuts) >= CUT, 120)
                    calm.set()
                    await drain(web, mill, 60)
                    verdict = await asyncio.to_thread(_judge, web, mill)
                    await asyncio.to_thread(mill.stop)
                finally:
                    mill.destroy()
    said = mill.said()
    if verdict.clean:
        shutil.rmtree(folder, ignore_errors=True)
    return Lost(
        seed=seed,
        verdict=verdict,
        cuts=cutter.cuts,
        back=back,
        busy=busy,
        tracebacks=said["traceback"],
        seconds=time.monotonic() - started,
    )


async def _grow(web: FakeWeb, articles: int) -> None:
    ends = time.monotonic() + 120
    while len(web.books.stories) < articles and time.monotonic() < ends:
        if web.books.waiting < _AHEAD:
            web.offer(min(6, articles - len(web.books.stories)))
            web.correct(1)
        await asyncio.sleep(_STEP_S)


async def _part(web: FakeWeb, mill: Mill, cutter: Cutter, apart: float) -> tuple[dict[str, float], float]:
    """Sever all connections for a while, then let them hang for a while; work has to go on each time."""
    back = {}
    web.offer(20)
    cutter.severed = True
    await asyncio.sleep(apart / 2)  # pages that were here already are read to their end: that is work
    before = processor_times(mill)
    await asyncio.sleep(apart / 2)
    busy = used_since(before, mill) / (apart / 2)
    cutter.severed = False
    back["partition"] = await _back("partition", web, mill)
    web.offer(20)
    cutter.silent = True
    await asyncio.sleep(apart)
    cutter.silent = False
    back["silence"] = await _back("silence", web, mill)
    return back, busy


async def _back(kind: str, web: FakeWeb, mill: Mill) -> float:
    now = time.time()
    return await resumed(web, mill, Strike(kind, now, now, 1), 120)


def processor_times(mill: Mill) -> dict[int, float]:
    """Read the processor seconds of each of the daemon's processes."""
    found = mill.roles()
    times = {}
    for pid in {*found["scheduler"], *found["worker"], *found["horse"]}:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
            times[pid] = (int(fields[11]) + int(fields[12])) / 100
    return times


def used_since(before: dict[int, float], mill: Mill) -> float:
    """Sum what the processes took since; of one that has ended nothing is known."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in processor_times(mill).items())


def _judge(web: FakeWeb, mill: Mill) -> Verdict:
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        verdict = audit(web.books, read(client, mill.keys, doctor=doctor))
    verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
    return verdict
