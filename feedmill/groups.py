"""Reads the groups of the stream: their consumers, positions and what waits."""

from dataclasses import dataclass
from typing import Any

import redis
from redis.exceptions import ResponseError

from feedmill._group.drivers import run_script
from feedmill._group.group_keys import GroupKeys
from feedmill._group.io_requests import ScriptCall

PROTECTED_MS = 14 * 86_400_000
"""Time for which a group that registered itself is protected after it was last seen, as in trim.lua."""
HOOK_PREFIX = "hook-"
"""The beginning of the name of a webhook's group; the webhook's own name follows."""
HOOK_DOWN_AFTER = 3
"""Failures in a row, of whatever entries, after which a receiver is taken to be down."""
LONG_UNSEEN_MS = 7 * 86_400_000
"""Time after which a protected group that was not seen is worth a warning: it holds the stream back."""


@dataclass(frozen=True, slots=True)
class ConsumerState:
    """One consumer of a group; times in ms."""

    name: str
    pending: int
    idle: int
    """Milliseconds since it last sent a command."""
    alive: bool
    """Whether it keeps its events by a heartbeat; False for programs that do not use feedmill's consumer."""


@dataclass(frozen=True, slots=True)
class HookState:
    """The state of a webhook's receiver; times in ms."""

    failures: int
    """Failures in a row."""
    failing: int | None
    """Time since the first of these failures; None when the last delivery succeeded."""
    next_in: int | None
    """Time until the next attempt; None when the last delivery succeeded, or nothing waits."""
    sent: int | None
    """Time since it last accepted an entry."""
    said: str
    """The description of its last failure."""


@dataclass(frozen=True, slots=True)
class GroupState:
    """One group of the stream; times in ms."""

    group: str
    lag: int | None
    """Entries that no consumer has got yet; None when the server does not know."""
    pending: int
    """Entries delivered and not acknowledged."""
    oldest: str | None
    """The oldest entry that is not acknowledged, delivered or not; None when there is none."""
    oldest_age: int | None
    dead: int
    """Dead letters of the group."""
    again: int
    """Dead letters that are to be tried again."""
    protected: bool
    """Whether the group registered itself, so that retention keeps what it has not acknowledged."""
    seen: int | None
    """Time since a protected group was last seen."""
    consumers: tuple[ConsumerState, ...]
    stream: str = ""
    """The route whose stream it reads; empty is the stream of all articles."""
    hook: HookState | None = None
    """The receiver, where the group is a webhook's."""


def group_states(client: redis.Redis, prefix: str = "feedmill") -> list[GroupState]:
    """List every group, by stream and name, the main stream's first; raises the client's errors."""
    names: Any = client.hkeys(GroupKeys(prefix).routes())
    routes = sorted(name.decode() for name in names)
    return [state for route in ("", *routes) for state in _of_stream(client, GroupKeys(prefix, route=route))]


def _of_stream(client: redis.Redis, keys: GroupKeys) -> list[GroupState]:
    try:
        rows: Any = client.xinfo_groups(keys.stream())
    except ResponseError as error:  # no stream yet
        if not _gone(error):
            raise
        return []
    time: Any = client.time()
    now = time[0] * 1000 + time[1] // 1000
    registered: Any = client.zrange(keys.protected(), 0, -1, withscores=True)
    seen = {name.decode(): int(score) for name, score in registered}
    states = []
    for row in rows:
        try:
            states.append(
                _state(client, GroupKeys(keys.prefix, row["name"].decode(), keys.route), row, now, seen)
            )
        except ResponseError as error:  # it was removed meanwhile
            if not _gone(error):
                raise
    return sorted(states, key=lambda state: state.group)


def _gone(error: ResponseError) -> bool:
    return any(words in str(error).lower() for words in ("no such key", "nogroup"))


def remove_group(client: redis.Redis, group: str, prefix: str = "feedmill", stream: str = "") -> bool:
    """End a group with its dead letters and its protection. False: there is none."""
    keys = GroupKeys(prefix, group, stream)
    return bool(run_script(ScriptCall("remove", keys.table(), (group, "", "")), client))


def _state(
    client: redis.Redis, keys: GroupKeys, row: dict[str, Any], now: int, seen: dict[str, int]
) -> GroupState:
    oldest = _oldest(client, keys, row)
    last_seen = seen.get(keys.group)
    return GroupState(
        group=keys.group,
        lag=row.get("lag"),
        pending=row["pending"],
        oldest=oldest,
        oldest_age=None if oldest is None else max(0, now - int(oldest.partition("-")[0])),
        dead=client.xlen(keys.dead()),
        again=client.xlen(keys.again()),
        protected=last_seen is not None and now - last_seen < PROTECTED_MS,
        seen=None if last_seen is None else now - last_seen,
        consumers=tuple(
            ConsumerState(
                name=one["name"].decode(),
                pending=one["pending"],
                idle=one["idle"],
                alive=bool(client.exists(keys.alive(one["name"].decode()))),
            )
            for one in client.xinfo_consumers(keys.stream(), keys.group)
        ),
        stream=keys.route,
        hook=_hook(client, keys, now, waits=oldest is not None)
        if keys.group.startswith(HOOK_PREFIX)
        else None,
    )


def _hook(client: redis.Redis, keys: GroupKeys, now: int, *, waits: bool) -> HookState:
    names = ("failures", "failing_since", "next_at", "sent_at", "said")
    found: Any = client.hmget(keys.hook(), list(names))
    failures, since, next_at, sent_at, said = (
        value.decode("utf-8", "replace") if value else "" for value in found
    )
    return HookState(
        failures=int(failures or 0),
        failing=now - int(since) if since else None,
        next_in=max(0, int(next_at) - now) if since and next_at and waits else None,
        sent=now - int(sent_at) if sent_at else None,
        said=said,
    )


def _oldest(client: redis.Redis, keys: GroupKeys, row: dict[str, Any]) -> str | None:
    if row["pending"]:
        summary: Any = client.xpending(keys.stream(), keys.group)
        if summary["min"] is not None:  # nothing is pending any more when all was acknowledged meanwhile
            return str(summary["min"].decode())
    unread: Any = client.xrange(keys.stream(), f"({row['last-delivered-id'].decode()}", "+", count=1)
    return unread[0][0].decode() if unread else None
