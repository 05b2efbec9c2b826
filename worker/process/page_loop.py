"""Works off a ticket: takes pages through the gate, keeps requests in flight, ends in time."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from uuid import uuid4

from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations import page_lease_operations
from worker import process_limits
from worker.process.ledger_retry import call_until
from worker.process.page_runner import PageRunner, PageTask

CLAIM_BATCH = 16
"""Bounds the pages taken at once: they have passed a gate and are to be requested promptly."""
DRAIN_S = 10.0
"""Seconds that a ticket without new pages awaits responses; what is slower is returned for later."""
MAX_GROWTH_BYTES = 256 << 20
"""Bytes of growth from which a horse takes no more pages: the next one is as small as its parent."""
IDLE_WAIT_MS = 1500
"""Ms that a ticket with nothing in flight waits for the next gate to open, before it ends."""
MOST_WAITING = 2
"""A site whose pages are slow to read gets no more pages while so many of them wait here to be read."""
_RECHECK_MS = 1000
"""Longest time between two claims while pages are in flight: new ones may become ready meanwhile."""
_MIN_CLAIM_GAP_MS = 10
"""The shortest time between two takings: other horses may have what the ledger announced."""


class PageLoop:
    """One ticket's work. Once `stop` is set: the page in hand is finished, the rest returned."""

    def __init__(
        self,
        processor: PageRunner,
        owner: str,
        stop: asyncio.Event,
        *,
        on_ledger_time: Callable[[int], None] | None = None,
    ) -> None:
        """`on_ledger_time` is called with the ledger's time whenever pages are taken."""
        self._on_ledger_time = on_ledger_time
        self._processor = processor
        self._context = processor.context
        self._owner = owner
        self._stop = stop
        self._tasks: dict[asyncio.Task[None], PageTask] = {}
        self._claimed_count = 0
        self._max_pages = process_limits.read_resident_bytes() + MAX_GROWTH_BYTES

    async def run(self) -> int:
        """Work until there is enough or nothing to do; returns the pages taken. Raises LedgerError."""
        ends = time.monotonic() + self._context.ticket_s
        stopping = asyncio.create_task(self._stop.wait())
        extending = asyncio.create_task(self._extend())
        try:
            while not self._is_done(ends):
                wait_ms = await self._refill()
                if not self._tasks and wait_ms > IDLE_WAIT_MS:
                    break
                await self._pause(stopping, wait_ms / 1000)
            drained = time.monotonic() + DRAIN_S
            while self._tasks and time.monotonic() < drained and not self._stop.is_set():
                await self._pause(stopping, max(drained - time.monotonic(), 0))
            await self._shut_down("shutdown" if self._stop.is_set() else "time")
            await self._send_used_time()
        finally:
            for task in (stopping, extending, *self._tasks):
                task.cancel()
        return self._claimed_count

    def _is_done(self, ends: float) -> bool:
        """Return whether this horse takes no more pages."""
        enough = (
            self._claimed_count >= self._context.pages_per_ticket
            or time.monotonic() >= ends
            or self._stop.is_set()
        )
        return enough or process_limits.read_resident_bytes() > self._max_pages

    async def _refill(self) -> float:
        """Fill the free places; returns for how many ms there is nothing to take."""
        context = self._context
        slow = self._processor.processor.waiting_slow()
        places = min(self._places(slow.total()), context.pages_per_ticket - self._claimed_count, CLAIM_BATCH)
        if places <= 0:
            return IDLE_WAIT_MS
        sent = time.monotonic()
        until = sent + context.lease_ms / 1000
        call = page_lease_operations.claim_pages(
            context.keys,
            owner=self._owner,
            limit=places,
            lease_ms=context.lease_ms,
            per_site=context.pace.per_site,
            gap_ms=context.pace.gap_ms,
            used_ms=self._processor.shares.take_unsent_ms(),
            left_out=[site for site, waiting in slow.items() if waiting >= MOST_WAITING],
            words_after_ms=context.stand_in.wait_ms if context.stand_in.stand_in == "auto" else None,
            token=uuid4().hex,
        )
        taken = await call_until(self._processor.ledger, call, until=until)
        self._processor.shares.learn(taken.used_ms)
        if self._on_ledger_time is not None:
            self._on_ledger_time(taken.now_ms)
        for page in taken.pages:
            task = PageTask(page, until, sent)
            self._tasks[asyncio.create_task(self._processor.process_page(task))] = task
        self._claimed_count += len(taken.pages)
        if self._tasks:
            return max(min(taken.next_in_ms or _RECHECK_MS, _RECHECK_MS), _MIN_CLAIM_GAP_MS)
        return float("inf") if taken.next_in_ms is None else max(taken.next_in_ms, _MIN_CLAIM_GAP_MS)

    def _places(self, waiting_slow: int) -> int:
        """Count the free places; slow pages that wait to be read take none from the others, up to a bound."""
        most = self._context.in_flight
        return min(most - len(self._tasks) + waiting_slow, 2 * most - len(self._tasks))

    async def _pause(self, stopping: asyncio.Task[bool], seconds: float | None) -> None:
        """Wait until a page ends, the stop comes or the time is over; raises what a page's task raised."""
        await asyncio.wait((stopping, *self._tasks), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            if not task.cancelled():
                task.result()

    async def _shut_down(self, reason: str) -> None:
        """Return what is still on its way, then wait for the page in hand.

        At a ticket's end one that was interrupted is waited for, too.
        """
        early = {
            task: page_task for task, page_task in self._tasks.items() if not self._stays(page_task, reason)
        }
        for task in early:
            task.cancel()
        await asyncio.gather(*early, return_exceptions=True)
        await asyncio.gather(
            *(self._processor.return_page(task, reason) for task in early.values()),
            *(task for task in self._tasks if task not in early),
        )

    def _stays(self, task: PageTask, reason: str) -> bool:
        begun = task.claim is not None and task.claim.begun
        return self._processor.in_hand(task) or (begun and reason == "time")

    async def _send_used_time(self) -> None:
        """Send the ledger the processor time that pages took since the last taking."""
        used_ms = self._processor.shares.take_unsent_ms()
        if used_ms:
            call = page_lease_operations.note_used(self._context.keys, used_ms=used_ms, token=uuid4().hex)
            with contextlib.suppress(LedgerError):  # the next ticket is a little less fair
                await self._processor.ledger.run(call)

    async def _extend(self) -> None:
        """Prolong the leases while work goes on; a page that lost its lease ends unless it is in hand."""
        lease_s = self._context.lease_ms / 1000
        while True:
            await asyncio.sleep(lease_s / 3)
            tasks = dict(self._tasks)
            if not tasks:
                continue
            sent = time.monotonic()
            leases = [(task.page.id, task.page.token) for task in tasks.values()]
            call = page_lease_operations.extend_leases(
                self._context.keys, leases=leases, lease_ms=self._context.lease_ms
            )
            with contextlib.suppress(LedgerError):  # what ends is then found out where it matters
                held = await call_until(self._processor.ledger, call, until=sent + lease_s / 3)
                for task, page_task in tasks.items():
                    if page_task.page.id in held:
                        page_task.until = sent + lease_s
                    elif not self._processor.in_hand(page_task):
                        task.cancel()
