"""Handles the signals that end a process, for all processes and commands: a flag and a wake-up.

Python runs a handler between any two byte codes, inside a destructor too, where what it raises is printed
and dropped. So no handler here raises: a command that holds nothing has the kernel's own action
(`die_by_signals`), one that has something to give back looks at a `StopRequest`, and waits on it beside
whatever it waits for.
"""

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends to a process when its parent dies."""


def die_by_signals() -> None:
    """Let the kernel end this process on SIGTERM and SIGINT: at once, in silence, as `killed by` the signal.

    What the parent had ignored (a shell's background job) stays ignored.
    """
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def leave_on_signals() -> None:
    """End this process on SIGTERM and SIGINT at once, with status 0: it was meant to run until then."""
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: os._exit(0))


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies (Linux); ends it now if that has happened.

    `keeper.py` has this once more: it is run by path, on the standard library alone.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  (only children need it, and every command imports this module first)

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it died before the call
        os._exit(1)


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Hold SIGTERM and SIGINT back; they take effect afterwards. What is started inside inherits that."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class StopRequest:
    """Whether SIGTERM or SIGINT has asked this process to end; a context manager, in the main thread.

    `fileno` is readable from the first signal on. `on_signal`, when set, is called inside the handler with
    the number of signals so far: it must neither raise nor wait. Without it the second signal ends the
    process at once with status 1.
    """

    def __init__(self) -> None:
        self.on_signal: Callable[[int], None] = _leave_at_second_signal
        self._times = 0
        self._awake, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self._awake)
        os.close(self._wake)

    @property
    def requested(self) -> bool:
        """Whether it was asked to."""
        return self._times > 0

    def fileno(self) -> int:
        """Return the descriptor to wait on; nothing reads from it."""
        return self._awake

    def wait(self, seconds: float) -> bool:
        """Wait until it is asked to end, or so long; returns `requested`."""
        if not self.requested:
            select.select([self], [], [], max(seconds, 0))
        return self.requested

    def _note(self, signum: int, frame: FrameType | None) -> None:
        del signum, frame
        self._times += 1
        if self._times == 1:
            os.write(self._wake, b"!")
        self.on_signal(self._times)


def _leave_at_second_signal(times: int) -> None:
    if times > 1:
        os._exit(1)
