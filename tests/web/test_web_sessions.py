"""Sessions live in Redis: every gateway knows them, they end at once, and their number is bounded."""

import redis.asyncio

from feedmill._ledger.core.keys import Keys
from web.http.session_store import MAX_SESSIONS, SessionStore

NOW = 1_800_000_000.0


def store(client: redis.asyncio.Redis, now: float = NOW) -> SessionStore:
    return SessionStore(client, Keys(), lambda: now)


async def test_a_session_is_live_at_every_gateway_until_it_is_removed(
    redis_client: redis.asyncio.Redis,
) -> None:
    one, two = store(redis_client), store(redis_client)
    await one.add("a", int(NOW) + 100)
    assert await two.is_live("a")
    await two.remove("a")
    assert not await one.is_live("a")
    await two.remove("a")


async def test_a_session_that_was_never_begun_or_is_over_is_none(redis_client: redis.asyncio.Redis) -> None:
    await store(redis_client).add("a", int(NOW) + 100)
    assert not await store(redis_client).is_live("b")
    assert not await store(redis_client, NOW + 100).is_live("a")


async def test_one_session_too_many_ends_the_one_that_would_end_first(
    redis_client: redis.asyncio.Redis,
) -> None:
    sessions = store(redis_client)
    async with redis_client.pipeline() as pipe:
        pipe.zadd(Keys().web_sessions(), {f"other{n}": NOW + 200 + n for n in range(MAX_SESSIONS)})
        await pipe.execute()
    await sessions.add("a", int(NOW) + 5000)
    assert await redis_client.zcard(Keys().web_sessions()) == MAX_SESSIONS
    assert await redis_client.zscore(Keys().web_sessions(), "other0") is None
    assert await sessions.is_live("a")


async def test_what_redis_holds_makes_no_cookie(redis_client: redis.asyncio.Redis) -> None:
    await store(redis_client).add("secret", int(NOW) + 100)
    members = await redis_client.zrange(Keys().web_sessions(), 0, -1)
    assert all(b"secret" not in member for member in members)
