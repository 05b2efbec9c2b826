"""Clients for a Redis URL of any form: redis://, rediss://, unix://, redis+sentinel:// and rediss+sentinel://."""

from typing import Any
from urllib.parse import urlsplit

import redis
import redis.asyncio
import redis.asyncio.sentinel
import redis.sentinel

from feedmill._sentinel import SCHEMES, watched

_ASK_S = 2.0
"""A Sentinel that does not answer for so long is passed over."""


def client_of(url: str, **options: Any) -> redis.Redis:
    """Make a blocking client; nothing is sent yet. One behind Sentinels asks them whenever it connects."""
    if urlsplit(url).scheme not in SCHEMES:
        return redis.Redis.from_url(url, **options)
    found = watched(url)
    asks = redis.sentinel.Sentinel(found.sentinels, sentinel_kwargs=_bounded(found.asking))  # type: ignore[no-untyped-call]
    client: redis.Redis = asks.master_for(found.service, **{**options, **found.options})  # type: ignore[no-untyped-call]
    return client


def async_client_of(url: str, **options: Any) -> redis.asyncio.Redis:
    """Make an asyncio client; nothing is sent yet."""
    if urlsplit(url).scheme not in SCHEMES:
        return redis.asyncio.Redis.from_url(url, **options)
    found = watched(url)
    asks = redis.asyncio.sentinel.Sentinel(found.sentinels, sentinel_kwargs=_bounded(found.asking))  # type: ignore[no-untyped-call]
    wanted = {"connection_pool_class": _Pool, **options, **found.options}
    client: redis.asyncio.Redis = asks.master_for(found.service, **wanted)
    return client


class _Pool(redis.asyncio.sentinel.SentinelConnectionPool):
    """Closes, with the connections to the primary, those to the Sentinels, which the library leaves open."""

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002  the library's
        await super().disconnect(inuse_connections)
        for asked in self.sentinel_manager.sentinels:
            await asked.aclose()


def _bounded(asking: dict[str, Any]) -> dict[str, Any]:
    return {"socket_connect_timeout": _ASK_S, "socket_timeout": _ASK_S, "protocol": 2, **asking}
