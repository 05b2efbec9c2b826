"""Starts worker processes of tests by a fork of one that has imported everything: an import costs a second.

`serve` runs in a process of its own. A request is a JSON list of arguments with two file descriptors: the
standard error of what is started, and a pipe on which its process id is told at once and its exit code at its
end, a line each. `ForkedProcess` is the asker's side, with the names of asyncio's Process.
"""

import asyncio
import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 1 << 16


def serve(number: int) -> None:
    """Fork for every request until the asker's end is closed."""
    import worker_process  # noqa: PLC0415  with all that it imports

    from worker.pipeline.worker_context import preload_for_fork  # noqa: PLC0415

    preload_for_fork()
    with socket.socket(fileno=number) as line:
        while True:
            said, given, _, _ = socket.recv_fds(line, _LONGEST, 2)
            if not said:
                return
            if not os.fork():
                line.close()
                _watch(json.loads(said), given, worker_process.main)
            for one in given:
                os.close(one)
            _collect()


def _collect() -> None:
    """Wait for those who have ended, which adds what they have used to this process's account."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _watch(arguments: list[str], given: list[int], main: object) -> None:
    """Fork once more, and tell of the child."""
    errors, told = given
    pid = os.fork()
    if not pid:
        os.close(told)
        os.dup2(errors, 2)
        os.close(errors)
        sys.argv[1:] = arguments
        main()  # type: ignore[operator]
        sys.exit(0)
    os.close(errors)
    os.write(told, b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


class ForkServer:
    """The server of this process, started when it is first needed."""

    def __init__(self) -> None:
        self.line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            command = [sys.executable, str(Path(__file__)), str(other.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[other.fileno()])
        atexit.register(self._end)

    def _end(self) -> None:
        self.line.close()
        self._process.wait()


_servers: list[ForkServer] = []


class ForkedProcess:
    """A worker process that was started by a fork."""

    def __init__(self, pid: int, stderr: "Pipe", told: "Pipe") -> None:
        self.pid = pid
        self.stderr = stderr.reader
        self._pipes = (stderr, told)
        self._ended = asyncio.create_task(told.reader.readline())

    @property
    def returncode(self) -> int | None:
        """Give the exit code, None while it runs."""
        return int(self._ended.result()) if self._ended.done() else None

    async def wait(self) -> int:
        """Wait for its end; answers the exit code."""
        return int(await asyncio.shield(self._ended))

    async def close(self) -> None:
        """Close what was heard of it, once it has ended."""
        for pipe in self._pipes:
            pipe.transport.close()
        await asyncio.sleep(0)  # the transports close their files in the loop's next round

    def kill(self) -> None:
        """Kill it; one that has ended, of which nothing was heard yet, is left alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """End it in order."""
        os.kill(self.pid, signal.SIGTERM)


async def start_forked(*arguments: str) -> ForkedProcess:
    """Start tests/support/worker_process.py with these arguments."""
    if not _servers:
        _servers.append(ForkServer())
    errors, told = os.pipe(), os.pipe()
    socket.send_fds(_servers[0].line, [json.dumps(arguments).encode()], [errors[1], told[1]])
    os.close(errors[1])
    os.close(told[1])
    heard, spoken = await _reader(told[0]), await _reader(errors[0])
    return ForkedProcess(int(await heard.reader.readline()), spoken, heard)


@dataclass(frozen=True, slots=True)
class Pipe:
    """The reading end of a pipe."""

    reader: asyncio.StreamReader
    transport: asyncio.ReadTransport


async def _reader(number: int) -> Pipe:
    reader = asyncio.StreamReader(limit=2**24)
    protocol = asyncio.StreamReaderProtocol(reader)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(number, "rb", 0))
    return Pipe(reader, transport)


if __name__ == "__main__":
    _TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [
        str(_TESTS.parent),
        str(_TESTS),
        *(str(_TESTS / name) for name in ("support", "support/servers")),
    ]
    serve(int(sys.argv[1]))
