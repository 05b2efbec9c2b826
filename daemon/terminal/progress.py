"""Shows at a terminal how far a long command is: counts, rate and time left in one line."""

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import IO, Self, TextIO, TypeVar

from web.rendering.durations import format_span

Item = TypeVar("Item")
MEBIBYTES = "MiB"
"""Unit whose numbers have one decimal; others are counts."""
_FIRST_S = 1.0
"""Seconds of a command before it is shown: shorter ones need none."""
_EVERY_S = 0.2
"""Seconds between two writings: more often nobody can read."""
BYTES_PER_MEBIBYTE = 2**20
"""The unit in which progress is written."""
_ERASE_LINE = "\r\033[K"
"""Carriage return and ECMA-48 EL: the line is written anew in its place."""


def format_progress(label: str, unit: str, done: float, total: float | None, elapsed_s: float) -> str:
    """Format how far it is; the time left is of the rate so far. `total` None: it is not known."""
    rate = done / elapsed_s if elapsed_s > 0 else 0.0
    pace = (
        f"{_format_number(rate, unit)} a second"
        if rate >= 1
        else f"{_format_number(rate * 60, unit)} a minute"
    )
    if done <= 0:
        of_all = "" if total is None else f" of {_format_number(total, unit)}"
        return f"{label}: 0{of_all} {unit} after {format_span(elapsed_s * 1000, units=1)}"
    if total is None:
        return f"{label}: {_format_number(done, unit)} {unit}, {pace}"
    of = f"{label}: {_format_number(done, unit)} of {_format_number(total, unit)} {unit}, {pace}"
    if done >= total:
        return of
    return f"{of}, {format_span((total - done) / rate * 1000, units=1)} left"


class ProgressLine:
    """The line, while a command works; nothing is written where standard error is no terminal.

    `beside_output`: the command prints results meanwhile, so the line is shown only where these go elsewhere.
    """

    def __init__(
        self,
        label: str,
        unit: str,
        total: float | None = None,
        *,
        beside_output: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label, self._unit, self._total = label, unit, total
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty() and not (beside_output and sys.stdout.isatty())
        self._clock = clock
        self._began = self._last = clock()
        self._done = 0.0
        self._is_written = False

    def __enter__(self) -> Self:
        """Begin to count."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        if self._is_written:
            self._stream.write(_ERASE_LINE)
            self._stream.flush()

    def expect(self, total: float | None) -> None:
        """Set how much there is in all, where that turns out only meanwhile."""
        self._total = total

    def count_items(self, items: Iterable[Item]) -> Iterator[Item]:
        """Hand items on, each counted once what it is for is done."""
        for item in items:
            yield item
            self.advance()

    @asynccontextmanager
    async def refreshed(self) -> AsyncIterator[None]:
        """Write the line anew while something is waited for that counts nothing meanwhile."""
        import asyncio  # noqa: PLC0415  (most commands that show progress need none)

        async def refresh() -> None:
            while True:
                await asyncio.sleep(_EVERY_S)
                self.advance(0)

        task = asyncio.create_task(refresh())
        try:
            yield
        finally:
            task.cancel()

    def advance(self, count: float = 1) -> None:
        """Count what was done, and write the line where it is time."""
        self._done += count
        if not self._is_shown:
            return
        now = self._clock()
        if now - self._began < _FIRST_S or now - self._last < _EVERY_S:
            return
        self._last = now
        self._is_written = True
        text = format_progress(self._label, self._unit, self._done, self._total, now - self._began)
        self._stream.write(f"{_ERASE_LINE}{text}")
        self._stream.flush()


class ReadMeter:
    """A file whose reading advances a progress line, in MiB."""

    def __init__(self, source: IO[bytes], progress: ProgressLine) -> None:
        self._source = source
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        """Read as the file does."""
        piece = self._source.read(size)
        self._progress.advance(len(piece) / BYTES_PER_MEBIBYTE)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place as the file does; that is no progress."""
        return self._source.seek(offset, whence)


def measure_mebibytes(source: IO[bytes]) -> float:
    """Measure a file that can be sought in; it is at its beginning afterwards."""
    size = source.seek(0, 2)
    source.seek(0)
    return size / BYTES_PER_MEBIBYTE


def _format_number(number: float, unit: str) -> str:
    return f"{number:,.1f}" if unit == MEBIBYTES else f"{number:,.0f}"
