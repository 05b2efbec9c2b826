"""Lost replies: Redis did it, the caller never heard, and sends again. Nothing is doubled or forgotten."""

import asyncio
from pathlib import Path

import pytest
import redis
from faults.proxy import Cutter, proxy
from ledger_desk import Desk
from ledger_scene import BUILDERS, TOKENED, Scene, arguments, everything, scene

from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import ChargedAttempt

__all__ = ["scene"]


async def through(valkey_socket: Path, redis_url: str, cutter: Cutter, work: object) -> object:
    """Do blocking work on the test's database behind the proxy."""
    async with proxy(valkey_socket, cutter) as port:
        url = f"redis://127.0.0.1:{port}/{redis_url.rpartition('=')[2]}"
        with connect_blocking(url) as client:
            return await asyncio.to_thread(work, client)


def first(lost: int, *names: str) -> Cutter:
    """Lose the first replies to these commands."""
    return Cutter(lambda name, cuts: name in names and cuts < lost)


async def test_a_naive_append_is_doubled_when_its_reply_is_lost(valkey_socket: Path, redis_url: str) -> None:
    cutter = first(2, "XADD")

    def append(client: redis.Redis) -> int:
        client.xadd("naive", {"article": "one"})
        return client.xlen("naive")

    assert await through(valkey_socket, redis_url, cutter, append) == 3
    assert cutter.cuts == {"XADD": 2}


@pytest.mark.parametrize("name", TOKENED)
async def test_an_operation_whose_replies_are_lost_is_done_once(
    valkey_socket: Path, redis_url: str, desk: Desk, scene: Scene, name: str
) -> None:
    call = BUILDERS[name](desk.keys, **arguments(name, scene))
    cutter = first(2, call.script)

    def run(client: redis.Redis) -> object:
        return SyncLedger(client, desk.keys, now_ms=desk.now).run(call)

    heard = await through(valkey_socket, redis_url, cutter, run)
    after = everything(desk)
    assert cutter.cuts == {call.script: 2}
    assert desk.run(call) == heard
    assert everything(desk) == after, "what was sent once more must change nothing"
    desk.census()


async def test_a_page_is_charged_once_however_many_replies_to_begin_are_lost(
    valkey_socket: Path, redis_url: str, desk: Desk, scene: Scene
) -> None:
    call = BUILDERS["charge_attempt"](desk.keys, **arguments("charge_attempt", scene))
    cutter = first(3, "begin")
    work = lambda client: SyncLedger(client, desk.keys, now_ms=desk.now).run(call)  # noqa: E731
    assert await through(valkey_socket, redis_url, cutter, work) == ChargedAttempt(1)
    assert desk.client.hget(desk.keys.page(scene.page.id), "attempts") == b"1"
