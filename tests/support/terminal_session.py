"""Runs a command at a terminal and types what a person would."""

import os
import pty
import select
import subprocess
from collections.abc import Sequence

from running import clean_environment


def answer_questions(command: Sequence[str], answers: Sequence[tuple[bytes, bytes]]) -> tuple[str, int]:
    """Type each answer once its question is shown; return all that was shown, and the exit status."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=clean_environment(), close_fds=True
    )
    os.close(theirs)
    shown = b""
    try:
        for question, words in answers:
            shown += read_until(ours, question)
            os.write(ours, words)
        shown += _read_rest(ours)
        status = running.wait(timeout=60)
    finally:
        os.close(ours)
        running.kill()
        running.wait()
    return shown.decode(), status


def read_until(descriptor: int, word: bytes) -> bytes:
    """Read what is shown until a word is in it."""
    shown = b""
    while word not in shown:
        ready, _, _ = select.select([descriptor], [], [], 60)
        piece = os.read(descriptor, 65536) if ready else b""
        assert piece, shown.decode()
        shown += piece
    return shown


def _read_rest(descriptor: int) -> bytes:
    """Read until the other end is closed: Linux then raises EIO for a terminal (pty(7))."""
    shown = b""
    try:
        while piece := os.read(descriptor, 65536):
            shown += piece
    except OSError:
        pass
    return shown
