"""How far a long command is: in words, and at a terminal alone."""

import asyncio
import io
from pathlib import Path

import pytest

from daemon.backup.replica_snapshot import read_copied_mebibytes
from daemon.terminal.progress import (
    MEBIBYTES,
    ProgressLine,
    ReadMeter,
    format_progress,
    measure_mebibytes,
)


class Terminal(io.StringIO):
    """Standard error at a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("unit", "done", "total", "elapsed_s", "said"),
    [
        ("keys", 1200, 5200, 3, "x: 1,200 of 5,200 keys, 400 a second, 10 s left"),
        ("feeds", 2, 10, 40, "x: 2 of 10 feeds, 3 a minute, 2 min left"),
        ("MiB", 1.25, 5, 1, "x: 1.2 of 5.0 MiB, 1.2 a second, 3 s left"),
        ("articles", 90, None, 3, "x: 90 articles, 30 a second"),
        ("keys", 10, 10, 2, "x: 10 of 10 keys, 5 a second"),
        ("keys", 12, 10, 2, "x: 12 of 10 keys, 6 a second"),
        ("keys", 0, 10, 2, "x: 0 of 10 keys after 2 s"),
        ("keys", 0, 0, 0, "x: 0 of 0 keys after 0 s"),
        ("MiB", 0, None, 5, "x: 0 MiB after 5 s"),
    ],
)
def test_counts_rate_and_time_left_stand_in_one_line(
    unit: str, done: float, total: float | None, elapsed_s: float, said: str
) -> None:
    assert format_progress("x", unit, done, total, elapsed_s) == said


def test_a_short_command_shows_nothing_and_a_long_one_takes_its_line_away() -> None:
    screen, clock = Terminal(), Clock()
    with ProgressLine("backup", "keys", 10, stream=screen, clock=clock) as progress:
        clock.now = 0.9
        progress.advance()
        assert screen.getvalue() == ""
        clock.now = 2.0
        progress.advance(3)
        progress.advance()  # at once: the line is not written again
        assert screen.getvalue() == "\r\033[Kbackup: 4 of 10 keys, 2 a second, 3 s left"
    assert screen.getvalue().endswith("left\r\033[K")


def test_what_is_piped_gets_no_progress() -> None:
    piped, clock = io.StringIO(), Clock()
    with ProgressLine("backup", "keys", 10, stream=piped, clock=clock) as progress:
        clock.now = 5.0
        progress.advance()
    assert piped.getvalue() == ""


def test_reading_a_file_is_counted_in_mebibytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 2**20)
    screen, clock = Terminal(), Clock()
    with (tmp_path / "file").open("rb") as file:
        size = measure_mebibytes(file)
        with ProgressLine("restore", MEBIBYTES, 2 * size, stream=screen, clock=clock) as progress:
            meter = ReadMeter(file, progress)
            clock.now = 2.0
            assert len(meter.read()) == 2**20
            assert meter.seek(0) == 0
    assert "restore: 1.0 of 2.0 MiB" in screen.getvalue()


def test_the_total_may_turn_out_meanwhile_and_items_count_once_they_are_done() -> None:
    screen, clock = Terminal(), Clock()
    with ProgressLine("import", "feeds", stream=screen, clock=clock) as progress:
        for number in progress.count_items(range(4)):
            clock.now = 2.0 * number
            progress.expect(4)
    shown = screen.getvalue().split("\r\033[K")
    assert shown[1] == "import: 2 of 4 feeds, 1 a second, 2 s left"
    assert shown[-2].startswith("import: 4 of 4 feeds")


async def test_a_wait_that_counts_nothing_is_shown() -> None:
    screen, clock, written = Terminal(), Clock(), asyncio.Event()
    screen.flush = written.set  # type: ignore[method-assign]
    with ProgressLine("feeds check", "feeds", 1, stream=screen, clock=clock) as progress:
        clock.now = 60.0
        async with progress.refreshed():
            await written.wait()
    assert "feeds check: 0 of 1 feeds" in screen.getvalue()


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({}, (1.0, None)),
        ({"master_sync_read_bytes": 3 << 20, "master_sync_total_bytes": 6 << 20}, (3.0, 6.0)),
        ({"master_sync_read_bytes": 3 << 20, "master_sync_total_bytes": 0}, (3.0, None)),
        ({"master_sync_read_bytes": 0, "master_sync_total_bytes": -1}, (1.0, None)),
    ],
)
def test_a_copy_is_counted_by_what_the_server_says_of_it(
    state: dict[str, int], found: tuple[float, float | None]
) -> None:
    assert read_copied_mebibytes(state, 1.0) == found
