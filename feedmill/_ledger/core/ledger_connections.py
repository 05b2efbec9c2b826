"""Opens connections to the ledger's server, with bounds on every wait."""

from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from feedmill._redis.clients import make_async_client, make_client

CONNECT_S = 5.0
"""Seconds that a connection may take; then the server counts as away, and is tried again."""
ANSWER_S = 10.0
"""Seconds that an answer may take; scripts take ms, so longer means a lost connection or a stuck server."""
RETRIES = 3  # within a minute, for which an operation's answer is kept
"""Times that a command is sent again: safe, as every operation repeats its answer under its token."""

_LOST_ERRORS = (RedisConnectionError, RedisTimeoutError)


def connect(url: str) -> redis.asyncio.Redis:
    """Make an asyncio client for redis://, rediss://, unix:// or redis+sentinel://; nothing is sent yet."""
    retry = AsyncRetry(ExponentialBackoff(cap=1.0, base=0.05), RETRIES, supported_errors=_LOST_ERRORS)
    return make_async_client(url, retry=retry, **_make_timeouts())


def connect_blocking(url: str) -> redis.Redis:
    """Make a blocking client for redis://, rediss://, unix:// or redis+sentinel://; nothing is sent yet."""
    retry = Retry(ExponentialBackoff(cap=1.0, base=0.05), RETRIES, supported_errors=_LOST_ERRORS)
    return make_client(url, retry=retry, **_make_timeouts())


def _make_timeouts() -> dict[str, Any]:
    return {
        "socket_connect_timeout": CONNECT_S,
        "socket_timeout": ANSWER_S,
        "health_check_interval": 30,
        "protocol": 2,
    }
