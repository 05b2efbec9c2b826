"""Prints for commands: JSON for programs, tables for people."""

from collections.abc import Iterable, Sequence
from typing import Any

import typer

from feedmill._text_safety import escape_json, make_line_printable


def print_json(value: Any, *, lines: bool = False) -> None:
    """Print one JSON document; on one line for output that is read line by line.

    What could steer a terminal is written as JSON's escapes: the value stays the same.
    """
    import msgspec

    text = msgspec.json.encode(value)
    typer.echo(escape_json((text if lines else msgspec.json.format(text, indent=2)).decode()))


def print_json_with_moments(value: Any) -> None:
    """Print one JSON document with every moment of the ledger as RFC 3339."""
    import msgspec

    from daemon.terminal.json_moments import write_moments

    print_json(write_moments(msgspec.to_builtins(value)))


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None
) -> None:
    """Print a table as wide as the terminal; cells are plain text, without what could steer a terminal."""
    from daemon.terminal.table import render_table

    cells = [[make_text_printable(str(cell)) for cell in row] for row in rows]
    typer.echo(render_table(columns, cells, title), nl=False)


def make_text_printable(text: str) -> str:
    """Replace what could steer a terminal: control characters, line breaks excepted, and bidi overrides."""
    return "\n".join(make_line_printable(line) for line in text.split("\n"))


def format_count(count: int, noun: str) -> str:
    """Format a count: `1 feed`, `2 feeds`, `0 entries`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"
