"""Records in the ledger the requests that were made, soon and in batches.

Nothing waits for it, and losing its end (a process that is killed) loses counts, never work.
"""

import asyncio
import contextlib
import time
from collections import deque
from types import TracebackType
from typing import Self
from uuid import uuid4

from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations.site_request_operations import record_requests
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.request_audit_record import RequestSummary, build_request_record
from feedmill._ledger.server_clock import LedgerClock
from feedmill._net.client.exchange_record import Exchange

BATCH_SIZE = 50
"""Requests of one call: bounds how long its script blocks the server."""
MAX_QUEUED = 10_000
"""Requests that wait to be recorded while Redis is away; older ones are dropped, to bound the memory."""
FLUSH_TIMEOUT_S = 2.0
"""Seconds that the last batches may take at the end of a process; what is left is not recorded."""


class RequestLog:
    """A witness for the door; an async context manager that writes while it is open."""

    def __init__(self, rate_limiter: RateLimiter, clock: LedgerClock | None = None) -> None:
        """`clock` is asked for the times of requests, by the ledger's time, once that is noted."""
        self._clock = clock or LedgerClock()
        self._rate_limiter = rate_limiter
        self._waiting: deque[RequestSummary] = deque(maxlen=MAX_QUEUED)
        self._new = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()
        self._writer: asyncio.Task[None] | None = None

    def add_exchange(self, exchange: Exchange) -> None:
        """Take down one exchange."""
        self._waiting.append(RequestSummary.from_exchange(exchange))
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
            async with asyncio.timeout(FLUSH_TIMEOUT_S):
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
                batch = [self._waiting.popleft() for _ in range(min(BATCH_SIZE, len(self._waiting)))]
                with contextlib.suppress(LedgerError):  # counts are lost, work is not
                    await self._record(batch)
            self._written.set()

    async def _record(self, batch: list[RequestSummary]) -> None:
        rate_limiter, now = self._rate_limiter, time.monotonic()
        call = record_requests(
            rate_limiter.keys,
            requests=[build_request_record(summary, now, self._clock()) for summary in batch],
            per_site=rate_limiter.pace.per_site,
            gap_ms=rate_limiter.pace.gap_ms,
            most_ms=rate_limiter.pace.max_gap_ms,
            token=uuid4().hex,
            at_ms=self._clock.at_ms(now),
        )
        await rate_limiter.run(call)
