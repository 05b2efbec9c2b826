"""The journal of requests: what the door made is recorded in the ledger, soon and in batches.

Nothing waits for it, and losing its end (a process that is killed) loses counts, never work.
"""

import asyncio
import contextlib
import time
from collections import deque
from types import TracebackType
from typing import Self
from uuid import uuid4

from feedmill._ledger.clock import LedgerClock
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.gateway import Gateway
from feedmill._ledger.site_calls import record_sent
from feedmill._ledger.told import Told, sent_of
from feedmill._net.exchange import Exchange

BATCH = 50
MOST_WAITING = 10_000
LAST_WORDS_S = 2.0


class Journal:
    """A witness for the door; an async context manager that writes while it is open."""

    def __init__(self, gateway: Gateway, clock: LedgerClock | None = None) -> None:
        """`clock` tells when requests were made, by the ledger's time, once that is noted."""
        self._clock = clock or LedgerClock()
        self._gateway = gateway
        self._waiting: deque[Told] = deque(maxlen=MOST_WAITING)
        self._new = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()
        self._writer: asyncio.Task[None] | None = None

    def note(self, exchange: Exchange) -> None:
        """Take down one exchange."""
        self._waiting.append(Told.of(exchange))
        self._written.clear()
        self._new.set()

    async def __aenter__(self) -> Self:
        """Begin to write."""
        self._writer = asyncio.create_task(self._write(), name="journal")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left, as far as that can be done soon."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self.flush()
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def flush(self) -> None:
        """Wait until all that was noted is recorded."""
        await self._written.wait()

    async def _write(self) -> None:
        while True:
            await self._new.wait()
            self._new.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                with contextlib.suppress(LedgerError):  # counts are lost, work is not
                    await self._record(batch)
            self._written.set()

    async def _record(self, batch: list[Told]) -> None:
        gateway, now = self._gateway, time.monotonic()
        call = record_sent(
            gateway.keys,
            requests=[sent_of(told, now, self._clock()) for told in batch],
            per_site=gateway.pace.per_site,
            gap_ms=gateway.pace.gap_ms,
            most_ms=gateway.pace.most_ms,
            token=uuid4().hex,
            at_ms=self._clock.at_ms(now),
        )
        await gateway.run(call)
