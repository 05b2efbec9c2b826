"""Waits for what tells nobody: another process's state, a port, a file; no result depends on how long.

HANG_S ends a test that hangs, and nothing else; where an event can be awaited, await that.
"""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

HANG_S = 240.0
_STEP_S = 0.02
T = TypeVar("T")


async def until(holds: Callable[[], T | Awaitable[T]], *, step_s: float = _STEP_S) -> T:
    """Ask until the answer is true, and give it; raises TimeoutError."""
    async with asyncio.timeout(HANG_S):
        while True:
            answer: Any = holds()
            if inspect.isawaitable(answer):
                answer = await answer
            if answer:
                return answer
            await asyncio.sleep(step_s)


def block_until(
    holds: Callable[[], T], *, ignored: tuple[type[Exception], ...] = (), step_s: float = _STEP_S
) -> T:
    """Ask until the answer is true, and give it; an ignored error is no answer. Raises TimeoutError."""
    ends = time.monotonic() + HANG_S
    while True:
        try:
            if answer := holds():
                return answer
        except ignored:
            pass
        if time.monotonic() > ends:
            raise TimeoutError(inspect.getsource(holds))
        time.sleep(step_s)
