"""A cancellation that comes while a client sends or waits is kept, at every step of it."""

import asyncio

import pytest

from feedmill._redis.clients import make_async_client

STEPS = 24


@pytest.mark.parametrize("steps", range(STEPS))
async def test_a_cancellation_is_kept_at_every_step_of_a_command(redis_url: str, steps: int) -> None:
    client = make_async_client(redis_url, socket_timeout=10)
    await client.ping()
    asked = asyncio.create_task(client.blpop(["nothing"], timeout=1))
    for _ in range(steps):
        await asyncio.sleep(0)
    assert not asked.done()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await client.aclose()


async def test_a_cancellation_that_a_signal_brings_between_two_commands_is_kept(redis_url: str) -> None:
    client = make_async_client(redis_url, socket_timeout=10)
    await client.ping()

    async def ask() -> object:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()  # as asyncio.run's handler of SIGINT does while the task computes
        return await client.blpop(["nothing"], timeout=1)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(ask())
    assert await client.ping()
    await client.aclose()


async def test_one_who_was_cancelled_before_still_gets_answers(redis_url: str) -> None:
    client = make_async_client(redis_url, socket_timeout=10)

    async def leave() -> object:
        try:
            await asyncio.sleep(6000)  # sleep: it is cancelled
        finally:
            assert await client.ping()
            await client.aclose()

    left = asyncio.create_task(leave())
    await asyncio.sleep(0)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
