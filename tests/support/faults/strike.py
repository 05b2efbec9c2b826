"""Faults: each kind is one method of Striker, chosen by a seed."""

import asyncio
import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from daemon.embedded_server import file_locks
from faults.mill import Mill

KILLS = ("scheduler", "worker", "horse", "tree", "server")
"""SIGKILL of each process, of all of them at once, and of the server, which returns after a while."""
STOPS = ("stop_worker", "stop_scheduler", "stop_server")
"""SIGSTOP, past the lease of the work it had."""
TERMS = ("term_scheduler", "term_worker", "term_up")
QUEUE = ("rq_delete", "rq_double", "rq_between", "rq_clean", "rq_forget")
"""RQ's own faults: jobs deleted, doubled, stuck between its queues, cleanups raced, everything forgotten."""
NEED_JOB = ("rq_delete", "rq_double", "rq_between")
KINDS = (*KILLS, "keeper", "up", *STOPS, *TERMS, *QUEUE)
_AWAY_S = 10.0
_WAIT_JOB = 100
"""Tenths of a second that a fault of the queue waits for a job."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that was done. `over`: seconds since the epoch when its cause was gone."""

    kind: str
    at: float
    over: float
    hit: int
    """Processes hit, or queue entries touched."""


@dataclass(slots=True)
class Striker:
    """Does faults to a mill."""

    mill: Mill
    rng: random.Random
    away_s: float = _AWAY_S
    """The server comes back after 0 to so many seconds."""
    done: list[Strike] = field(default_factory=list)

    async def strike(self, kind: str) -> Strike:
        """Do one fault of a kind; returns when its cause is gone, not when its effects are."""
        at = time.time()
        if kind.startswith("rq_"):
            hit = await self._queued(kind)
        elif kind.startswith("stop_"):
            hit = await self._stop(kind.removeprefix("stop_"))
        elif kind in ("server", "keeper"):
            hit = await self._server(kind)
        elif kind in ("tree", "up", "term_up"):
            hit = await self._whole(kind)
        else:
            term = kind.startswith("term_")
            hit = await self._one(kind.removeprefix("term_"), signal.SIGTERM if term else signal.SIGKILL)
        strike = Strike(kind, at, time.time(), hit)
        self.done.append(strike)
        return strike

    async def _find(self, role: str) -> list[int]:
        """Find the processes of a role; waits some seconds for one."""
        for _ in range(100):
            if found := self.mill.roles()[role]:
                return found
            await asyncio.sleep(0.1)
        return []

    async def _one(self, role: str, number: signal.Signals) -> int:
        for _ in range(20):  # a horse may be gone before it is hit
            found = await self._find(role)
            if not found:
                return 0
            if self.mill.send(self.rng.choice(found), number):
                return 1
        return 0

    async def _server(self, kind: str) -> int:
        """Kill the server (or its keeper, and by that the server) and let it come back after a while."""
        away = self.rng.uniform(0, self.away_s)
        found = await self._find(kind)
        held = await asyncio.to_thread(
            file_locks.take, self.mill.folder.start_lock
        )  # nobody starts one meanwhile
        try:
            hit = sum(self.mill.send(pid, signal.SIGKILL) for pid in found[:1])
            await asyncio.sleep(away if hit else 0)
        finally:
            os.close(held)
        return hit

    async def _whole(self, kind: str) -> int:
        up = self.mill.up
        assert up is not None
        roles = self.mill.roles()
        hit = 1
        if kind == "term_up":
            up.terminate()
        else:
            up.kill()
        if kind == "tree":
            victims = [
                pid for role in ("scheduler", "worker", "horse", "keeper", "server") for pid in roles[role]
            ]
            hit += sum(self.mill.send(pid, signal.SIGKILL) for pid in victims)
        await asyncio.to_thread(up.wait, 120)
        await asyncio.sleep(self.rng.uniform(0, 2))
        await asyncio.to_thread(self.mill.start)
        return hit

    async def _stop(self, role: str) -> int:
        """Stop a process, a worker with its horses, until its leases are over."""
        found = await self._find(role)
        if not found:
            return 0
        pid = self.rng.choice(found)
        stopped = [pid]
        if role == "worker":
            stopped += [horse for horse in self.mill.roles()["horse"] if _parent(horse) == pid]
        stopped = [one for one in stopped if self.mill.send(one, signal.SIGSTOP)]
        away = (
            self.mill.lease + self.rng.uniform(1, 3) if role != "server" else self.rng.uniform(1, self.away_s)
        )
        await asyncio.sleep(away)
        for one in stopped:
            self.mill.send(one, signal.SIGCONT)
        return len(stopped)

    async def _queued(self, kind: str) -> int:
        """Do a fault of the queue; one that needs a job keeps the workers from taking it until it is done."""
        if kind not in NEED_JOB:
            return await asyncio.to_thread(self._queue, kind)
        stopped: list[int] = []
        try:
            for _ in range(_WAIT_JOB):
                stopped += [
                    pid
                    for pid in self.mill.roles()["worker"]
                    if pid not in stopped and self.mill.send(pid, signal.SIGSTOP)
                ]
                if hit := await asyncio.to_thread(self._queue, kind):
                    return hit
                await asyncio.sleep(0.1)
            return 0
        finally:
            for pid in stopped:
                self.mill.send(pid, signal.SIGCONT)

    def _queue(self, kind: str) -> int:
        """Do to the queue what RQ has done to it."""
        with contextlib.suppress(Exception), self.mill.client() as client:
            queue = "rq:queue:feedmill"
            jobs = client.lrange(queue, 0, -1)
            if kind == "rq_delete":
                return int(client.delete(*(f"rq:job:{job.decode()}" for job in jobs))) if jobs else 0
            if kind == "rq_double":
                return int(client.rpush(queue, *jobs, *jobs)) if jobs else 0
            if kind == "rq_between":
                moved = 0
                while client.lmove(queue, f"{queue}:intermediate", "LEFT", "RIGHT"):
                    moved += 1
                return moved
            if kind == "rq_forget":
                names = list(client.scan_iter("rq:*"))
                return int(client.delete(*names)) if names else 0
            return _race_cleanups(client)
        return 0


def _race_cleanups(client: object) -> int:
    from rq import Queue  # noqa: PLC0415
    from rq.registry import StartedJobRegistry  # noqa: PLC0415

    queue = Queue("feedmill", connection=client, serializer="json")
    registry = StartedJobRegistry("feedmill", connection=client, serializer="json")
    for _ in range(20):
        registry.cleanup()
        _ = len(registry), queue.started_job_registry.count, queue.failed_job_registry.count
    return 20


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[1])
    return 0
