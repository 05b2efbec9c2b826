"""Computes small plots as plain values, which a template draws as SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from web.rendering.templates import format_count as count_of
from web.rendering.templates import format_time

WIDTH, HEIGHT = 600.0, 120.0


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One rectangle; `kind` is its place in the legend."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One plot; what it shows stands in `rows` as well, for screen readers."""

    title: str
    most: str
    """What the upper edge stands for."""
    start: str
    end: str
    legend: tuple[str, ...] = ()
    bars: tuple[ChartBar, ...] = ()
    lines: tuple[str, ...] = ()
    """The points of each line, as SVG has them."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    empty: bool = field(default=False)
    sum: str = ""
    """What it comes to, in a word or two."""


def make_bar_chart(title: str, values: Sequence[int], start: float, step: float, unit: str) -> Chart:
    """Draw a bar for each span of time."""
    return _make_stacked_chart(title, [(unit, values)], start, step)


def make_line_chart(
    title: str, series: Mapping[str, Sequence[float | None]], start: float, step: float
) -> Chart:
    """Draw a line for each series; None leaves a hole."""
    known = [value for values in series.values() for value in values if value is not None]
    most = max(known, default=0) or 1
    count = max((len(values) for values in series.values()), default=0)
    drawn = [
        " ".join(
            f"{(at + 0.5) * WIDTH / count:.1f},{HEIGHT - value / most * HEIGHT:.1f}"
            for at, value in enumerate(values)
            if value is not None
        )
        for values in series.values()
    ]
    rows = [
        (
            _format_time(start, step, at),
            *("" if values[at] is None else f"{values[at]:g}" for values in series.values()),
        )
        for at in range(count)
        if any(values[at] is not None for values in series.values())
    ]
    return Chart(
        title, f"{most:g}", _format_time(start, step, 0), _format_time(start, step, count), tuple(series),
        lines=tuple(drawn), columns=("time", *series), rows=tuple(rows), empty=not known,
        sum=_last_value(series),
    )  # fmt: skip


def make_outcome_chart(
    title: str, samples: Sequence[tuple[int, Mapping[str, int]]], start: float, step: float, count: int
) -> Chart:
    """Draw what pages came to, from the counts of all time as they were at some moments."""
    kinds: dict[str, list[int]] = {
        "published": [0] * count, "known already": [0] * count, "no article": [0] * count
    }  # fmt: skip
    for (_, before), (ms, after) in pairwise(samples):
        at = int((ms - start) // step)
        if 0 <= at < count:
            for name, value in after.items():
                more = value - before.get(name, 0)
                if (kind := _series_number(name)) and more > 0:
                    kinds[kind][at] += more
    return _make_stacked_chart(title, list(kinds.items()), start, step)


def _series_number(name: str) -> str:
    if name.startswith("published:"):
        return "published"
    if name in {"settled:unchanged", "settled:joined"}:
        return "known already"
    if name.startswith("settled:") and name not in {"settled:published", "settled:updated"}:
        return "no article"
    return ""


def _make_stacked_chart(
    title: str, series: Sequence[tuple[str, Sequence[int]]], start: float, step: float
) -> Chart:
    count = len(series[0][1])
    sums = [sum(values[at] for _, values in series) for at in range(count)]
    most = max(sums, default=0)
    width = WIDTH / max(count, 1)
    drawn: list[ChartBar] = []
    for at in range(count):
        low = HEIGHT
        for kind, (name, values) in enumerate(series):
            if values[at]:
                height = values[at] / most * HEIGHT
                low -= height
                said = f"{_format_time(start, step, at)}: {values[at]} {name}"
                drawn.append(ChartBar(at * width + 0.5, low, width - 1, height, kind, said))
    rows = [
        (_format_time(start, step, at), *(str(values[at]) for _, values in series))
        for at in range(count)
        if sums[at]
    ]
    names = tuple(name for name, _ in series)
    return Chart(
        title, str(most), _format_time(start, step, 0), _format_time(start, step, count),
        names if len(names) > 1 else (), tuple(drawn), columns=("time", *names), rows=tuple(rows),
        empty=not most,
        sum=", ".join(f"{count_of(sum(values))} {name}" for name, values in series if sum(values)),
    )  # fmt: skip


def _last_value(series: Mapping[str, Sequence[float | None]]) -> str:
    """Return the last value of the first series."""
    first = next(iter(series.values()), ())
    return next((f"{value:g} at the end" for value in reversed(first) if value is not None), "")


def _format_time(start: float, step: float, at: int) -> str:
    return format_time(start + at * step)[:16]
