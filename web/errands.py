"""Sends feedmill's own command on an errand: what other rooms do is done by them, in a process of its own."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass

from web.errors import NotNow, Unfit

AT_ONCE = 2
WAIT_S = 90.0
MOST_OUT = 4 * 2**20
_MOST_SAID = 1000


@dataclass(frozen=True, slots=True)
class Done:
    """How an errand ended."""

    code: int
    out: bytes
    said: str
    """The last of what it wrote to standard error."""


class Errands:
    """Runs the command, a few at a time; every word after the first ones is the caller's."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def run(self, *words: str) -> Done:
        """Run `feedmill WORDS` to its end; raises NotNow when too many wait, Unfit when it takes too long."""
        if self._waiting >= AT_ONCE * 4:
            raise NotNow("too many errands wait already")
        self._waiting += 1
        try:
            async with self._slots:
                return await self._run(words)
        finally:
            self._waiting -= 1

    async def _run(self, words: tuple[str, ...]) -> Done:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            process_group=0,
            limit=MOST_OUT,
        )
        try:
            async with asyncio.timeout(WAIT_S):
                out, said = await process.communicate()
        except TimeoutError:
            raise Unfit(f"it took more than {WAIT_S:g} seconds") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        assert process.returncode is not None
        return Done(process.returncode, out[:MOST_OUT], said.decode("utf-8", "replace")[-_MOST_SAID:].strip())
