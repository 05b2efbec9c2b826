"""Waits for a Redis that is gone: logs that once, tries again with back-off, logs when it is back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

import structlog

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.errors import LedgerError
from feedmill._redis.outage import Backoff, Outage

T = TypeVar("T")


class RetryingLedger:
    """The ledger for a process that outlives its server's absences.

    A call that got no answer is sent again, the same call with the same token, until it is answered. After
    `give_up` is set it raises instead.
    """

    def __init__(self, ledger: Ledger, give_up: asyncio.Event) -> None:
        self._ledger = ledger
        self._give_up = give_up
        self._log = structlog.get_logger()
        self._outage = Outage()

    @property
    def keys(self) -> Keys:
        """The keys that calls are built with."""
        return self._ledger.keys

    async def run(self, build: Callable[[Keys], Call[T]]) -> T:
        """Build one call and run it until it is answered; raises LedgerError for what no waiting can cure."""
        call = build(self._ledger.keys)
        return await self.retry_until_done(lambda: self._ledger.run(call))

    async def run_steps(self, steps: Generator[Call[Any], Any, T]) -> T:
        """Run calls that follow from one another, each until it is answered; raises LedgerError as `run`."""
        answer: Any = None
        try:
            while True:
                answer = await self.run(always_build(steps.send(answer)))
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]

    async def retry_until_done(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeat an attempt while it raises a temporary LedgerError."""
        backoff = Backoff()  # of this call: others wait beside it
        while True:
            try:
                result = await attempt()
            except LedgerError as error:
                if not error.temporary or self._give_up.is_set():
                    raise
                if self._outage.begin(time.monotonic()):
                    self._log.warning("redis_waiting", error=str(error))
            else:
                if self._outage.end(time.monotonic()) is not None:
                    self._log.info("redis_back")
                return result
            await wait_any(backoff.take_pause_s(), self._give_up)


def always_build(call: Call[T]) -> Callable[[Keys], Call[T]]:
    """Pass a call that is built already to `run`."""
    return lambda _: call


async def wait_any(seconds: float, *events: asyncio.Event) -> None:
    """Wait that long, or less when one of the events is set."""
    bells = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(bells, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for bell in bells:
            bell.cancel()
        await asyncio.gather(*bells, return_exceptions=True)
