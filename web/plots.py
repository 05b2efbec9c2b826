"""Small plots as plain values, which a template draws as SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from web.looks import count as count_of
from web.looks import moment

WIDTH, HEIGHT = 600.0, 120.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle; `kind` is its place in the legend."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    said: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot; what it shows stands in `rows` as well, for those who do not see it."""

    title: str
    most: str
    """What the upper edge stands for."""
    start: str
    end: str
    legend: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    lines: tuple[str, ...] = ()
    """The points of each line, as SVG has them."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    empty: bool = field(default=False)
    sum: str = ""
    """What it comes to, in a word or two."""


def bars(title: str, values: Sequence[int], start: float, step: float, unit: str) -> Plot:
    """Draw a bar for each span of time."""
    return _stacked(title, [(unit, values)], start, step)


def lines(title: str, series: Mapping[str, Sequence[float | None]], start: float, step: float) -> Plot:
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
            _when(start, step, at),
            *("" if values[at] is None else f"{values[at]:g}" for values in series.values()),
        )
        for at in range(count)
        if any(values[at] is not None for values in series.values())
    ]
    return Plot(
        title, f"{most:g}", _when(start, step, 0), _when(start, step, count), tuple(series),
        lines=tuple(drawn), columns=("time", *series), rows=tuple(rows), empty=not known,
        sum=_latest(series),
    )  # fmt: skip


def outcomes(
    title: str, samples: Sequence[tuple[int, Mapping[str, int]]], start: float, step: float, count: int
) -> Plot:
    """Draw what pages came to, from the counts of all time as they were at some moments."""
    kinds: dict[str, list[int]] = {
        "published": [0] * count, "known already": [0] * count, "no article": [0] * count
    }  # fmt: skip
    for (_, before), (ms, after) in pairwise(samples):
        at = int((ms - start) // step)
        if 0 <= at < count:
            for name, value in after.items():
                more = value - before.get(name, 0)
                if (kind := _kind(name)) and more > 0:
                    kinds[kind][at] += more
    return _stacked(title, list(kinds.items()), start, step)


def _kind(name: str) -> str:
    if name.startswith("published:"):
        return "published"
    if name in {"settled:unchanged", "settled:joined"}:
        return "known already"
    if name.startswith("settled:") and name not in {"settled:published", "settled:updated"}:
        return "no article"
    return ""


def _stacked(title: str, series: Sequence[tuple[str, Sequence[int]]], start: float, step: float) -> Plot:
    count = len(series[0][1])
    sums = [sum(values[at] for _, values in series) for at in range(count)]
    most = max(sums, default=0)
    width = WIDTH / max(count, 1)
    drawn: list[Bar] = []
    for at in range(count):
        low = HEIGHT
        for kind, (name, values) in enumerate(series):
            if values[at]:
                height = values[at] / most * HEIGHT
                low -= height
                said = f"{_when(start, step, at)}: {values[at]} {name}"
                drawn.append(Bar(at * width + 0.5, low, width - 1, height, kind, said))
    rows = [
        (_when(start, step, at), *(str(values[at]) for _, values in series))
        for at in range(count)
        if sums[at]
    ]
    names = tuple(name for name, _ in series)
    return Plot(
        title, str(most), _when(start, step, 0), _when(start, step, count),
        names if len(names) > 1 else (), tuple(drawn), columns=("time", *names), rows=tuple(rows),
        empty=not most,
        sum=", ".join(f"{count_of(sum(values))} {name}" for name, values in series if sum(values)),
    )  # fmt: skip


def _latest(series: Mapping[str, Sequence[float | None]]) -> str:
    """Give the last value of the first series."""
    first = next(iter(series.values()), ())
    return next((f"{value:g} at the end" for value in reversed(first) if value is not None), "")


def _when(start: float, step: float, at: int) -> str:
    return moment(start + at * step)[:16]
