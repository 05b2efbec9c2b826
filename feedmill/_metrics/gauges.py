"""Measures the ledger and its server at one moment, for the gauges: a few reads, for any number of feeds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import redis

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all
from feedmill.groups import GroupState, group_states

QUEUE = "rq:queue:feedmill"
WORKERS = "rq:workers:feedmill"
"""RQ's LIST of tickets and SET of workers that are signed on."""
GaugeSample = tuple[str, tuple[str, ...], float]
"""Name without `feedmill_`, label values, value."""


@dataclass(frozen=True, slots=True)
class GaugeReadings:
    """Everything at one moment."""

    census: Census
    groups: list[GroupState]
    info: Mapping[str, Any]
    now_ms: int
    """The server's time."""
    late_ms: int
    """How long the feed that is due longest has been due."""
    tickets: int
    """That no worker has taken."""
    workers: int
    """Signed on to the queue."""


def read_gauges(client: redis.Redis, prefix: str) -> GaugeReadings:
    """Measure the ledger and its server; raises LedgerError or the client's errors."""
    keys = Keys(prefix)
    counted = SyncLedger(client, keys).run(count_all(keys))
    with client.pipeline(transaction=False) as pipe:
        pipe.info()
        pipe.time()
        pipe.zrange(keys.feed_due(), 0, 0, withscores=True)
        # Plain LLEN and SCARD: RQ's own counts clean up as they count, and can double a job.
        pipe.llen(QUEUE)
        pipe.scard(WORKERS)
        info, (seconds, micros), first, tickets, workers = pipe.execute()
    now_ms = seconds * 1000 + micros // 1000
    late_ms = max(0, now_ms - int(first[0][1])) if first else 0
    return GaugeReadings(counted, group_states(client, prefix), info, now_ms, late_ms, tickets, workers)


def list_gauge_samples(standing: GaugeReadings) -> Iterator[GaugeSample]:
    """List the samples of the metrics that definitions.py lists as measured."""
    yield from _list_server_samples(standing.info)
    yield from _list_ledger_samples(standing.census)
    yield "feeds_late_seconds", (), standing.late_ms / 1000
    yield "queue_tickets", (), standing.tickets
    yield "queue_workers", (), standing.workers
    for group in standing.groups:
        labels = (group.stream, group.group)
        if group.lag is not None:
            yield "group_lag_entries", labels, group.lag
        yield "group_pending_entries", labels, group.pending
        yield "group_oldest_seconds", labels, (group.oldest_age or 0) / 1000
        yield "group_dead_letters", labels, group.dead


def _list_server_samples(info: Mapping[str, Any]) -> Iterator[GaugeSample]:
    yield "redis_up", (), 1
    yield "redis_memory_bytes", (), info.get("used_memory", 0)
    yield "redis_memory_limit_bytes", (), info.get("maxmemory", 0)
    fine = all(
        info.get(field, "ok") == "ok" for field in ("aof_last_write_status", "aof_last_bgrewrite_status")
    )
    yield "redis_append_ok", (), int(fine)
    yield "redis_replicas", (), info.get("connected_slaves", 0)
    yield "redis_fragmentation_ratio", (), info.get("mem_fragmentation_ratio", 0)


def _list_ledger_samples(census: Census) -> Iterator[GaugeSample]:
    yield "feeds", ("listed",), census.feeds
    yield "feeds", ("due",), census.feeds_due
    yield "feeds", ("leased",), census.feeds_leased
    for state in ("ready", "deferred", "leased", "held", "dead"):
        yield "ledger_pages", (state,), getattr(census, state)
    yield "ledger_discovered", (), census.discovered
    for where, count in census.entries.items():
        yield "ledger_entries", (where,), count
    for outcome, count in census.settled.items():
        yield "ledger_settled", (outcome,), count
    for event, count in census.published.items():
        yield "ledger_published", (event,), count
    yield "ledger_balanced", (), int(census.balanced)
    yield "stream_entries", (), census.stream_length
    kinds = Counter(what.partition(":")[0] for what in census.paused)
    for kind, what in (("all", "all"), ("site", "sites"), ("feed", "feeds")):
        yield "paused", (what,), kinds[kind]
