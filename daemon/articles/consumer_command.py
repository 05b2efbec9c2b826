"""Runs a command on articles: one process for each, one for several, or one that answers for each line."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from daemon.articles.stream_reader import StreamEntry, format_json
from daemon.errors import InvalidRequestError
from feedmill._signals import StopRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedmill import Consumer, Event

MAX_ERROR_CHARS = 500
"""Characters of a command's complaint that are kept: they go into the group's dead letter and the log."""
ANSWER_OK = "ok"
_COMMAND_KILL_SIGNALS = 2
"""Signals up to which the command that has an article is ended; one more ends this process at once."""
_under_way: set[int] = set()
"""The commands that have an article now."""
_STOP_S = 10.0
"""Seconds that a command whose input has ended may take to end once feedmill stops; then it is killed."""


def format_event_line(event: "Event") -> bytes:
    """Write an event as one line of JSON: as `feedmill tail --json` does."""
    fields = {name: value for name, value in event.fields.items() if name != "entry"}
    return format_json(StreamEntry(event.entry, fields)).encode() + b"\n"


def find_command(words: Sequence[str]) -> list[str]:
    """Return the command with its program as a path; raises InvalidRequestError when there is none."""
    if not words:
        raise InvalidRequestError("say which command to run: feedmill consume --group G -- CMD …")
    program = shutil.which(words[0])
    if program is None:
        raise InvalidRequestError(f"{words[0]}: no such program, or it cannot be run")
    return [program, *words[1:]]


def run_once(command: Sequence[str], given: bytes, timeout: float | None) -> str | None:
    """Run a command on its input; returns what went wrong, None when it ended with 0."""
    try:
        process = subprocess.Popen(  # noqa: S603  (the operator's own command)
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        return f"it could not be started: {error.strerror}"
    with process, _register_child(process):
        try:
            _, said = process.communicate(given, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return f"it did not end within {timeout:g} s"
    sys.stderr.buffer.write(said)
    sys.stderr.flush()
    return describe_exit(process.returncode, said)


def describe_exit(status: int, stderr: bytes = b"") -> str | None:
    """Return how a process ended: None for status 0, else the status or signal and its last words."""
    if status == 0:
        return None
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    ended = f"exit status {status}" if status > 0 else f"ended by {signal.Signals(-status).name}"
    return f"{ended}: {lines[-1][:MAX_ERROR_CHARS]}" if lines else ended


class ResponderProcess:
    """A command that lives long: it reads a line for each article and answers each with a line.

    `ok` acknowledges the article; any other answer gives it back, with the answer as the error. When it ends
    it is started again for the next article.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def ask_for_answer(self, given: bytes, timeout: float | None) -> str | None:
        """Hand over one line; returns what went wrong, None when it was well."""
        try:
            process = self._running()
        except OSError as error:
            return f"it could not be started: {error.strerror}"
        alarm = threading.Timer(timeout or 0, process.kill)
        if timeout:
            alarm.start()
        try:
            with _register_child(process):
                _close_pipe(process.stdin).write(given)
                _close_pipe(process.stdin).flush()
                answer = _close_pipe(process.stdout).readline()
        except BrokenPipeError:
            answer = b""
        finally:
            alarm.cancel()
        if not answer.endswith(b"\n"):
            self.close()
            return f"it ended without an answer: {describe_exit(process.returncode) or 'exit status 0'}"
        said = answer.decode("utf-8", "replace").strip()
        return None if said == ANSWER_OK else said[:MAX_ERROR_CHARS] or "an empty answer"

    def close(self) -> None:
        """End its input and wait for it, for a while."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with suppress(BrokenPipeError):
            _close_pipe(process.stdin).close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close_pipe(process.stdout).close()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  (the operator's own command)
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self._process


def _close_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


@contextmanager
def end_on_signals(consumer: "Consumer") -> "Iterator[None]":
    """Let SIGTERM and SIGINT end the consumer after the article in hand; a second one ends that at once.

    It ends the command that has the article, which goes back, or this process where there is none.
    """

    def stop_consumer(times: int) -> None:
        if times == 1:
            consumer.stop()
        elif not _under_way or times > _COMMAND_KILL_SIGNALS:
            os._exit(1)
        for pid in _under_way if times > 1 else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    with StopRequest() as request:
        request.on_signal = stop_consumer
        yield


@contextmanager
def _register_child(process: "subprocess.Popen[bytes]") -> "Iterator[None]":
    """Let a second signal end this process while it has an article."""
    _under_way.add(process.pid)
    try:
        yield
    finally:
        _under_way.discard(process.pid)
