"""The loop of a ticket: take pages through the gate, keep requests in flight, end in time."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from uuid import uuid4

from feedmill._ledger import page_calls
from feedmill._ledger.errors import LedgerError
from worker import limits
from worker.insist import insist
from worker.outcomes import Turn
from worker.turn import Desk

AT_A_TIME = 16
"""Pages taken at once: they have passed a gate and are to be requested promptly."""
DRAIN_S = 10.0
"""A ticket that takes no more pages awaits answers for so long; what is slower goes back for later."""
GROWN = 256 << 20
"""A horse that has grown by so many bytes takes no more pages: the next one is as small as its parent."""
PATIENCE_MS = 1500
"""A ticket with nothing in flight waits so long for the next gate to open, and else ends."""
_LOOK_AGAIN_MS = 1000
_BREATH_MS = 10
"""No taking more often than this: other horses may snatch what the ledger announced."""


class Run:
    """One ticket's work. Once `stop` is set: finishes the page in hand, gives back the rest."""

    def __init__(
        self, desk: Desk, owner: str, stop: asyncio.Event, *, told_time: Callable[[int], None] | None = None
    ) -> None:
        """`told_time` is told the ledger's time whenever pages are taken."""
        self._told_time = told_time
        self._desk = desk
        self._bench = desk.bench
        self._owner = owner
        self._stop = stop
        self._turns: dict[asyncio.Task[None], Turn] = {}
        self._taken = 0
        self._most = limits.resident() + GROWN

    async def work(self) -> int:
        """Work until there is enough or nothing to do; answers the pages taken. Raises LedgerError."""
        ends = time.monotonic() + self._bench.seconds
        stopping = asyncio.create_task(self._stop.wait())
        extending = asyncio.create_task(self._extend())
        try:
            while not self._done(ends):
                wait_ms = await self._refill()
                if not self._turns and wait_ms > PATIENCE_MS:
                    break
                await self._pause(stopping, wait_ms / 1000)
            drained = time.monotonic() + DRAIN_S
            while self._turns and time.monotonic() < drained and not self._stop.is_set():
                await self._pause(stopping, max(drained - time.monotonic(), 0))
            await self._leave("shutdown" if self._stop.is_set() else "time")
        finally:
            for task in (stopping, extending, *self._turns):
                task.cancel()
        return self._taken

    def _done(self, ends: float) -> bool:
        """Tell whether this horse takes no more pages."""
        enough = self._taken >= self._bench.pages or time.monotonic() >= ends or self._stop.is_set()
        return enough or limits.resident() > self._most

    async def _refill(self) -> float:
        """Fill the free places; answers for how many ms there is nothing to take."""
        bench = self._bench
        places = min(bench.in_flight - len(self._turns), bench.pages - self._taken, AT_A_TIME)
        if places <= 0:
            return PATIENCE_MS
        sent = time.monotonic()
        until = sent + bench.lease_ms / 1000
        call = page_calls.take_pages(
            bench.keys,
            owner=self._owner,
            limit=places,
            lease_ms=bench.lease_ms,
            per_site=bench.pace.per_site,
            gap_ms=bench.pace.gap_ms,
            token=uuid4().hex,
        )
        taken = await insist(self._desk.ledger, call, until=until)
        if self._told_time is not None:
            self._told_time(taken.now_ms)
        for page in taken.pages:
            turn = Turn(page, until, sent)
            self._turns[asyncio.create_task(self._desk.serve(turn))] = turn
        self._taken += len(taken.pages)
        if self._turns:
            return max(min(taken.next_in_ms or _LOOK_AGAIN_MS, _LOOK_AGAIN_MS), _BREATH_MS)
        return float("inf") if taken.next_in_ms is None else max(taken.next_in_ms, _BREATH_MS)

    async def _pause(self, stopping: asyncio.Task[bool], seconds: float | None) -> None:
        """Wait until a turn ends, the stop comes or the time is over; raises what a turn raised."""
        await asyncio.wait((stopping, *self._turns), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in self._turns if task.done()]:
            del self._turns[task]
            if not task.cancelled():
                task.result()

    async def _leave(self, reason: str) -> None:
        """Give back what is still on its way, then wait for the page in hand."""
        early = {task: turn for task, turn in self._turns.items() if not turn.at_desk}
        for task in early:
            task.cancel()
        await asyncio.gather(*early, return_exceptions=True)
        await asyncio.gather(
            *(self._desk.outcomes.give_back(turn, reason) for turn in early.values()),
            *(task for task in self._turns if task not in early),
        )

    async def _extend(self) -> None:
        """Prolong the leases while work goes on; a turn that lost its lease ends unless it is at the desk."""
        lease_s = self._bench.lease_ms / 1000
        while True:
            await asyncio.sleep(lease_s / 3)
            turns = dict(self._turns)
            if not turns:
                continue
            sent = time.monotonic()
            leases = [(turn.page.id, turn.page.token) for turn in turns.values()]
            call = page_calls.extend(self._bench.keys, leases=leases, lease_ms=self._bench.lease_ms)
            with contextlib.suppress(LedgerError):  # what ends is then found out where it matters
                held = await insist(self._desk.ledger, call, until=sent + lease_s / 3)
                for task, turn in turns.items():
                    if turn.page.id in held:
                        turn.until = sent + lease_s
                    elif not turn.at_desk:
                        task.cancel()
