"""What the stream holds, what holds it back, and what will happen when."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from feedmill._ledger.answers import Census
from feedmill.groups import GroupState
from web.house import House


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
    next: str
    """What will happen next, in a sentence."""


async def outlook(
    house: House, info: Mapping[str, Any], groups: Sequence[GroupState], census: Census, now_ms: int
) -> Retention:
    """Look at the stream."""
    client, stream = house.ledger.client, house.ledger.keys.stream()
    first, last = house.tail.shelf.first, house.tail.shelf.last
    try:
        size = await client.memory_usage(stream, samples=50)
    except ResponseError:  # some managed servers refuse it
        size = None
    groups = [state for state in groups if not state.stream]
    waiting = [
        (state.oldest_age, state) for state in groups if state.oldest_age is not None and _holds(state, house)
    ]
    held_age, holder = max(waiting, key=lambda pair: pair[0], default=(None, None))
    ages = [state.oldest_age for state in groups if state.oldest_age is not None]
    oldest = None if first is None else max(now_ms - first[0], 0)
    keep_ms = round(house.rules.keep * 1000)
    return Retention(
        length=census.stream_length,
        oldest_ms=oldest,
        newest_ms=max(now_ms - last[0], 0) if last[0] else None,
        bytes=size,
        keep_ms=keep_ms,
        max_bytes=house.rules.max_bytes,
        memory=int(info.get("used_memory", 0)),
        memory_limit=int(info.get("maxmemory", 0)),
        held_by=holder.group if holder else None,
        oldest_unacked_ms=max(ages, default=None),
        next=_next(oldest, keep_ms, held_age, holder, size, house.rules.max_bytes),
    )


def _holds(state: GroupState, house: House) -> bool:
    return state.protected or (state.stream, state.group) in house.rules.protect


def _next(  # noqa: PLR0917  (what it depends on)
    oldest: int | None,
    keep_ms: int,
    held_age: int | None,
    holder: GroupState | None,
    size: int | None,
    most: int,
) -> str:
    """Say what will happen to the oldest entries."""
    if oldest is None:
        return "Nothing: the stream is empty."
    full = size is not None and size > most
    if not full and oldest < keep_ms:
        left = span(keep_ms - oldest)
        return f"The oldest entry is dropped in {left}, when it has been there for {span(keep_ms)}."
    if holder is not None and held_age is not None and held_age >= min(oldest, keep_ms):
        return f"The oldest entries stay until the group {holder.group} has acknowledged them, or is removed."
    if full:
        return "The stream is larger than max_bytes: its oldest entries are being dropped."
    return "The oldest entries are being dropped."


def span(ms: float) -> str:
    """Say a span of time in its largest two units."""
    seconds = max(0, round(ms / 1000))
    parts = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= size:
            parts.append(f"{seconds // size} {name}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"
