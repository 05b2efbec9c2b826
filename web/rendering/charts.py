"""Computes small charts as plain values, which a template draws as SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from web.rendering.axes import (
    DurationAxis,
    Tick,
    format_seconds,
    place_count_ticks,
    place_time_ticks,
)
from web.rendering.template_renderer import format_count

WIDTH, HEIGHT = 300.0, 110.0
"""The plot inside its axes, in units of the SVG: one is about a pixel, on a phone as on a screen."""


@dataclass(frozen=True, slots=True)
class TimeBins:
    """Equal spans of time, one behind the other."""

    start_ms: float
    step_ms: float
    count: int
    zone: tzinfo

    @property
    def end_ms(self) -> float:
        """When the last one ends."""
        return self.start_ms + self.count * self.step_ms

    def name(self, at: int) -> str:
        """Name one by its beginning, in the reader's zone."""
        moment = datetime.fromtimestamp((self.start_ms + at * self.step_ms) / 1000, self.zone)
        return f"{moment:%Y-%m-%d %H:%M}"

    def find(self, ms: float) -> int | None:
        """Return which one a moment is in."""
        at = int((ms - self.start_ms) // self.step_ms)
        return at if 0 <= at < self.count else None


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One rectangle; `kind` is its place in the legend."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart; what it shows stands in `rows` as well, for screen readers."""

    title: str
    summary: str
    """What it comes to, in a word or two."""
    span: str
    """From when to when."""
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    legend: tuple[str, ...] = ()
    bars: tuple[ChartBar, ...] = ()
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    """The points of each line."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_empty: bool = False


def make_bar_chart(title: str, series: Mapping[str, Sequence[int]], bins: TimeBins) -> Chart:
    """Draw a bar for each span of time, of a part for each series."""
    sums = [sum(values[at] for values in series.values()) for at in range(bins.count)]
    end, y_ticks = place_count_ticks(max(sums, default=0))
    width = WIDTH / max(bins.count, 1)
    drawn: list[ChartBar] = []
    for at in range(bins.count):
        low = HEIGHT
        for kind, (name, values) in enumerate(series.items()):
            if values[at]:
                height = values[at] / end * HEIGHT
                low -= height
                said = f"{bins.name(at)}: {values[at]} {name}"
                drawn.append(ChartBar(at * width + 0.5, low, max(width - 1, 0.5), height, kind, said))
    return Chart(
        title=title,
        summary=", ".join(
            f"{format_count(sum(values))} {name}" for name, values in series.items() if sum(values)
        ),
        span=f"{bins.name(0)} to {bins.name(bins.count)}",
        x_ticks=place_time_ticks(bins.start_ms, bins.end_ms, bins.zone),
        y_ticks=y_ticks,
        legend=tuple(series) if len(series) > 1 else (),
        bars=tuple(drawn),
        columns=("time", *series),
        rows=tuple(
            (bins.name(at), *(str(values[at]) for values in series.values()))
            for at in range(bins.count)
            if sums[at]
        ),
        is_empty=not any(sums),
    )


def make_delay_chart(title: str, series: Mapping[str, Sequence[float | None]], bins: TimeBins) -> Chart:
    """Draw a line for each series of seconds, on a logarithmic axis; None leaves a hole."""
    known = [value for values in series.values() for value in values if value is not None]
    axis = DurationAxis.of(known)
    drawn = tuple(
        tuple(
            ((at + 0.5) * WIDTH / bins.count, HEIGHT - axis.place(value) * HEIGHT)
            for at, value in enumerate(values)
            if value is not None
        )
        for values in series.values()
    )
    rows = [
        (bins.name(at), *("" if one[at] is None else format_seconds(one[at] or 0) for one in series.values()))
        for at in range(bins.count)
        if any(one[at] is not None for one in series.values())
    ]
    return Chart(
        title=title,
        summary=f"last {name} {format_seconds(last)}" if (name := next(iter(series), "")) and (
            last := next((value for value in reversed(series[name]) if value is not None), None)
        ) is not None else "",
        span=f"{bins.name(0)} to {bins.name(bins.count)}",
        x_ticks=place_time_ticks(bins.start_ms, bins.end_ms, bins.zone),
        y_ticks=axis.ticks,
        legend=tuple(series),
        lines=drawn,
        columns=("time", *series),
        rows=tuple(rows),
        is_empty=not known,
    )  # fmt: skip


def count_outcomes(samples: Sequence[tuple[int, Mapping[str, int]]], bins: TimeBins) -> dict[str, list[int]]:
    """Count pages without a new article, from the counts of all time as they were at some moments."""
    kinds: dict[str, list[int]] = {"known already": [0] * bins.count, "no article": [0] * bins.count}
    for (_, before), (ms, after) in pairwise(samples):
        at = bins.find(ms)
        for name, value in after.items() if at is not None else ():
            more = value - before.get(name, 0)
            if (kind := _name_outcome(name)) and more > 0 and at is not None:
                kinds[kind][at] += more
    return kinds


def _name_outcome(name: str) -> str:
    if name in {"settled:unchanged", "settled:joined"}:
        return "known already"
    if name.startswith("settled:") and name not in {"settled:published", "settled:updated"}:
        return "no article"
    return ""
