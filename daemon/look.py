"""Reads the ledger for those who watch."""

from dataclasses import asdict, dataclass
from typing import Any

from feedmill._ledger import feed_calls, route_calls, watch_calls
from feedmill._ledger.answers import Census, FeedState
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill.groups import GroupState, group_states


@dataclass(frozen=True, slots=True)
class Look:
    """The ledger and its server at one moment."""

    census: Census
    feeds: list[FeedState]
    groups: list[GroupState]
    info: dict[str, Any]
    now_ms: int
    routes: list[route_calls.RouteState]


def look(url: str, prefix: str) -> Look:
    """Read counts, feeds and the server's INFO; raises LedgerError or the client's errors."""
    keys = Keys(prefix)
    with connect_sync(url) as client:
        ledger = SyncLedger(client, keys)
        census = ledger.run(watch_calls.census(keys))
        states = ledger.run(feed_calls.feeds(keys))
        seconds, micros = client.time()
        groups = group_states(client, prefix)
        return Look(
            census,
            states,
            groups,
            client.info(),
            seconds * 1000 + micros // 1000,
            ledger.run(route_calls.routes(keys)),
        )


def counts(census: Census) -> dict[str, Any]:
    """Give a census with what follows from it, for a program."""
    return {**asdict(census), "balanced": census.balanced, "idle": census.idle}
