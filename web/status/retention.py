"""Measures what the stream holds, what holds it back, and when it will drop entries."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from feedmill._ledger.core.operation_result_types import Census
from feedmill.groups import GroupState
from web.app_context import AppContext
from web.status.retention_forecast import ForecastEvent, StreamState, forecast_events

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
"""Ms of an hour and of a day."""


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """The stream and its limits; times in ms, sizes in bytes."""

    length: int
    oldest_ms: int | None
    """Age of the oldest entry."""
    newest_ms: int | None
    bytes: int | None
    """Memory that the stream takes; an estimate by sampling."""
    keep_ms: int
    max_bytes: int
    memory: int
    """Memory that the whole server takes."""
    memory_limit: int
    """0: the server has none."""
    held_by: str | None
    """The group that keeps the oldest entries from being dropped; null when none does."""
    oldest_unacked_ms: int | None
    """Age of the oldest entry that some group has not acknowledged."""
    oldest_unacked_by: str | None
    grows: float | None
    """Entries a ms over the last day; null when nothing came."""
    next: str
    """What will happen next, in a sentence."""
    outlook: tuple[ForecastEvent, ...]
    """What will happen when, the nearest first."""


async def read_retention(
    app: AppContext, info: Mapping[str, Any], groups: Sequence[GroupState], census: Census, now_ms: int
) -> Retention:
    """Measure the stream, and forecast what it will drop."""
    own = [state for state in groups if not state.stream and state.oldest_age is not None]
    behind = max(own, key=_oldest_unacked_age, default=None)
    last = app.index.last
    stock = await _measure_stream(app, info, own, census, now_ms)
    found = forecast_events(stock)
    return Retention(
        length=stock.length,
        oldest_ms=stock.oldest,
        newest_ms=max(now_ms - last[0], 0) if last[0] else None,
        bytes=stock.bytes,
        keep_ms=stock.keep,
        max_bytes=stock.max_bytes,
        memory=stock.memory,
        memory_limit=stock.memory_limit,
        held_by=stock.holder,
        oldest_unacked_ms=behind.oldest_age if behind else None,
        oldest_unacked_by=behind.group if behind else None,
        grows=stock.grows,
        next=found[0].what if found else "Nothing: the stream is empty.",
        outlook=found,
    )


async def _measure_stream(
    app: AppContext, info: Mapping[str, Any], own: Sequence[GroupState], census: Census, now_ms: int
) -> StreamState:
    """Measure what a forecast needs; `own` are the groups of the stream that have entries to acknowledge."""
    first = app.index.first
    try:
        size = await app.ledger.client.memory_usage(app.ledger.keys.stream(), samples=50)
    except ResponseError:  # some managed servers refuse it
        size = None
    holder = max((state for state in own if _holds_stream(state, app)), key=_oldest_unacked_age, default=None)
    return StreamState(
        length=census.stream_length,
        oldest=None if first is None else max(now_ms - first[0], 0),
        bytes=size,
        keep=round(app.limits.keep_s * 1000),
        max_bytes=app.limits.max_bytes,
        hard_bytes=app.limits.hard_bytes,
        grows=_measure_growth(app, now_ms),
        holder=holder.group if holder else None,
        held=holder.oldest_age if holder else None,
        memory=int(info.get("used_memory", 0)),
        memory_limit=int(info.get("maxmemory", 0)),
    )


def _oldest_unacked_age(state: GroupState) -> int:
    return state.oldest_age or 0


def _measure_growth(app: AppContext, now_ms: int) -> float | None:
    """Entries a ms, over the last day or as long as there are any."""
    first = app.index.first
    if first is None:
        return None
    since = max(now_ms - _DAY_MS, first[0])
    count, _ = app.index.count_between(since, now_ms)
    return count / max(now_ms - since, _HOUR_MS) if count else None


def _holds_stream(state: GroupState, app: AppContext) -> bool:
    return state.protected or (state.stream, state.group) in app.limits.protect
