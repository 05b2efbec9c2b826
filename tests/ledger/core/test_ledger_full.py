"""A server that is full, or that forgets scripts as fast as they come: everybody waits, nobody gives up."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import redis
import redis.asyncio
from newsroom import SETTINGS

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger, SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.errors import LedgerError, LedgerFull
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.operations.lease_recovery_operations import reap_leases
from scheduler.loops.rq_tickets import TicketQueue
from worker.main import make_worker_context
from worker.process.dead_horses import DeadHorses


@contextmanager
def full(client: redis.Redis) -> Iterator[None]:
    """Let the server's memory be used up."""
    client.config_set("maxmemory", 1)
    try:
        yield
    finally:
        client.config_set("maxmemory", 0)


async def test_scripts_forgotten_at_once_still_run(
    ledger: Ledger, keys: Keys, redis_client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = redis_client.script_load

    async def load_and_forget(source: str) -> str:
        sha: str = await load(source)
        await redis_client.script_flush()  # as a restart does
        return sha

    monkeypatch.setattr(redis_client, "script_load", load_and_forget)
    await redis_client.script_flush()
    assert (await ledger.run(count_all(keys))).balanced


def test_a_full_server_is_named_and_temporary(redis_client_sync: redis.Redis, keys: Keys) -> None:
    ledger = SyncLedger(redis_client_sync, keys)
    with full(redis_client_sync), pytest.raises(LedgerFull) as caught:
        ledger.run(reap_leases(keys, limit=10, max_attempts=3, token=uuid4().hex))
    assert caught.value.temporary


def test_tickets_of_a_full_server_are_a_matter_of_waiting(redis_client_sync: redis.Redis) -> None:
    tickets = TicketQueue(redis_client_sync, pages_per_ticket=16, processes=1)
    with full(redis_client_sync), pytest.raises(LedgerError) as caught:
        tickets.enqueue_missing(10)
    assert caught.value.temporary
    assert tickets.enqueue_missing(10) == 1


def test_the_end_of_a_horse_is_told_when_the_server_has_room_again(redis_url: str, keys: Keys) -> None:
    with connect_blocking(redis_url) as client:
        bench = make_worker_context(redis_url, SETTINGS)
        endings = DeadHorses(bench, SyncLedger(client, keys))
        client.sadd(keys.owner(bench.lease_owner(1)), "gone")
        with full(client):
            endings.add(1, "crash")  # the worker goes on
            with pytest.raises(LedgerFull):
                endings.return_leases()
        endings.return_leases()
        assert len(client.keys(keys.reply("*"))) == 1
