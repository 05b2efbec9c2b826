"""Sends a call to the ledger again until it can be reached."""

import asyncio
import time
from typing import TypeVar

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.errors import LedgerError, LedgerUnavailable
from feedmill._redis.outage import Backoff

T = TypeVar("T")

REMEMBERED_S = 50.0
"""Bounds the time for re-sending: the ledger remembers a call's token for a minute, then it is a new call."""


async def call_until(ledger: Ledger, call: Call[T], *, until: float) -> T:
    """Run a call, re-sent under its own token while the server cannot be reached.

    `until` is the time on the monotonic clock from which the lease that it is about is certainly over.
    While the server is away one caller tries again, and the others wait for it: many that try side by side
    take a processor and reach no more.
    Raises LedgerError: a temporary one after that, any other at once.
    """
    until = min(until, time.monotonic() + REMEMBERED_S)
    try:
        return await ledger.run(call)
    except LedgerUnavailable as error:
        alone = await _wait(ledger.away, until)
        if not alone:
            raise
        last_error: LedgerError = error
    except LedgerError as error:
        if not error.temporary:
            raise
        alone, last_error = False, error
    try:
        return await _call_again(ledger, call, until, last_error)
    finally:
        if alone:
            ledger.away.release()


async def _wait(away: asyncio.Lock, until: float) -> bool:
    try:
        async with asyncio.timeout(until - time.monotonic()):
            return await away.acquire()
    except TimeoutError:
        return False


async def _call_again(ledger: Ledger, call: Call[T], until: float, last_error: LedgerError) -> T:
    backoff = Backoff()
    while time.monotonic() < until:
        try:
            return await ledger.run(call)
        except LedgerError as error:
            if not error.temporary:
                raise
            last_error = error
        await asyncio.sleep(min(backoff.take_pause_s(), max(0.0, until - time.monotonic())))
    raise last_error
