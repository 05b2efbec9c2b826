"""Waits for a Redis that is gone: logs that once, tries again with back-off, logs when it is back."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

import structlog

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger import Ledger
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.errors import LedgerError

T = TypeVar("T")
FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 2.0


class RetryingLedger:
    """The ledger for a process that outlives its server's absences.

    A call that got no answer is sent again, the same call with the same token, until it is answered. After
    `give_up` is set it raises instead.
    """

    def __init__(self, ledger: Ledger, give_up: asyncio.Event) -> None:
        self._ledger = ledger
        self._give_up = give_up
        self._log = structlog.get_logger()
        self._waiting = False

    @property
    def keys(self) -> Keys:
        """The keys that calls are built with."""
        return self._ledger.keys

    async def run(self, build: Callable[[Keys], Call[T]]) -> T:
        """Build one call and run it until it is answered; raises LedgerError for what waiting cannot mend."""
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
        delay = FIRST_PAUSE_S
        while True:
            try:
                result = await attempt()
            except LedgerError as error:
                if not error.temporary or self._give_up.is_set():
                    raise
                self._log_waiting(error)
            else:
                self._log_back()
                return result
            await wait_any(delay, self._give_up)
            delay = min(delay * 2, MAX_PAUSE_S)

    def _log_waiting(self, error: LedgerError) -> None:
        if not self._waiting:
            self._waiting = True
            self._log.warning("redis_waiting", error=str(error))

    def _log_back(self) -> None:
        if self._waiting:
            self._waiting = False
            self._log.info("redis_back")


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
