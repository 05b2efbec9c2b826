"""Runs a command on articles: one process for each, one for several, or one that answers for each line."""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, TYPE_CHECKING

from daemon.errors import AskedWronglyError
from daemon.stream import StreamEntry, in_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedmill import Consumer, Event

MOST_SAID = 500
ANSWER_OK = "ok"
_STOP_S = 10.0
"""How long a command whose input has ended may take to end, once feedmill is to stop."""


def line_of(event: "Event") -> bytes:
    """Write an event as one line of JSON: as `feedmill tail --json` does."""
    fields = {name: value for name, value in event.fields.items() if name != "entry"}
    return in_json(StreamEntry(event.entry, fields)).encode() + b"\n"


def find_command(words: Sequence[str]) -> list[str]:
    """Give the command with its program as a path; raises AskedWronglyError when there is none."""
    if not words:
        raise AskedWronglyError("say which command to run: feedmill consume --group G -- CMD …")
    program = shutil.which(words[0])
    if program is None:
        raise AskedWronglyError(f"{words[0]}: no such program, or it cannot be run")
    return [program, *words[1:]]


def run_once(command: Sequence[str], given: bytes, timeout: float | None) -> str | None:
    """Run a command on its input; answers what went wrong, None when it ended with 0."""
    try:
        done = subprocess.run(  # noqa: S603  (the operator's own command)
            command, input=given, stderr=subprocess.PIPE, timeout=timeout, check=False, start_new_session=True
        )
    except subprocess.TimeoutExpired:
        return f"it did not end within {timeout:g} s"
    except OSError as error:
        return f"it could not be started: {error.strerror}"
    sys.stderr.buffer.write(done.stderr)
    sys.stderr.flush()
    return said_of(done.returncode, done.stderr)


def said_of(status: int, stderr: bytes = b"") -> str | None:
    """Say how a process ended: None for status 0, else the status or signal and its last words."""
    if status == 0:
        return None
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    ended = f"exit status {status}" if status > 0 else f"ended by {signal.Signals(-status).name}"
    return f"{ended}: {lines[-1][:MOST_SAID]}" if lines else ended


class Answering:
    """A command that lives long: it reads a line for each article and answers each with a line.

    `ok` acknowledges the article; any other answer gives it back, with the answer as the error. When it ends
    it is started again for the next article.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, given: bytes, timeout: float | None) -> str | None:
        """Hand over one line; answers what went wrong, None when it was well."""
        try:
            process = self._running()
        except OSError as error:
            return f"it could not be started: {error.strerror}"
        alarm = threading.Timer(timeout or 0, process.kill)
        if timeout:
            alarm.start()
        try:
            _end(process.stdin).write(given)
            _end(process.stdin).flush()
            answer = _end(process.stdout).readline()
        except BrokenPipeError:
            answer = b""
        finally:
            alarm.cancel()
        if not answer.endswith(b"\n"):
            self.close()
            return f"it ended without an answer: {said_of(process.returncode) or 'exit status 0'}"
        said = answer.decode("utf-8", "replace").strip()
        return None if said == ANSWER_OK else said[:MOST_SAID] or "an empty answer"

    def close(self) -> None:
        """End its input and wait for it, for a while."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with suppress(BrokenPipeError):
            _end(process.stdin).close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _end(process.stdout).close()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  (the operator's own command)
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self._process


def _end(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


@contextmanager
def stopping(consumer: "Consumer") -> "Iterator[None]":
    """Let SIGTERM and SIGINT end the consumer after the article in hand; a second one ends it at once."""

    def asked(number: int, frame: FrameType | None) -> None:
        del number, frame
        if consumer.stopped:
            raise KeyboardInterrupt
        consumer.stop()

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
