"""Reads the ledger for those who watch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from feedmill._ledger import feed_calls, route_calls
from feedmill._ledger.answers import Census, FeedState
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill._metrics.standing import measure
from feedmill.groups import GroupState

_STALE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Look:
    """The ledger and its server at one moment."""

    census: Census
    feeds: list[FeedState]
    groups: list[GroupState]
    info: Mapping[str, Any]
    now_ms: int
    routes: list[route_calls.RouteState]
    stale: int
    """Leases that expired a minute ago and that nobody has returned."""
    late_ms: int
    """How long the feed that is due longest has been due."""
    workers: int
    """Signed on to the queue."""


def look(url: str, prefix: str) -> Look:
    """Read counts, feeds and the server's INFO; raises LedgerError or the client's errors."""
    keys = Keys(prefix)
    with connect_sync(url) as client:
        ledger = SyncLedger(client, keys)
        standing = measure(client, prefix)
        return Look(
            census=standing.census,
            feeds=ledger.run(feed_calls.feeds(keys)),
            groups=standing.groups,
            info=standing.info,
            now_ms=standing.now_ms,
            routes=ledger.run(route_calls.routes(keys)),
            stale=sum(
                client.zcount(leases, "-inf", standing.now_ms - _STALE_MS)
                for leases in (keys.page_leases(), keys.feed_leases())
            ),
            late_ms=standing.late_ms,
            workers=standing.workers,
        )


def counts(census: Census) -> dict[str, Any]:
    """Give a census with what follows from it, for a program."""
    return {**asdict(census), "balanced": census.balanced, "idle": census.idle}
