"""Opens clients for a Redis URL of any form: redis://, rediss://, unix://, and those of Sentinels."""

import asyncio
from functools import cache
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.sentinel
import redis.sentinel
from redis.driver_info import DriverInfo

from feedmill._redis.sentinel_url import is_sentinel_url, parse_sentinel_url

_ASK_S = 2.0
"""Seconds after which a Sentinel that does not answer is passed over for the next."""


def make_client(url: str, **options: Any) -> redis.Redis:
    """Make a blocking client; nothing is sent yet. One behind Sentinels asks them whenever it connects."""
    options = {"driver_info": _describe_driver(), **options}
    if not is_sentinel_url(url):
        return redis.Redis.from_url(url, **options)
    found = parse_sentinel_url(url)
    asks = redis.sentinel.Sentinel(found.sentinels, sentinel_kwargs=_bound_waits(found.asking))  # type: ignore[no-untyped-call]
    client: redis.Redis = asks.master_for(found.service, **{**options, **found.options})  # type: ignore[no-untyped-call]
    return client


def make_async_client(url: str, **options: Any) -> redis.asyncio.Redis:
    """Make an asyncio client; nothing is sent yet."""
    options = {"driver_info": _describe_driver(), **options}
    if not is_sentinel_url(url):
        return _CancellableClient.from_url(url, **options)
    found = parse_sentinel_url(url)
    asks = redis.asyncio.sentinel.Sentinel(found.sentinels, sentinel_kwargs=_bound_waits(found.asking))  # type: ignore[no-untyped-call]
    wanted = {"connection_pool_class": _ClosingSentinelPool, **options, **found.options}
    client: redis.asyncio.Redis = asks.master_for(found.service, redis_class=_CancellableClient, **wanted)
    return client


class _CancellableClient(redis.asyncio.Redis):
    """Keeps every cancellation.

    The library sends under `asyncio.wait_for`, which before Python 3.12 loses a cancellation that comes
    just as the bytes have gone: a Ctrl-C would be lost, and a loop that is cancelled would go on.
    """

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        task = asyncio.current_task()
        asked = task.cancelling() if task else 0
        if (
            asked
        ):  # one that came while the task computed is still to be raised: at a wait that cannot lose it
            await asyncio.sleep(0)
        reply = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        if task and task.cancelling() > asked:
            raise asyncio.CancelledError
        return reply


class _ClosingSentinelPool(redis.asyncio.sentinel.SentinelConnectionPool):
    """Closes, with the connections to the primary, those to the Sentinels, which the library leaves open."""

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002  the library's
        await super().disconnect(inuse_connections)
        for asked in self.sentinel_manager.sentinels:
            await asked.aclose()


@cache
def _describe_driver() -> DriverInfo:
    """Describe the library once; for each new connection it would read its package's metadata, 1 to 2 ms."""
    return DriverInfo()


def _bound_waits(asking: dict[str, Any]) -> dict[str, Any]:
    return {"socket_connect_timeout": _ASK_S, "socket_timeout": _ASK_S, "protocol": 2, **asking}
