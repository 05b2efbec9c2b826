"""Prints tables for people: plain lines where they fit, else as rich wraps them; quick for many rows."""

import sys
from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

_GAP = "   "
_INDENT = "   "
_MOST_WRAPPED_COLUMNS = 4
"""Columns whose cells are wrapped where they do not fit: of more each would be a word wide."""
_UNWRAPPED_COLUMNS = 10_000
"""Width where the output is no terminal, so that programs get one line for each row."""


def is_too_wide(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether cells do not fit in the terminal's width; what is piped always fits."""
    if not sys.stdout.isatty():
        return False
    widths = _measure_columns(columns, rows)
    return sum(widths) + len(_GAP) * len(widths) > Console().width


def _measure_columns(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(cell_len(line) for row in (columns, *rows) for line in row[at].split("\n"))
        for at in range(len(columns))
    ]


def render_table(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> str:
    """Lay out cells of plain text, as wide as the terminal."""
    terminal = sys.stdout.isatty()
    console = Console(highlight=False, width=None if terminal else _UNWRAPPED_COLUMNS)
    widths = _measure_columns(columns, rows)
    if sum(widths) + len(_GAP) * len(widths) > console.width:
        if len(columns) > _MOST_WRAPPED_COLUMNS:
            return "\n".join((*_render_folded(columns, rows, widths, title, console.width), ""))
        return _render_wrapped(console, columns, rows, title)
    return "\n".join((*_render_lines(columns, rows, widths, title, bold=terminal), ""))


def _render_lines(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    title: str | None,
    *,
    bold: bool,
) -> Iterator[str]:
    yield from (title, "") if title else ("",)
    yield from _render_head(columns, widths, bold=bold)
    for row in rows:
        yield from _render_row(row, widths)
    yield ""


def _render_head(columns: Sequence[str], widths: Sequence[int], *, bold: bool) -> Iterator[str]:
    """Yield the line of names, and the rule below it."""
    (head,) = _render_row(columns, widths)
    yield f"\033[1m{head}\033[0m" if bold else head
    yield f" {'─' * (sum(widths) + len(_GAP) * (len(widths) - 1))}"


def _render_row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row: as many as its highest cell has."""
    if not any("\n" in cell for cell in cells):
        yield _render_line(cells, widths)
        return
    parts = [cell.split("\n") for cell in cells]
    for at in range(max(len(lines) for lines in parts)):
        yield _render_line([lines[at] if at < len(lines) else "" for lines in parts], widths)


def _render_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True))
    return f" {_GAP.join(padded)}".rstrip()


def _render_folded(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    title: str | None,
    width: int,
) -> Iterator[str]:
    """Yield the columns that fit as a table, and below each row what the others hold, by name."""
    shown = _count_fitting(widths, width)
    yield from (title, "") if title else ("",)
    yield from _render_head(columns[:shown], widths[:shown], bold=True)
    for row in rows:
        yield from _render_row(row[:shown], widths[:shown])
        yield from _fold_cells(columns[shown:], row[shown:], width)
    yield ""


def _count_fitting(widths: Sequence[int], width: int) -> int:
    """Count the leading columns that fit, one at least."""
    used = 0
    for number, one in enumerate(widths):
        used += one + len(_GAP)
        if used > width and number:
            return number
    return len(widths)


def _fold_cells(columns: Sequence[str], cells: Sequence[str], width: int) -> Iterator[str]:
    """Yield named cells, as many in a line as fit; a longer one has a line of its own, whole."""
    line = ""
    for name, cell in zip(columns, cells, strict=True):
        if not cell:
            continue
        said = f"{name} {' '.join(cell.split())}".strip()
        if line and cell_len(f"{line}, {said}") <= width:
            line = f"{line}, {said}"
            continue
        if line:
            yield line
        line = f"{_INDENT}{said}"
    if line:
        yield line


def _render_wrapped(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], title: str | None
) -> str:
    folding = (Column(name, overflow="fold") for name in columns)  # a long word is broken, never cut off
    table = Table(*folding, box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    with console.capture() as written:  # rich would end the process by itself on a broken pipe
        console.print(table)
    return written.get()
