"""The drill of Redis's own troubles: no room, no disk, no time, other data. Each must be outlived."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from faults.audit import Verdict, audit, audit_restored, read
from faults.drill import drain, until
from faults.loss import processor_times, used_since
from faults.mill import Mill
from faults.server import TroubledServer, can_mount
from faults.web import FakeWeb, fake_web
from feedmill._ledger.core.ledger_connections import connect_blocking

AWAY = ("redis_waiting", "redis_away")
BACK = ("redis_back",)
_AHEAD = 24
GIVEN_UP_S = 120.0
"""After so long a drill gives up waiting for work to go on."""
_HEARD_S = 90.0
_SPIN = """
local function ms() local t = redis.call('TIME'); return t[1] * 1000 + t[2] / 1000 end
local ends = ms() + ARGV[1]
while ms() < ends do end
return 1
"""


class TroubledMill(Mill):
    """A mill on a server of the drill's own."""

    def __init__(self, folder: Path, server: TroubledServer) -> None:
        super().__init__(folder, lease=15, FEEDMILL_REDIS_URL=server.url)
        self.server = server

    @contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """Open a client of that server."""
        with connect_blocking(self.server.url) as client:
            yield client


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble, and how it was borne. Times in seconds."""

    kind: str
    lasted: float
    noticed: float | None
    """Until the log said so; None: it did not have to."""
    back: float
    """From its end until a page ended."""
    busy: float
    """Share of a processor that the daemon took meanwhile."""


@dataclass(slots=True, kw_only=True)
class Troubled:
    """What the drill found."""

    seed: int
    verdict: Verdict
    troubles: list[Trouble] = field(default_factory=list)
    tracebacks: int = 0
    seconds: float = 0.0

    def figures(self) -> str:
        """Print what came out."""
        lines = [
            f"seed {self.seed}, {self.seconds:.0f} s: {self.verdict.figures()}; traces {self.tracebacks}"
        ]
        for trouble in self.troubles:
            noticed = "not said" if trouble.noticed is None else f"said after {trouble.noticed:.1f} s"
            lines.append(
                f"  {trouble.kind} for {trouble.lasted:.1f} s: {noticed}, work after {trouble.back:.1f} s, "
                f"{trouble.busy:.0%} of a processor"
            )
        return "\n".join(lines)


Cause = Callable[[], Coroutine[None, None, None]]


@dataclass(slots=True)
class Drill:
    """The parts of one drill, and its troubles so far."""

    web: FakeWeb
    mill: TroubledMill
    found: Troubled

    async def bear(self, kind: str, begin: Cause, end: Cause, *, lasts: float, silent: bool = False) -> None:
        """Let a trouble begin under load, last, and end; work has to go on after it.

        Unless it is a `silent` one it lasts until the daemon has said it, at most _HEARD_S.
        """
        self.web.offer(_AHEAD)
        asked, polled = self.web.requests["a"], self.web.requests["feed"]
        await until(lambda: self.web.requests["a"] > asked, 60)
        await until(lambda: self.web.requests["feed"] > polled + self.web.sites, 60)  # nobody still waits
        began, used, said = time.monotonic(), processor_times(self.mill), self._said(AWAY)
        beginning = asyncio.create_task(begin())
        noticed: float | None = None

        def goes_on(passed: float) -> bool:
            return not silent and noticed is None and passed < _HEARD_S

        while (passed := time.monotonic() - began) < lasts or not beginning.done() or goes_on(passed):
            await asyncio.sleep(0.2)
            if noticed is None and self._said(AWAY) > said:
                noticed = time.monotonic() - began
            if noticed is None and not silent:
                self.web.offer(1)  # who has nothing to write notices nothing
        lasted = time.monotonic() - began
        busy = used_since(used, self.mill) / lasted
        await beginning
        await end()
        back = await self._back()
        self.found.troubles.append(Trouble(kind=kind, lasted=lasted, noticed=noticed, back=back, busy=busy))

    def _said(self, names: tuple[str, ...]) -> int:
        said = self.mill.said()
        return sum(said[name] for name in names)

    async def _back(self) -> float:
        """Wait until an article is appended."""
        ended, before = time.monotonic(), None
        self.web.offer(4)
        while (passed := time.monotonic() - ended) < GIVEN_UP_S:
            now = await asyncio.to_thread(self.mill.census)
            if now is not None:
                before = now.stream_length if before is None else min(before, now.stream_length)
                if now.stream_length > before:
                    break
            await asyncio.sleep(0.2)
        return passed


async def trouble(seed: int, *, lasts: float = 6.0, restored: bool = False) -> Troubled:
    """Make Redis's troubles, one after the other; `restored`: those that lose data instead of the others."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    started = time.monotonic()
    server = TroubledServer(folder / "redis", small_disk=not restored and can_mount())
    found = Troubled(seed=seed, verdict=Verdict(0, 0, 0))
    async with fake_web(seed, sites=6, slowness=0.1) as web:
        mill = TroubledMill(folder, server)
        mill.configure(web.feeds())
        try:
            await asyncio.to_thread(server.start)
            web.offer(_AHEAD)
            await asyncio.to_thread(mill.start)
            drill = Drill(web, mill, found)
            await (lose_data if restored else give_no_room)(drill, server, lasts)
            await drain(web, mill, 90)
            found.verdict = await asyncio.to_thread(_judge, web, mill, restored=restored)
            await asyncio.to_thread(mill.stop)
        finally:
            mill.destroy()
            server.stop()
    found.tracebacks, found.seconds = mill.said()["traceback"], time.monotonic() - started
    if found.verdict.clean:
        shutil.rmtree(folder, ignore_errors=True)
    return found


async def give_no_room(drill: Drill, server: TroubledServer, lasts: float) -> None:
    """Take memory, disk and time from the server."""
    in_thread = asyncio.to_thread

    async def fill_memory() -> None:
        with server.client() as client:
            used = int(client.info("memory")["used_memory"])
        await in_thread(server.set, "maxmemory", str(max(used - (64 << 10), 1 << 20)))

    await drill.bear(
        "memory limit", fill_memory, lambda: in_thread(server.set, "maxmemory", "0"), lasts=lasts
    )
    if can_mount():
        fill, empty = server.fill_disk, server.empty_disk
        await drill.bear("full disk", lambda: in_thread(fill), lambda: in_thread(empty), lasts=lasts)
    spinning: list[asyncio.Task[None]] = []

    def spin() -> None:
        with server.client() as client, connect_blocking(server.url) as patient:
            client.config_set("busy-reply-threshold", 100)
            patient.connection_pool.connection_kwargs["socket_timeout"] = lasts + 30
            patient.eval(_SPIN, 0, lasts * 1000)

    async def begin() -> None:
        spinning.append(asyncio.create_task(in_thread(spin)))

    async def end() -> None:
        await spinning[0]

    await drill.bear("busy script", begin, end, lasts=lasts)


async def lose_data(drill: Drill, server: TroubledServer, lasts: float) -> None:
    """Let the server load slowly, give it yesterday's data, then none."""
    in_thread = asyncio.to_thread

    async def nothing() -> None:
        return

    async def load() -> None:
        with server.client() as client:
            keys = int(client.dbsize())
        await in_thread(server.stop)
        await in_thread(server.start, "--key-load-delay", str(round(lasts * 150_000 / max(keys, 1))))

    await drill.bear("loading", load, nothing, lasts=lasts, silent=True)
    yesterday = await in_thread(server.keep_copy)
    drill.web.offer(_AHEAD)
    asked = drill.web.requests["a"]
    await until(lambda: drill.web.requests["a"] >= asked + _AHEAD // 2, 60)

    async def set_back() -> None:
        await in_thread(server.stop)
        await in_thread(server.restore, yesterday)
        await in_thread(server.start)

    await drill.bear("yesterday's data", set_back, nothing, lasts=lasts, silent=True)

    async def flush() -> None:
        with server.client() as client:
            client.flushall()

    await drill.bear("FLUSHALL", flush, nothing, lasts=lasts, silent=True)


def _judge(web: FakeWeb, mill: TroubledMill, *, restored: bool) -> Verdict:
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        evidence = read(client, mill.keys, doctor=doctor)
    if restored:
        listed = {story.number: story for site in range(web.sites) for story in web.listed(site)}
        verdict = audit_restored(web.books, evidence, listed.values())
    else:
        verdict = audit(web.books, evidence)
    verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
    return verdict
