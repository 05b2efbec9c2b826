"""Asking the ledger until it answers."""

import asyncio
import time
from typing import TypeVar

from feedmill._ledger.calls import Call
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.ledger import Ledger

T = TypeVar("T")

REMEMBERED_S = 50.0
"""The ledger answers a re-sent call for a minute; after that it would be a new one."""
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0


async def insist(ledger: Ledger, call: Call[T], *, until: float) -> T:
    """Run a call, re-sent under its own token while the server cannot be reached.

    `until` is the time on the monotonic clock from which the lease that it is about is certainly over.
    Raises LedgerError: a temporary one after that, any other at once.
    """
    until = min(until, time.monotonic() + REMEMBERED_S)
    pause = _FIRST_PAUSE_S
    while True:
        try:
            return await ledger.run(call)
        except LedgerError as error:
            if not error.temporary or time.monotonic() + pause > until:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_S)
