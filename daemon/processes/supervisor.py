"""Keeps child processes running, and ends them with all their children when it is asked to stop."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

_FIRST_DELAY_S = 0.5
"""Seconds before a child is started again after its first short run; doubled with each further one."""
_MAX_DELAY_S = 10.0
"""Longest wait before a child is started again: work goes on within a lease and 15 s of any failure."""
_SETTLED_S = 60.0
"""Seconds that a child must run for its back-off to begin anew when it ends."""


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A process to keep running; `name` is what the log calls it."""

    name: str
    arguments: tuple[str, ...]
    kept_descriptors: tuple[int, ...] = ()
    """Open files of ours that it gets as well."""


def choose_restart_delay_s(failures: int) -> float:
    """Seconds to wait before a child is started again after so many short runs in a row."""
    return float(min(_MAX_DELAY_S, _FIRST_DELAY_S * 2 ** min(failures - 1, 10)))


async def supervise_children(children: Sequence[ChildProcess], stop: asyncio.Event, *, grace: float) -> None:
    """Keep all children running until `stop` is set, then end them: SIGTERM, and SIGKILL after `grace` s."""
    async with asyncio.TaskGroup() as group:
        for child in children:
            group.create_task(_keep_running(child, stop, grace))


async def _keep_running(child: ChildProcess, stop: asyncio.Event, grace: float) -> None:
    failures = 0
    while not stop.is_set():
        started = time.monotonic()
        process = await _start_child(child)
        await _wait_for_first(process.wait(), stop.wait())
        if stop.is_set():
            await _end_child(child, process, grace)
            return
        _kill_group(process.pid)
        failures = 1 if time.monotonic() - started >= _SETTLED_S else failures + 1
        delay = choose_restart_delay_s(failures)
        log.warning("child_ended", child=child.name, code=process.returncode, restart_in=delay)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), delay)


async def _start_child(child: ChildProcess) -> asyncio.subprocess.Process:
    """Start a child in a process group of its own, so that Ctrl-C reaches only the supervisor.

    It writes to the supervisor's standard error: the log of the whole tree is one.
    """
    return await asyncio.create_subprocess_exec(
        *child.arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        stderr=sys.stderr.fileno(),
        process_group=0,
        pass_fds=child.kept_descriptors,
    )


async def _end_child(child: ChildProcess, process: asyncio.subprocess.Process, grace: float) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), grace)
    except TimeoutError:
        log.warning("child_killed", child=child.name, after=grace)
    _kill_group(process.pid)
    await process.wait()


def _kill_group(group: int) -> None:
    """End what a child may have left behind; its group is its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


async def _wait_for_first(*waits: Coroutine[object, object, object]) -> None:
    """Wait until the first of these is done; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
