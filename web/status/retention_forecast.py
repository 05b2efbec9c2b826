"""Forecasts what will happen to the stream, and when, at its present growth. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from web.rendering.durations import format_span


class ForecastEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that will happen if all goes on as it does."""

    in_ms: int
    """From now; 0: it happens already."""
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """What the stream holds, and its limits; times in ms, sizes in bytes."""

    length: int
    oldest: int | None
    """Age of the oldest entry; None when there is none."""
    bytes: int | None
    """None when the server does not state it."""
    keep: int
    max_bytes: int
    hard_bytes: int
    """What groups that do not read may hold back."""
    grows: float | None
    """Entries a ms; None when none came."""
    holder: str | None
    """The group for which entries are kept that it has not acknowledged."""
    held: int | None
    """Age of the oldest of these."""
    memory: int
    memory_limit: int
    """0: none."""


def forecast_events(stock: StreamState) -> tuple[ForecastEvent, ...]:
    """Return what will happen, the nearest first."""
    return tuple(sorted(_find_events(stock), key=lambda one: one.in_ms))


def _find_events(stock: StreamState) -> Iterator[ForecastEvent]:
    if stock.oldest is None:
        return
    kept = format_span(stock.keep)
    left = max(stock.keep - stock.oldest, 0)
    free = stock.holder is None or stock.held is None or stock.held < min(stock.oldest, stock.keep)
    rate = _growth_rate(stock)
    full = stock.bytes is not None and stock.bytes >= stock.max_bytes
    if free and full:
        yield ForecastEvent(
            in_ms=0, what="The stream is as large as max_bytes allows: its oldest entries are dropped."
        )
    elif free:
        what = f"The oldest entry has been there for {kept} and is dropped"
        yield ForecastEvent(in_ms=left, what=f"{what}, and so on, one by one.")
    if stock.holder is not None and stock.held is not None:
        what = f"An entry is {kept} old that the group {stock.holder} has not acknowledged: it stays, and"
        yield ForecastEvent(
            in_ms=max(stock.keep - stock.held, 0),
            what=f"{what} all behind it, until the group has read them or is removed.",
        )
    if rate and stock.bytes is not None and not full and (not free or rate * stock.keep > stock.max_bytes):
        what = "The stream is as large as max_bytes allows: entries are dropped"
        held = "; those that a group has not acknowledged stay" if stock.holder else ""
        in_ms = round((stock.max_bytes - stock.bytes) / rate)
        yield ForecastEvent(in_ms=in_ms, what=f"{what} before they are {kept} old{held}.")
    if stock.bytes is not None and not free and (rate or stock.bytes >= stock.hard_bytes):
        what = f"The group {stock.holder} holds back hard_bytes ({stock.hard_bytes >> 20} MiB):"
        in_ms = round(max(stock.hard_bytes - stock.bytes, 0) / rate) if rate else 0
        yield ForecastEvent(in_ms=in_ms, what=f"{what} pages wait until it has read; polling goes on.")
    if rate and stock.memory_limit:
        in_ms = round(max(stock.memory_limit - stock.memory, 0) / rate)
        if not free or in_ms < left:
            what = "The server's memory is full: nothing can be written,"
            yield ForecastEvent(in_ms=in_ms, what=f"{what} and pages wait until there is room.")


def _growth_rate(stock: StreamState) -> float:
    """Bytes a ms by which the stream grows before anything is dropped."""
    if not (stock.grows and stock.bytes and stock.length):
        return 0.0
    return stock.grows * stock.bytes / stock.length
