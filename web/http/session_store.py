"""Keeps the sessions of browsers that have shown the token, in Redis, so that every gateway has them."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import redis.asyncio

from feedmill._ledger.core.keys import Keys

MAX_SESSIONS = 1000
"""Live sessions kept at once, about 100 bytes each; one more ends the one that would end first."""


@dataclass(frozen=True, slots=True)
class SessionStore:
    """The live sessions: what is not in here is no session, whatever its cookie claims.

    Every method raises redis.exceptions.RedisError where the server does not answer.
    """

    client: redis.asyncio.Redis
    keys: Keys
    clock: Callable[[], float] = time.time

    async def add(self, session_id: str, until: int) -> None:
        """Remember a session until a time in seconds since the epoch."""
        key = self.keys.web_sessions()
        async with self.client.pipeline(transaction=True) as pipe:
            pipe.zremrangebyscore(key, "-inf", self.clock())
            pipe.zadd(key, {_member(session_id): until})
            pipe.zremrangebyrank(key, 0, -MAX_SESSIONS - 1)
            pipe.expireat(key, until)
            await pipe.execute()

    async def is_live(self, session_id: str) -> bool:
        """Return whether a session was begun, and neither ended nor expired."""
        until = await self.client.zscore(self.keys.web_sessions(), _member(session_id))
        return until is not None and self.clock() < float(until)

    async def remove(self, session_id: str) -> None:
        """End a session, at every gateway and at once."""
        await self.client.zrem(self.keys.web_sessions(), _member(session_id))


def _member(session_id: str) -> str:
    """Hash an id, so that no reader of Redis or of a copy can make the cookie."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:32]
