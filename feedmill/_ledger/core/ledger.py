"""Runs ledger operations on a server."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import redis
import redis.asyncio

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.lua_scripts import load_ledger_script
from feedmill._ledger.core.operation_call import Argument, Call
from feedmill._ledger.errors import (
    LedgerError,
    LedgerFull,
    LedgerLoading,
    LedgerRefused,
    LedgerUnavailable,
)

T = TypeVar("T")
Clock = int | Callable[[], int] | None
"""The time given to the scripts, ms since the epoch; None leaves it to the server's own clock."""

_RESPONSES: dict[type[Exception], type[LedgerError]] = {
    redis.exceptions.OutOfMemoryError: LedgerFull,
    redis.exceptions.ReadOnlyError: LedgerUnavailable,  # a fail-over is under way
}
_CODES: dict[str, type[LedgerError]] = {
    "OOM": LedgerFull,
    "MISCONF": LedgerFull,  # the server cannot write to its disk
    "READONLY": LedgerUnavailable,
    "MASTERDOWN": LedgerUnavailable,
    "NOREPLICAS": LedgerUnavailable,
    "BUSY": LedgerUnavailable,
    "LOADING": LedgerLoading,
}


class Ledger:
    """The ledger behind an asyncio client; `keys` is what the call builders take."""

    def __init__(self, client: redis.asyncio.Redis, keys: Keys, *, now_ms: Clock = None) -> None:
        self.client = client
        self.keys = keys
        self.away = asyncio.Lock()  # held by the one who asks a server again that was away
        self._now_ms = now_ms

    async def run(self, call: Call[T]) -> T:
        """Run one operation; raises a LedgerError."""
        source = load_ledger_script(call.script, call.keys)
        arguments = _build_arguments(call, self._now_ms)
        with translate_errors(call.script):
            try:
                reply = await self.client.evalsha(source.sha, 0, *arguments)
            except redis.exceptions.NoScriptError:  # whole: a restarted server forgets what was loaded
                reply = await self.client.eval(source.source, 0, *arguments)
        return call.decode(reply)


class SyncLedger:
    """The ledger behind a blocking client."""

    def __init__(self, client: redis.Redis, keys: Keys, *, now_ms: Clock = None) -> None:
        self.client = client
        self.keys = keys
        self._now_ms = now_ms

    def run(self, call: Call[T]) -> T:
        """Run one operation; raises a LedgerError."""
        source = load_ledger_script(call.script, call.keys)
        arguments = _build_arguments(call, self._now_ms)
        with translate_errors(call.script):
            try:
                reply: Any = self.client.evalsha(source.sha, 0, *arguments)
            except redis.exceptions.NoScriptError:
                reply = self.client.eval(source.source, 0, *arguments)
        return call.decode(reply)


def _build_arguments(call: Call[Any], clock: Clock) -> list[Argument]:
    now = clock() if callable(clock) else clock
    return ["" if now is None else now, *call.args]


@contextmanager
def translate_errors(operation: str) -> Iterator[None]:
    """Raise the client's errors as the ledger's."""
    try:
        yield
    except (redis.exceptions.RedisError, OSError) as error:
        raise _map_client_error(error)(operation, str(error)) from error


def _map_client_error(error: Exception) -> type[LedgerError]:
    if isinstance(error, redis.exceptions.ResponseError):
        return _CODES.get(str(error).partition(" ")[0], _RESPONSES.get(type(error), LedgerRefused))
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return LedgerLoading
    if isinstance(error, redis.exceptions.AuthenticationError) or _distrusts(error):
        return LedgerRefused
    if isinstance(error, (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, OSError)):
        return LedgerUnavailable
    return LedgerRefused


def _distrusts(error: BaseException | None) -> bool:
    """Return whether the server's certificate is not to be trusted: no waiting can cure that."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
