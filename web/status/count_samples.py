"""Keeps the counts of every ten minutes, so that a page can show how they went."""

import asyncio
import contextlib
from uuid import uuid4

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations.census_operations import record_count_sample

SPAN_MS = 10 * 60_000
"""Ms between two samples of the counts: the finest step that a plot of them can show."""
_CHECK_EVERY_S = 60.0
"""Seconds between two tries: of several gateways the first one in a span takes the sample."""


async def keep_samples(ledger: Ledger, stop: asyncio.Event) -> None:
    """Take samples until `stop` is set; of several gateways one takes each."""
    while not stop.is_set():
        with contextlib.suppress(LedgerError):  # the tail says that the server is away
            await ledger.run(record_count_sample(ledger.keys, span_ms=SPAN_MS, token=uuid4().hex))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _CHECK_EVERY_S)
