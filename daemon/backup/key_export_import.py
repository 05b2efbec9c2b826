"""Copies a ledger key by key: out of a server without writers, and into one that has no ledger."""

from collections.abc import Iterator
from typing import Any

import redis

from daemon.backup.backup_file_format import BackupFrame

_ELEMENTS_PER_PIECE = 500
"""Elements, pairs or keys of one piece or command: bounds a frame's size and the server's pause."""
_MAKES = {"hash": "HSET", "set": "SADD", "zset": "ZADD", "list": "RPUSH"}
_SKIPPED = (b"reply:", b"web:sessions")
"""Answers under callers' tokens live for a minute; a session that was ended must not come back."""


def dump_keys(client: redis.Redis, prefix: str) -> Iterator[BackupFrame]:
    """Read every key of a ledger. Nothing may be written meanwhile."""
    begins = f"{prefix}:".encode()
    now = read_server_ms(client)
    for key in client.scan_iter(match=f"{prefix}:*", count=1000):
        name = key.removeprefix(begins)
        if name.startswith(_SKIPPED):
            continue
        left: Any = client.pttl(key)
        kind: Any = client.type(key)
        until = now + left if left >= 0 else None
        yield from _read(client, key, name, kind.decode(), until)


def _read(
    client: redis.Redis, key: bytes, name: bytes, kind: str, until: int | None
) -> Iterator[BackupFrame]:
    if kind == "stream":
        yield from _read_stream(client, key, name, until)
    elif kind == "string":
        value: Any = client.get(key)
        if value is not None:
            yield BackupFrame(name, kind, until, value)
    else:
        for piece in _split_pieces(_read_members(client, key, kind)):
            yield BackupFrame(name, kind, until, piece)


def _read_members(client: redis.Redis, key: bytes, kind: str) -> list[Any]:
    """Return all that a key holds, as its kind's command takes it."""
    found: Any
    if kind == "hash":
        found = client.hgetall(key)
        return [part for pair in found.items() for part in pair]
    if kind == "zset":
        found = client.zrange(key, 0, -1, withscores=True)
        return [part for member, score in found for part in (repr(score), member)]
    found = client.smembers(key) if kind == "set" else client.lrange(key, 0, -1)
    return list(found)


def _split_pieces(parts: list[Any]) -> Iterator[list[Any]]:
    """Cut a long list into pieces, pairs kept together."""
    for at in range(0, len(parts), _ELEMENTS_PER_PIECE * 2):
        yield parts[at : at + _ELEMENTS_PER_PIECE * 2]


def _read_stream(client: redis.Redis, key: bytes, name: bytes, until: int | None) -> Iterator[BackupFrame]:
    after = "-"
    while True:
        found: Any = client.xrange(key, after, "+", count=_ELEMENTS_PER_PIECE)
        if not found:
            break
        rows = [[entry, [part for pair in fields.items() for part in pair]] for entry, fields in found]
        yield BackupFrame(name, "stream", until, rows)
        after = f"({found[-1][0].decode()}"
    info: Any = client.xinfo_stream(key)
    yield BackupFrame(
        name,
        "stream end",
        until,
        {
            "length": info["length"],
            "last": info["last-generated-id"],
            "added": info.get("entries-added", info["length"]),
            "deleted": info.get("max-deleted-entry-id", b"0-0"),
            "groups": [_read_group(client, key, row) for row in client.xinfo_groups(key)],
        },
    )


def _read_group(client: redis.Redis, key: bytes, row: dict[str, Any]) -> dict[str, Any]:
    group = row["name"]
    pending: list[list[Any]] = []
    least = "-"
    while True:
        found: Any = client.xpending_range(key, group, least, "+", _ELEMENTS_PER_PIECE)
        if not found:
            break
        pending += [
            [one["message_id"], one["consumer"], one["time_since_delivered"], one["times_delivered"]]
            for one in found
        ]
        least = f"({found[-1]['message_id'].decode()}"
    consumers: Any = client.xinfo_consumers(key, group)
    return {
        "name": group,
        "last": row["last-delivered-id"],
        "read": row.get("entries-read"),
        "consumers": [one["name"] for one in consumers],
        "pending": pending,
    }


def write_frame(pipe: Any, prefix: str, frame: BackupFrame, now: int) -> None:
    """Queue what makes a key anew; one whose time is over is left out."""
    if frame.until is not None and frame.until <= now:
        return
    key = f"{prefix}:".encode() + frame.key
    content = frame.content
    if frame.kind == "stream":
        for entry, fields in content:
            pipe.execute_command("XADD", key, entry, *fields)
    elif frame.kind == "stream end":
        _write_groups(pipe, key, content, now)
    elif frame.kind == "string":
        pipe.set(key, content)
    else:
        pipe.execute_command(_MAKES[frame.kind], key, *content)
    if frame.until is not None:
        pipe.pexpireat(key, frame.until)


def _write_groups(pipe: Any, key: bytes, content: dict[str, Any], now: int) -> None:
    for group in content["groups"]:
        name = group["name"]
        read = [] if group["read"] is None else ["ENTRIESREAD", group["read"]]
        pipe.execute_command("XGROUP", "CREATE", key, name, group["last"], "MKSTREAM", *read)
        for consumer in group["consumers"]:
            pipe.xgroup_createconsumer(key, name, consumer)
        for entry, consumer, idle, times in group["pending"]:
            given_at = max(0, now - idle)
            pipe.xclaim(
                key, name, consumer, 0, [entry], time=given_at, retrycount=times, force=True, justid=True
            )
    if content["groups"] or content["length"]:
        pipe.execute_command(
            "XSETID",
            key,
            content["last"],
            "ENTRIESADDED",
            content["added"],
            "MAXDELETEDID",
            content["deleted"],
        )


def read_server_ms(client: redis.Redis) -> int:
    """Return the server's time."""
    seconds, micros = client.time()
    return int(seconds * 1000 + micros // 1000)


def is_empty(client: redis.Redis, prefix: str) -> bool:
    """Return whether there is no key of a ledger."""
    return next(client.scan_iter(match=f"{prefix}:*", count=1000), None) is None


def delete_keys(client: redis.Redis, prefix: str) -> int:
    """Remove every key of a ledger; returns how many."""
    gone = 0
    batch: list[bytes] = []
    for key in client.scan_iter(match=f"{prefix}:*", count=1000):
        batch.append(key)
        if len(batch) == _ELEMENTS_PER_PIECE:
            gone += client.unlink(*batch)
            batch.clear()
    return gone + (client.unlink(*batch) if batch else 0)
