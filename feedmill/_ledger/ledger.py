"""Running ledger operations on a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import redis
import redis.asyncio

from feedmill._ledger.calls import Argument, Call
from feedmill._ledger.errors import LedgerFull, LedgerLoading, LedgerRefused, LedgerUnavailable
from feedmill._ledger.keys import Keys
from feedmill._ledger.scripts import script

T = TypeVar("T")
Clock = int | Callable[[], int] | None
"""The time given to the scripts, ms since the epoch; None leaves it to the server's own clock."""


class Ledger:
    """The ledger behind an asyncio client; `keys` is what the call builders want."""

    def __init__(self, client: redis.asyncio.Redis, keys: Keys, *, now_ms: Clock = None) -> None:
        self.client = client
        self.keys = keys
        self._now_ms = now_ms

    async def run(self, call: Call[T]) -> T:
        """Run one operation; raises a LedgerError."""
        source = script(call.script)
        arguments = _arguments(call, self._now_ms)
        with _errors(call.script):
            try:
                reply = await self.client.evalsha(source.sha, len(call.keys), *arguments)
            except redis.exceptions.NoScriptError:
                await self.client.script_load(source.source)
                reply = await self.client.evalsha(source.sha, len(call.keys), *arguments)
        return call.decode(reply)


class SyncLedger:
    """The ledger behind a blocking client."""

    def __init__(self, client: redis.Redis, keys: Keys, *, now_ms: Clock = None) -> None:
        self.client = client
        self.keys = keys
        self._now_ms = now_ms

    def run(self, call: Call[T]) -> T:
        """Run one operation; raises a LedgerError."""
        source = script(call.script)
        arguments = _arguments(call, self._now_ms)
        with _errors(call.script):
            try:
                reply: Any = self.client.evalsha(source.sha, len(call.keys), *arguments)
            except redis.exceptions.NoScriptError:
                self.client.script_load(source.source)
                reply = self.client.evalsha(source.sha, len(call.keys), *arguments)
        return call.decode(reply)


def _arguments(call: Call[Any], clock: Clock) -> list[Argument]:
    now = clock() if callable(clock) else clock
    return [*call.keys, "" if now is None else now, *call.args]


@contextmanager
def _errors(operation: str) -> Iterator[None]:
    """Map the client's errors onto the ledger's."""
    try:
        yield
    except redis.exceptions.BusyLoadingError as error:
        raise LedgerLoading(operation, str(error)) from error
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, OSError) as error:
        raise LedgerUnavailable(operation, str(error)) from error
    except redis.exceptions.ResponseError as error:
        if isinstance(error, redis.exceptions.OutOfMemoryError) or "OOM" in str(error)[:40]:
            raise LedgerFull(operation, str(error)) from error
        raise LedgerRefused(operation, str(error)) from error
