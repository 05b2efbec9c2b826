"""Running operations: script loading, both clients, and errors by name."""

import asyncio
import socket

import pytest
import redis
import redis.asyncio
from ledger_desk import found, story

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger, SyncLedger
from feedmill._ledger.core.ledger_connections import connect, connect_blocking
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.records import FeedSpec, PollRecord
from feedmill._ledger.core.script_values import decode_number
from feedmill._ledger.errors import LedgerError, LedgerFull, LedgerLoading, LedgerRefused, LedgerUnavailable
from feedmill._ledger.operations import census_operations, feed_operations, page_lease_operations

A = "http://a.example/feed"


async def test_a_server_that_forgot_the_scripts_gets_them_again(
    ledger: Ledger, keys: Keys, redis_client: redis.asyncio.Redis
) -> None:
    assert (await ledger.run(census_operations.count_all(keys))).balanced
    await redis_client.script_flush()
    assert (await ledger.run(census_operations.count_all(keys))).balanced


async def test_both_clients_see_one_ledger(
    ledger: Ledger, keys: Keys, redis_client_sync: redis.Redis
) -> None:
    other = SyncLedger(redis_client_sync, keys)
    await ledger.run(feed_operations.apply_feeds(keys, feeds=[FeedSpec(url=A, source="A")], token="1"))
    assert other.run(census_operations.count_all(keys)).feeds_due == 1


async def test_prefixes_keep_ledgers_apart(
    ledger: Ledger, keys: Keys, redis_client: redis.asyncio.Redis
) -> None:
    mine = Keys("mine")
    await ledger.run(feed_operations.apply_feeds(mine, feeds=[FeedSpec(url=A, source="A")], token="1"))
    assert (await ledger.run(census_operations.count_all(keys))).feeds == 0
    assert (await ledger.run(census_operations.count_all(mine))).feeds == 1
    others = {key async for key in redis_client.scan_iter() if not key.startswith(b"mine:")}
    assert others <= {keys.clock().encode()}  # of the census under the other prefix


async def test_without_a_given_time_the_servers_clock_counts(
    ledger: Ledger, keys: Keys, redis_client: redis.asyncio.Redis
) -> None:
    await ledger.run(feed_operations.apply_feeds(keys, feeds=[FeedSpec(url=A, source="A")], token="1"))
    seconds, _ = await redis_client.time()
    (state,) = await ledger.run(feed_operations.list_feeds(keys))
    assert state.next_at is not None
    assert abs(state.next_at - seconds * 1000) < 30_000


async def test_two_owners_never_get_the_same_page(ledger: Ledger, keys: Keys, redis_url: str) -> None:
    await ledger.run(feed_operations.apply_feeds(keys, feeds=[FeedSpec(url=A, source="A")], token="1"))
    claim = {"owner": "s", "limit": 1, "lease_ms": 9000, "per_site": 99, "gap_ms": 0}
    (feed,) = (await ledger.run(feed_operations.claim_due_feeds(keys, **claim, token="2"))).feeds
    stories = tuple(found(A, story(number)) for number in range(60))
    record = PollRecord(outcome="ok", ok=True, next_ms=1000, reason="r", found=stories)
    await ledger.run(
        feed_operations.record_poll(keys, feed_id=feed.id, lease=feed.token, record=record, token="3")
    )

    async def work(owner: str) -> list[str]:
        client = connect(redis_url)
        mine: list[str] = []
        for turn in range(10):
            take = claim | {"owner": owner, "limit": 3}
            answer = await Ledger(client, keys).run(
                page_lease_operations.claim_pages(keys, **take, token=f"{owner}-{turn}")
            )
            mine += [page.id for page in answer.pages]
        await client.aclose()
        return mine

    works = await asyncio.gather(*(work(f"w{n}") for n in range(4)))
    taken = [page_id for work_done in works for page_id in work_done]
    assert len(taken) == len(set(taken)) == 60


@pytest.mark.parametrize("url", ["unix:///nowhere/at/all", "redis://127.0.0.1:{port}/0"])
async def test_an_absent_server_is_named(url: str, keys: Keys) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = url.format(port=free.getsockname()[1])
    client = connect(address)
    with pytest.raises(LedgerUnavailable) as caught:
        await Ledger(client, keys).run(census_operations.count_all(keys))
    assert caught.value.operation == "census"
    assert caught.value.temporary
    await client.aclose()
    with connect_blocking(address) as blocking, pytest.raises(LedgerUnavailable):
        SyncLedger(blocking, keys).run(census_operations.count_all(keys))


async def test_a_wrong_argument_is_refused_by_name(ledger: Ledger, keys: Keys) -> None:
    wrong = Call("dead", keys, ("not a number",), decode_number)
    with pytest.raises(LedgerRefused) as caught:
        await ledger.run(wrong)
    assert str(caught.value).startswith("ledger: dead: ")
    assert not caught.value.temporary


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (redis.exceptions.ConnectionError("x"), LedgerUnavailable),
        (redis.exceptions.TimeoutError("x"), LedgerUnavailable),
        (redis.exceptions.BusyLoadingError("x"), LedgerLoading),
        (redis.exceptions.AuthenticationError("x"), LedgerRefused),
        (redis.exceptions.OutOfMemoryError("x"), LedgerFull),
        (redis.exceptions.ResponseError("OOM command not allowed"), LedgerFull),
        (redis.exceptions.ResponseError("MISCONF Errors writing to the AOF file"), LedgerFull),
        (redis.exceptions.ResponseError("ERR"), LedgerRefused),
        (redis.exceptions.ReadOnlyError("x"), LedgerUnavailable),
        (redis.exceptions.InvalidResponse("x"), LedgerRefused),
        (OSError("x"), LedgerUnavailable),
    ],
)
async def test_foreign_errors_become_the_ledgers(
    keys: Keys, foreign: Exception, ours: type[LedgerError]
) -> None:
    class Failing:
        async def evalsha(self, *_: object) -> None:
            raise foreign

    with pytest.raises(LedgerError) as caught:
        await Ledger(Failing(), keys).run(census_operations.count_all(keys))
    assert type(caught.value) is ours
