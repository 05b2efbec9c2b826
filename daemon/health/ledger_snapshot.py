"""Reads the ledger's figures for doctor, metrics and page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import redis

from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations import feed_operations, rule_operations
from feedmill._ledger.operations.extraction_history_operations import REDESIGNED
from feedmill._metrics.gauges import GaugeReadings, read_gauges
from feedmill._site_credentials.credentials import LACKING
from feedmill.groups import GroupState

_STALE_LEASE_MS = 60_000
"""Ms after its end from which a lease counts as stale: upkeep returns expired ones within seconds."""
_MAX_SAMPLED = 200
"""Waiting pages whose reasons are read: enough to see that credentials are lacking."""
_MAX_READ_EVENTS = 200
"""Latest events of feeds and sites that are searched for redesigns: bounds what a look costs."""
_REDESIGN_MS = 86_400_000
"""Ms for which a redesign is shown: its template is learned anew within a day of most sites."""


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """The ledger and its server at one moment."""

    census: Census
    feeds: Sequence[FeedState]
    groups: Sequence[GroupState]
    info: Mapping[str, Any]
    now_ms: int
    routes: list[rule_operations.RouteState]
    stale: int
    """Leases that expired a minute ago and were not returned."""
    late_ms: int
    """How long the feed that is due longest has been due."""
    workers: int
    """Signed on to the queue."""
    lacking: int = 0
    """Of the next waiting pages, those that some host could not request as it lacks their credentials."""
    redesigned: tuple[str, ...] = ()
    """Sites whose new design was announced within a day, the latest first."""


def read_snapshot(url: str, prefix: str) -> LedgerSnapshot:
    """Read counts, feeds and the server's INFO; raises LedgerError or the client's errors."""
    keys = Keys(prefix)
    with connect_blocking(url) as client:
        feeds = SyncLedger(client, keys).run(feed_operations.list_feeds(keys))
        return complete_snapshot(client, prefix, read_gauges(client, prefix), feeds)


def complete_snapshot(
    client: redis.Redis, prefix: str, gauges: GaugeReadings, feeds: Sequence[FeedState]
) -> LedgerSnapshot:
    """Read what gauges and the list of feeds leave open; raises LedgerError or the client's errors."""
    keys = Keys(prefix)
    return LedgerSnapshot(
        census=gauges.census,
        feeds=feeds,
        groups=gauges.groups,
        info=gauges.info,
        now_ms=gauges.now_ms,
        routes=SyncLedger(client, keys).run(rule_operations.list_routes(keys)),
        stale=sum(
            client.zcount(leases, "-inf", gauges.now_ms - _STALE_LEASE_MS)
            for leases in (keys.page_leases(), keys.feed_leases())
        ),
        late_ms=gauges.late_ms,
        workers=gauges.workers,
        lacking=_count_lacking(client, keys) if gauges.census.ready + gauges.census.deferred else 0,
        redesigned=_list_redesigned(client, keys, gauges.now_ms),
    )


def _list_redesigned(client: redis.Redis, keys: Keys, now_ms: int) -> tuple[str, ...]:
    rows: Any = client.xrevrange(keys.events_stream(), min=now_ms - _REDESIGN_MS, count=_MAX_READ_EVENTS)
    sites = (
        fields[b"site"].decode("utf-8", "replace")
        for _, fields in rows
        if fields.get(b"event") == REDESIGNED.encode() and b"site" in fields
    )
    return tuple(dict.fromkeys(sites))


def _count_lacking(client: redis.Redis, keys: Keys) -> int:
    with client.pipeline(transaction=False) as pipe:
        waiting: Any = client.zrange(keys.pages_waiting(), 0, _MAX_SAMPLED - 1)
        for page_id in waiting:
            pipe.hget(keys.page(page_id.decode()), "reason")
        return sum(reason == LACKING.encode() for reason in pipe.execute())


def summarize_census(census: Census) -> dict[str, Any]:
    """Return a census with what follows from it, for a program."""
    return {**asdict(census), "balanced": census.balanced, "idle": census.idle}
