"""Webhooks, sent: receivers that fail, processes that are killed, one sender among many."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
from gateway import append, client_of, story
from outages import LossyLine, OwnServer
from receiver import SECRET, Receiver, receiving

from config.sections.webhook_tables import ListedWebhook
from config.settings import Settings
from feedmill._group.group_keys import GroupKeys
from feedmill.dead_letters import Letters
from feedmill.groups import group_states
from web.webhooks.delivery_policy import ReceiverState as State
from web.webhooks.delivery_store import SENDER_NAME, DeliveryResult, DeliveryStore
from web.webhooks.main import run, send_ping

KEYS = GroupKeys("feedmill", "hook-r")
LOOPBACK = ("127.0.0.0/8",)


def hook(receiver: Receiver, **more: Any) -> ListedWebhook:
    given = {"start": "beginning", "allow_private": LOOPBACK, "back_off": 0.05, "timeout": 5.0}
    return ListedWebhook("r", receiver.url, (SECRET,), **(given | more))


@asynccontextmanager
async def sending(redis_url: str, *hooks: ListedWebhook) -> AsyncIterator[asyncio.Event]:
    """Send until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(run(redis_url=redis_url, settings=Settings(webhooks=hooks), stop=stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def send_all(redis_url: str, *hooks: ListedWebhook) -> dict[str, int]:
    settings = Settings(webhooks=hooks)
    return await run(redis_url=redis_url, settings=settings, stop=asyncio.Event(), until_idle=True)


def letters(client: redis.Redis) -> list[Any]:
    return Letters(client, "hook-r").latest()


async def dead_letters(client: redis.asyncio.Redis, count: int) -> None:
    """Wait for so many."""
    last, found = b"0", 0
    while found < count:
        ((_, rows),) = await client.xread({KEYS.dead(): last}, block=9000)
        last, found = rows[-1][0], found + len(rows)


def hook_state(client: redis.Redis) -> Any:
    (state,) = [one for one in group_states(client) if one.group == "hook-r"]
    return state


async def test_what_is_there_and_what_comes_is_sent_once_in_order(
    redis_url: str, redis_client: redis.asyncio.Redis, redis_client_sync: redis.Redis
) -> None:
    async with receiving() as receiver:
        entry = await append(redis_client, story(1))
        async with sending(redis_url, hook(receiver)):
            await receiver.until(lambda: len(receiver.log) == 1)
            await append(redis_client, story(1, rev=2), event="updated")
            await append(redis_client, story(2), event="listed")  # not among the usual events
            await append(redis_client, story(1, rev=3), event="retracted", reason="http_404")
            await receiver.until(lambda: len(receiver.log) == 3)
    assert receiver.revs(f"{1:016x}") == [1, 2, 3]
    first, _, last = receiver.log
    assert (first["type"], first["timestamp"]) == ("article.created", "2026-11-24T06:00:01.000Z")
    assert first["data"]["stream_id"] == entry
    assert first["data"]["article"]["text"] == story(1).text
    assert (last["data"]["article"], last["data"]["more"]) == (None, {"reason": "http_404"})
    state = hook_state(redis_client_sync)
    assert (state.lag, state.pending, state.dead, state.protected) == (0, 0, 0, True)
    assert state.hook.failures == 0
    assert redis_client_sync.hlen(KEYS.tries()) == 0


async def test_a_new_webhook_begins_with_what_comes_unless_told_otherwise(
    redis_url: str, redis_client: redis.asyncio.Redis
) -> None:
    await append(redis_client, story(1))
    async with receiving() as receiver:
        assert await send_all(redis_url, hook(receiver, start="end")) == {"r": 0}
        await append(redis_client, story(2))
        assert await send_all(redis_url, hook(receiver, start="end")) == {"r": 0}
    assert [one["data"]["id"] for one in receiver.log] == [f"{2:016x}"]


async def test_the_stream_of_a_route_is_sent_and_no_other(
    redis_url: str, redis_client: redis.asyncio.Redis
) -> None:
    await append(redis_client, story(1))
    entry: Any = (await redis_client.xrange("feedmill:articles"))[0]
    await append(redis_client, story(2))
    await redis_client.xadd("feedmill:articles:part", entry[1], id=entry[0])
    async with receiving() as receiver:
        await send_all(redis_url, hook(receiver, stream="part"))
    assert [one["data"]["id"] for one in receiver.log] == [f"{1:016x}"]


async def test_an_article_that_is_refused_waits_with_its_revisions_and_the_others_pass(
    redis_url: str, redis_client: redis.asyncio.Redis
) -> None:
    refused = Counter[str]()

    def answer(message: Any) -> int:
        data = message["data"]
        refused[data["id"]] += data["id"] == f"{1:016x}" and data["rev"] == 1
        return 500 if data["id"] == f"{1:016x}" and refused[data["id"]] <= 2 else 204

    await append(redis_client, story(1))
    await append(redis_client, story(1, rev=2), event="updated")
    for number in range(2, 12):
        await append(redis_client, story(number))
    async with receiving(answer=answer) as receiver, sending(redis_url, hook(receiver)):
        await receiver.until(lambda: len(receiver.log) == 12)
    assert receiver.revs(f"{1:016x}") == [1, 2]
    assert [one["data"]["rev"] for one in receiver.asked if one["data"]["id"] == f"{1:016x}"] == [1, 1, 1, 2]
    assert receiver.log[0]["data"]["id"] != f"{1:016x}"
    assert len({one for one in receiver.ids if receiver.ids.count(one) == 3}) == 1  # one id, three attempts


async def test_an_article_that_is_always_refused_is_a_dead_letter_and_may_be_tried_again(
    redis_url: str, redis_client: redis.asyncio.Redis, redis_client_sync: redis.Redis
) -> None:
    bad = {f"{1:016x}"}

    def refused(receiver: Receiver) -> int:
        return sum(one["data"]["id"] in bad for one in receiver.asked)

    async with receiving(answer=lambda one: 422 if one["data"]["id"] in bad else 200) as receiver:
        async with sending(redis_url, hook(receiver, deliveries=3)):
            await append(redis_client, story(1))
            await append(redis_client, story(1, rev=2), event="updated")
            for number in range(1, 7):  # others succeed, so the receiver is not taken to be down
                await receiver.until(lambda: refused(receiver) >= number)  # noqa: B023
                await append(redis_client, story(number + 1))
                await receiver.until(lambda: len(receiver.log) >= number)  # noqa: B023
            await dead_letters(redis_client, 2)
        two, one = letters(redis_client_sync)
        assert (one.fields["rev"], two.fields["rev"]) == ("1", "2")
        assert (one.deliveries, one.error) == (3, "HTTP 422: not now")
        assert hook_state(redis_client_sync).dead == 2
        bad.clear()
        assert Letters(redis_client_sync, "hook-r").retry([one.letter, two.letter]) == 2
        assert await send_all(redis_url, hook(receiver)) == {"r": 0}
        assert receiver.revs(f"{1:016x}") == [1, 2]
        assert hook_state(redis_client_sync).dead == 0


async def test_a_receiver_that_is_down_is_probed_and_gets_everything_when_it_is_back(
    redis_url: str, redis_client: redis.asyncio.Redis, redis_client_sync: redis.Redis
) -> None:
    down = [503]
    for number in range(30):
        await append(redis_client, story(number))
    async with receiving(answer=lambda _: down[0]) as receiver, sending(redis_url, hook(receiver)):
        await receiver.until(lambda: len(receiver.asked) >= 9)
        state = hook_state(redis_client_sync)
        assert state.hook.failures >= 3
        assert state.hook.said == "HTTP 503: not now"
        assert state.pending == 30
        down[0] = 200
        await receiver.until(lambda: len(receiver.log) == 30)
    assert letters(redis_client_sync) == []
    assert receiver.most_at_once <= 4
    assert hook_state(redis_client_sync).hook.failing is None


async def test_what_waited_too_long_for_a_receiver_is_dead_with_the_reason(
    redis_url: str, redis_client: redis.asyncio.Redis, redis_client_sync: redis.Redis
) -> None:
    for number in range(700):  # more than are looked at ahead
        await append(redis_client, story(number), at=f"{1000 + number}-0")
    dead = hook(Receiver(port=9), give_up=0.3)
    async with sending(redis_url, dead):
        await dead_letters(redis_client, 700)
    assert hook_state(redis_client_sync).pending == 0
    assert "given up: the receiver fails since" in letters(redis_client_sync)[0].error


@pytest.mark.parametrize(("allowed", "said"), [((), "forbidden_address"), (("::1",), "forbidden_address")])
async def test_a_private_receiver_is_reached_only_when_its_own_table_allows_it(
    redis_url: str, redis_client_sync: redis.Redis, allowed: tuple[str, ...], said: str
) -> None:
    async with receiving() as receiver, client_of(redis_url) as client:
        await append(client, story(1))
        assert await send_all(redis_url, hook(receiver, allow_private=allowed, back_off=60.0)) == {"r": 1}
    assert receiver.asked == []
    assert hook_state(redis_client_sync).hook.said.startswith(said)


async def test_the_port_of_another_service_is_refused() -> None:
    one = ListedWebhook("r", "http://127.0.0.1:6379/", (SECRET,), allow_private=LOOPBACK)
    assert (await send_ping(Settings(), one)).detail.startswith("forbidden_port")


async def test_a_redirect_is_no_success_and_is_not_followed(
    redis_url: str, redis_client: redis.asyncio.Redis
) -> None:
    await append(redis_client, story(1))
    async with receiving() as receiver:
        receiver.answer = lambda _: (307, {"location": receiver.url})
        assert await send_all(redis_url, hook(receiver, back_off=60.0)) == {"r": 1}
    assert len(receiver.asked) == 1


async def test_a_ping_is_signed_and_its_answer_is_told() -> None:
    async with receiving() as receiver:
        attempt = await send_ping(Settings(), hook(receiver))
    assert (attempt.is_delivered, attempt.detail) == (True, "HTTP 204")
    assert receiver.log == [{"type": "ping", "timestamp": None, "data": {"webhook": "r"}}]


async def test_only_who_has_the_lease_sends_and_a_late_answer_of_another_undoes_nothing(
    redis_client: redis.asyncio.Redis,
) -> None:
    await append(redis_client, story(1))
    old, new = (DeliveryStore(redis_client, KEYS, token) for token in ("old", "new"))
    taken = await old.claim_deliveries("0-0", 9, pending=False)
    assert taken is not None
    (one,) = taken.deliveries
    assert await new.claim_deliveries("0-0", 9, pending=True) is None
    await redis_client.delete(KEYS.alive(SENDER_NAME))  # its time is over
    again = await new.claim_deliveries("0-0", 9, pending=True)
    assert again is not None
    assert [found.id for found in again.deliveries] == [one.id]
    assert await old.claim_deliveries("0-0", 9, pending=False) is None
    assert not await old.record_result(
        DeliveryResult(delivery=one, action="failed", attempts=1, detail="x"), State(9, 1, 2)
    )
    assert await redis_client.hgetall(KEYS.hook()) == {}
    await old.release_lease()
    assert await redis_client.get(KEYS.alive(SENDER_NAME)) == b"new"
    assert not await old.record_result(
        DeliveryResult(delivery=one, action="sent"), State()
    )  # it was, so nobody sends it again
    assert await new.record_result(DeliveryResult(delivery=one, action="sent"), State())
    last = await new.claim_deliveries("0-0", 9, pending=True)
    assert last is not None
    assert last.deliveries == ()


async def test_answers_of_the_server_that_are_lost_cost_no_entry(
    redis_url: str, redis_client: redis.asyncio.Redis, valkey_socket: Path
) -> None:
    for number in range(40):
        await append(redis_client, story(number % 10, rev=1 + number // 10))
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    line = LossyLine(folder / "l", str(valkey_socket))
    try:
        lossy = f"{line.url}?{redis_url.partition('?')[2]}"
        async with receiving() as receiver, sending(lossy, hook(receiver)):
            await receiver.until(lambda: len({one["data"]["stream_id"] for one in receiver.log}) == 40)
    finally:
        line.close()
        shutil.rmtree(folder)
    assert line.lost > 5
    assert len(receiver.log) == 40
    for number in range(10):
        assert receiver.revs(f"{number:016x}") == [1, 2, 3, 4]


async def test_a_restart_of_the_server_is_waited_for() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    server = OwnServer(folder)
    server.start()
    try:
        async with receiving() as receiver, sending(server.url, hook(receiver)):
            async with client_of(server.url) as client:
                await append(client, story(1))
            await receiver.until(lambda: len(receiver.log) == 1)
            server.kill()
            server.start()
            async with client_of(server.url) as client:
                await append(client, story(2))
            await receiver.until(lambda: len(receiver.log) == 2)
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
