"""Reads the ledger for those who watch."""

from dataclasses import asdict, dataclass
from typing import Any

from feedmill._ledger import feed_calls, route_calls, watch_calls
from feedmill._ledger.answers import Census, FeedState
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill.groups import GroupState, group_states

_WORKERS = "rq:workers:feedmill"


@dataclass(frozen=True, slots=True)
class Look:
    """The ledger and its server at one moment."""

    census: Census
    feeds: list[FeedState]
    groups: list[GroupState]
    info: dict[str, Any]
    now_ms: int
    routes: list[route_calls.RouteState]
    stale: int
    """Leases that expired a minute ago and that nobody has returned."""
    late_ms: int
    """How long the feed that is due longest has been due."""
    workers: int
    """Signed on to the queue."""


_STALE_MS = 60_000


def look(url: str, prefix: str) -> Look:
    """Read counts, feeds and the server's INFO; raises LedgerError or the client's errors."""
    keys = Keys(prefix)
    with connect_sync(url) as client:
        ledger = SyncLedger(client, keys)
        census = ledger.run(watch_calls.census(keys))
        states = ledger.run(feed_calls.feeds(keys))
        seconds, micros = client.time()
        now_ms = seconds * 1000 + micros // 1000
        due: Any = client.zrange(keys.feed_due(), 0, 0, withscores=True)
        return Look(
            census=census,
            feeds=states,
            groups=group_states(client, prefix),
            info=client.info(),
            now_ms=now_ms,
            routes=ledger.run(route_calls.routes(keys)),
            stale=sum(
                client.zcount(leases, "-inf", now_ms - _STALE_MS)
                for leases in (keys.page_leases(), keys.feed_leases())
            ),
            late_ms=max(0, now_ms - int(due[0][1])) if due else 0,
            workers=client.scard(_WORKERS),
        )


def counts(census: Census) -> dict[str, Any]:
    """Give a census with what follows from it, for a program."""
    return {**asdict(census), "balanced": census.balanced, "idle": census.idle}
