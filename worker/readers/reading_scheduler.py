"""Gives the processor to one page at a time; a long one is interrupted for a site that has used less."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol, TypeGuard

from worker.readers.site_shares import READ_BRIEFLY_MS, Claim, Shares, next_claim


class Interruptible(Protocol):
    """What reads a page and can be made to wait."""

    def used_ms(self) -> int | None:
        """Return the processor time that it has taken for its page; None where that is not known."""

    def pause(self) -> bool:
        """Stop it where it is; False: it holds too much memory to wait, or has ended."""

    def resume(self) -> None:
        """Resume its process."""

    def drop(self) -> bool:
        """End it so that its page is read from the start again; False: it is past what can be repeated."""


@dataclass(slots=True, eq=False)
class RunnableClaim(Claim):
    """A claim with what is needed to run it."""

    granted: asyncio.Event = field(default_factory=asyncio.Event)
    reading: Interruptible | None = None
    """None while the reading has not started, or cannot be interrupted."""
    counted_ms: int = 0
    """What its site was charged for it so far."""
    lost_ms: int = 0
    """What of that went into a reading that was dropped."""


class ReadingScheduler:
    """Grants the processor to claims; `shares` decides whose turn it is."""

    def __init__(self, shares: Shares, *, slice_ms: int = READ_BRIEFLY_MS) -> None:
        self._shares = shares
        self._slice_s = slice_ms / 1000
        self._claims: list[RunnableClaim] = []
        self._numbers = count()
        self._running: RunnableClaim | None = None
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def claim(self, site: str) -> AsyncIterator[RunnableClaim]:
        """Wait for the processor for a page of the site, and have it until the end of the block.

        The process that sets `reading` may be interrupted; the time that it did not run is not charged.
        """
        claim = RunnableClaim(site, next(self._numbers), self._shares.is_slow(site))
        self._claims.append(claim)
        try:
            self._choose_running()
            await claim.granted.wait()
            yield claim
        finally:
            self._claims.remove(claim)
            if self._running is claim:
                self._running = None
            self._choose_running()

    async def again(self, claim: RunnableClaim) -> None:
        """Wait anew for the processor, in the slow lane, after the claim's reading was dropped."""
        await claim.granted.wait()

    def settle(self, claim: RunnableClaim, used_ms: int) -> None:
        """Charge a claim's site with what its page really took, in place of what it was charged so far."""
        self._shares.add(claim.site, claim.lost_ms + used_ms - claim.counted_ms)
        self._shares.finish(claim.site, used_ms)
        claim.counted_ms = claim.lost_ms + used_ms

    def waiting_slow(self) -> Counter[str]:
        """Count the pages that wait for the slow lane, by site."""
        return Counter(claim.site for claim in self._claims if claim.slow and not claim.begun)

    def has(self, claim: RunnableClaim) -> bool:
        """Return whether a claim has the processor now."""
        return claim is self._running

    def _choose_running(self) -> None:
        """Decide which process runs: at the end of a page or of a slice, and when a page comes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        if self._running is not None:
            left_s = self._since + self._slice_s - loop.time()
            if left_s <= 0:
                self._end_slice(loop.time())
                left_s = self._slice_s
            if self._running is not None:
                if len(self._claims) > 1:
                    self._timer = loop.call_later(left_s, self._choose_running)
                return
        best = next_claim(self._claims, self._shares)
        if isinstance(best, RunnableClaim):
            self._run(best)
            if len(self._claims) > 1:
                self._timer = loop.call_later(self._slice_s, self._choose_running)

    def _end_slice(self, now: float) -> None:
        """Charge the running claim's site for its slice, and interrupt it if another site's turn has come."""
        running = self._running
        assert running is not None
        used_ms = running.reading.used_ms() if running.reading is not None else None
        ms = round((now - self._since) * 1000) if used_ms is None else self._new_ms(running, used_ms)
        self._since = now
        running.counted_ms += ms
        self._shares.add(running.site, ms)
        if used_ms is not None and used_ms < self._slice_s * 1000:
            return  # the machine is busy: it has not had its time yet
        others = [claim for claim in self._claims if claim is not running]
        if not running.slow and not any(claim.slow and claim.begun for claim in others):
            running.slow = True  # the slow lane is free
        if running.reading is not None:
            self._interrupt(running, others)

    @staticmethod
    def _new_ms(claim: RunnableClaim, used_ms: int) -> int:
        return max(0, claim.lost_ms + used_ms - claim.counted_ms)

    def _interrupt(self, running: RunnableClaim, others: list[RunnableClaim]) -> None:
        """Interrupt the page for a site that has used less, if one waits."""
        best = next_claim(others, self._shares)
        if not self._is_before(best, running):
            return
        assert running.reading is not None
        if best.begun or best.slow != running.slow:
            if running.reading.pause():
                self._running = None
        elif (
            running.slow
        ):  # another slow page's turn comes after this one; but the quick lane's may have come
            quick = next_claim([*others, running], self._shares)
            if self._is_before(quick, running) and running.reading.pause():
                self._running = None
        elif (
            running.reading.drop()
        ):  # both lanes are taken: it is read from the start when the slow one is free
            self._shares.finish(running.site, running.counted_ms)
            running.lost_ms = running.counted_ms
            running.slow, running.begun, running.reading = True, False, None
            running.granted.clear()
            self._running = None

    def _is_before(self, one: Claim | None, running: Claim) -> TypeGuard[Claim]:
        """Return whether a claim's site has used less than that of the running one."""
        if one is None or one is running:
            return False
        return self._shares.used_ms(one.site) < self._shares.used_ms(running.site)

    def _run(self, claim: RunnableClaim) -> None:
        self._running = claim
        self._since = asyncio.get_running_loop().time()
        claim.begun = True
        if claim.granted.is_set() and claim.reading is not None:
            claim.reading.resume()
        claim.granted.set()
