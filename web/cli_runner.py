"""Runs feedmill's own command for what other rooms do, in a process of its own."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass

from web.errors import Conflict, ServiceUnavailable

MAX_PARALLEL_COMMANDS = 2
"""Commands that run at a time: each is a process that takes a core while it starts."""
MAX_WAIT_S = 90.0
"""Seconds that a command may take, such as a check that waits at a site's gate; then it is ended."""
MAX_STDOUT_BYTES = 4 * 2**20
"""Bytes of a command's output that are read; bounds the gateway's memory."""
_MAX_STDERR_CHARS = 1000
"""Characters of a command's last complaints that are kept, for the answer."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended."""

    exit_code: int
    stdout: bytes
    stderr_tail: str
    """The last of what it wrote to standard error."""


class CliRunner:
    """Runs the command, a few at a time; every word after the first ones is the caller's."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._slots = asyncio.Semaphore(MAX_PARALLEL_COMMANDS)
        self._waiting = 0

    async def run(self, *words: str, given: bytes | None = None) -> CommandResult:
        """Run `feedmill WORDS` to its end, with `given` on its standard input.

        Raises ServiceUnavailable when too many wait, Conflict when it takes too long.
        """
        if self._waiting >= MAX_PARALLEL_COMMANDS * 4:
            raise ServiceUnavailable("too many errands wait already")
        self._waiting += 1
        try:
            async with self._slots:
                return await self._run(words, given)
        finally:
            self._waiting -= 1

    async def _run(self, words: tuple[str, ...], given: bytes | None) -> CommandResult:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *words,
            stdin=asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            process_group=0,
            limit=MAX_STDOUT_BYTES,
        )
        try:
            async with asyncio.timeout(MAX_WAIT_S):
                out, said = await process.communicate(given)
        except TimeoutError:
            raise Conflict(f"it took more than {MAX_WAIT_S:g} seconds") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        assert process.returncode is not None
        return CommandResult(
            process.returncode,
            out[:MAX_STDOUT_BYTES],
            said.decode("utf-8", "replace")[-_MAX_STDERR_CHARS:].strip(),
        )
