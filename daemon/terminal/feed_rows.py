"""Lays out the rows of feeds for `feedmill status`: in a wide table, or a few lines each. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

WIDE_COLUMNS = ("source", "outcome", "entries", "lost", "fails", "last poll", "next poll", "feed")
_NARROW_COLUMNS = ("source", "outcome", "last poll", "next poll")
_MAX_SOURCE_WIDTH = 26
"""Columns of a source's name in a narrow table: with the other cells they fit in 80 columns."""
_MAX_OUTCOME_WIDTH = 26
"""Columns of an outcome in a narrow table."""
_GAP = "   "


@dataclass(frozen=True, slots=True)
class FeedRow:
    """What is shown of one feed; spans of time as texts."""

    source: str
    outcome: str
    """Without its detail."""
    detail: str
    entries: int
    lost: int
    failures: int
    last_poll: str
    next_poll: str
    url: str


def list_wide_cells(row: FeedRow) -> tuple[object, ...]:
    """Return the cells under WIDE_COLUMNS."""
    outcome = f"{row.outcome} {row.detail}".strip()
    counts = (row.entries, row.lost or "", row.failures or "")
    return (row.source, outcome, *counts, row.last_poll, row.next_poll, row.url)


def render_narrow_rows(rows: Sequence[FeedRow]) -> list[str]:
    """Render a head and, for each feed, a line of short cells, then its URL and its detail whole."""
    cells = [_list_narrow_cells(row) for row in rows]
    widths = [max(cell_len(line[at]) for line in (_NARROW_COLUMNS, *cells)) for at in range(4)]
    lines = [_render_line(_NARROW_COLUMNS, widths)]
    for row, line in zip(rows, cells, strict=True):
        lines.append(_render_line(line, widths))
        lines += _list_lines_below(row)
    return lines


def _list_narrow_cells(row: FeedRow) -> tuple[str, ...]:
    parts = [row.outcome]
    if row.failures > 1:
        parts.append(f"{row.failures} times")
    if row.lost:
        parts.append(f"{row.lost} lost")
    outcome = ", ".join(parts)
    source = _shorten(row.source, _MAX_SOURCE_WIDTH)
    return (source, _shorten(outcome, _MAX_OUTCOME_WIDTH), row.last_poll, row.next_poll)


def _list_lines_below(row: FeedRow) -> Iterator[str]:
    yield f"  {row.url}"
    if row.detail:
        yield f"  {row.detail}"


def _render_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True))
    return _GAP.join(padded).rstrip()


def _shorten(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"
