"""Runs ledger operations on a server: the ledger behind a blocking or an asyncio client."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import redis
import redis.asyncio

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.lua_script_assembly import load_ledger_script
from feedmill._ledger.core.operation_call import Argument, Call
from feedmill._ledger.redis_error_mapping import translate_errors

T = TypeVar("T")
Clock = int | Callable[[], int] | None
"""The time given to the scripts, ms since the epoch; None leaves it to the server's own clock."""


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
