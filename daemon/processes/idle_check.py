"""Decides when `feedmill up --until-idle` is done."""

import asyncio

import structlog

from config.load import LoadedConfig
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations import census_operations

log = structlog.get_logger()

_CHECK_EVERY_S = 0.2
"""Seconds between two counts of what is left: bounds how long `--until-idle` runs on for nothing."""
_MAX_GATE_WAIT_S = 10.0
"""Seconds that a site's gate is waited for; what stands behind a longer wait is deferred."""


def is_idle(census: Census, patience_ms: float) -> bool:
    """Return whether nothing is under way and nothing could start within so many milliseconds.

    A site that answered 429 or 503 is closed for minutes: its due feeds and ready pages wait for no work.
    Nor do all while the line is down, and pages while a stream is full.
    """
    if census.idle:
        return True
    if census.leased or census.feeds_leased or (census.held and not census.full):
        return False
    if census.offline_ms is not None or "all" in census.paused:
        return True
    waits = [
        wait
        for count, wait in (
            (0 if census.full else census.ready, census.next_page_in_ms),
            (census.feeds_due, census.next_feed_in_ms),
        )
        if count
    ]
    return all(wait is not None and wait > patience_ms for wait in waits)


async def wait_until_idle(url: str, loaded: LoadedConfig, stop: asyncio.Event) -> Census | None:
    """Set `stop` when nothing is due, ready, leased or held, sites that closed their gate aside."""
    keys = Keys(loaded.settings.redis.prefix)
    patience_ms = max(_MAX_GATE_WAIT_S, 2 * loaded.settings.politeness.gap) * 1000
    async with connect(url) as client:
        ledger = Ledger(client, keys)
        while not stop.is_set():
            try:
                census = await ledger.run(census_operations.count_all(keys))
            except LedgerError as error:
                log.warning("ledger", said=str(error))
            else:
                if is_idle(census, patience_ms):
                    stop.set()
                    return census
            await asyncio.sleep(_CHECK_EVERY_S)
    return None
