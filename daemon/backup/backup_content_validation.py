"""Checks a whole backup before the first key is touched: its kinds, its contents, and that it fits together.

What is checked is what `write_frame` sends to Redis: after this no frame is refused for its form, and no key
is of another type than the ledger's scripts take it for.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from daemon.backup.backup_file_format import BackupFrame, BackupReader, InvalidBackupError
from feedmill._ledger.core.keys import Keys

_STREAM_ID = re.compile(rb"(\d{1,20})-(\d{1,20})")
_MAX_KEY_BYTES = 4096
"""The longest key of a ledger holds a URL (2,048 characters) behind its name."""
KEY_KINDS = {
    "set": ("feeds", "seen", "held_for", "owner", "made", "left", "backfilled"),
    "string": (
        "feed", "generation", "past", "visit", "gate", "pace", "robots", "asked", "fence", "changed", "clock",
        "reply",
    ),
    "zset": (
        "feed_due", "feed_queue", "feed_sites", "feed_leases", "past_due", "pages_waiting", "page_queue",
        "page_sites", "page_leases", "pages_held", "pages_dead", "visits", "slots", "sent_sites", "recent",
        "unreached", "groups_protected", "route_protected", "web_sessions", "template_uses",
        "template_sizes",
    ),
    "hash": (
        "page", "site", "memory", "sites", "sent", "paused", "counts", "volume", "offline", "full", "routes",
        "used", "feed_counts", "stories", "story", "route_firsts", "template",
    ),
    "list": ("learned", "course", "dropped_entries"),
    "stream": ("stream", "route_stream", "dead_stream", "events_stream", "samples", "story_events"),
}  # fmt: skip
"""The kind of every key of the ledger, by its name in `Keys`."""
LASTING = ("feeds", "counts", "paused", "pages_waiting", "pages_held", "page_leases", "pages_dead", "stream")
"""Keys that never expire: the counts after the restore are made of these."""
TEXTS = ("counts", "paused")
"""Hashes whose fields are read as text by every command."""
_COUNTS = ("discovered", "stream_length")
"""What the header must say of the census: what was restored is compared with it."""


def check_frames(reader: BackupReader, name: str) -> None:
    """Read a backup to its end; raises InvalidBackupError, naming the frame, where it cannot be restored."""
    if not all(isinstance(reader.header.counts.get(one), int) for one in _COUNTS):
        raise InvalidBackupError(f"{name}: its header does not say what it holds")
    kinds: dict[bytes, str] = {}
    streams: dict[bytes, _StreamParts] = {}
    for number, frame in enumerate(reader.read_frames(), 1):
        kind = "stream" if frame.kind == "stream end" else frame.kind
        wrong = _fault(frame) or _type_fault(frame.key, kind) or _census_fault(frame)
        if not wrong and kinds.setdefault(frame.key, kind) != kind:
            wrong = "two kinds under one key"
        if not wrong and kind == "stream":
            wrong = _stream_fault(frame, streams)
        if wrong:
            raise InvalidBackupError(
                f"{name}: frame {number} ({frame.key[:80]!r}) cannot be restored: {wrong}"
            )


@cache
def key_kinds() -> tuple[tuple[str, str], ...]:
    """List the ledger's keys as (name without prefix, kind), longest first; more follows one with a colon."""
    keys = Keys("")
    found = [
        (getattr(keys, name)().removeprefix(":"), kind) for kind, names in KEY_KINDS.items() for name in names
    ]
    return tuple(sorted(found, key=lambda row: -len(row[0])))


def _type_fault(key: bytes, kind: str) -> str:
    text = key.decode("utf-8", "replace")
    for name, wanted in key_kinds():
        if text == name or (name.endswith(":") and text.startswith(name)):
            return "" if kind == wanted else f"a {kind} where the ledger has a {wanted}"
    return ""  # of a later version, or of a consumer group: kept as it is


@cache
def _keys_of(names: tuple[str, ...]) -> frozenset[bytes]:
    keys = Keys("")
    return frozenset(getattr(keys, name)().removeprefix(":").encode() for name in names)


def _census_fault(frame: BackupFrame) -> str:
    if frame.until is not None and frame.key in _keys_of(LASTING):
        return "the ledger keeps it without an end"
    if frame.key in _keys_of(TEXTS) and not all(map(_is_text, frame.content)):
        return "its fields are no text"
    return ""


def _is_text(word: bytes | str) -> bool:
    try:
        return isinstance(word, str) or word.decode() is not None
    except UnicodeDecodeError:
        return False


def _fault(frame: BackupFrame) -> str:
    if not 0 < len(frame.key) <= _MAX_KEY_BYTES:
        return "its key is empty or too long"
    if frame.until is not None and not 0 <= frame.until < 2**53:
        return "its time is none"
    check = _CONTENTS.get(frame.kind)
    if check is None:
        return f"there is no kind {frame.kind!r}"
    return "" if check(frame.content) else f"its content is no {frame.kind}"


def _is_word(value: Any) -> bool:
    return isinstance(value, bytes | str)


def _are_words(content: Any, *, step: int = 1) -> bool:
    return (
        isinstance(content, list)
        and bool(content)
        and len(content) % step == 0
        and all(_is_word(one) for one in content)
    )


def _are_scores(content: Any) -> bool:
    if not _are_words(content, step=2):
        return False
    try:
        return all(float(score) == float(score) for score in content[::2])  # NaN is no score
    except ValueError:
        return False


def _are_rows(content: Any) -> bool:
    return isinstance(content, list) and all(
        isinstance(row, list)
        and len(row) == 2  # noqa: PLR2004  (an id and its fields)
        and _id_of(row[0]) is not None
        and _are_words(row[1], step=2)
        for row in content
    )


def _is_end(content: Any) -> bool:
    if not isinstance(content, dict):
        return False
    numbers = all(_is_count(content.get(one)) for one in ("length", "added"))
    ids = all(_id_of(content.get(one)) is not None for one in ("last", "deleted"))
    groups = content.get("groups")
    return numbers and ids and isinstance(groups, list) and all(_is_group(one) for one in groups)


def _is_group(group: Any) -> bool:
    return (
        isinstance(group, dict)
        and _is_word(group.get("name"))
        and _id_of(group.get("last")) is not None
        and (group.get("read") is None or _is_count(group.get("read")))
        and isinstance(group.get("consumers"), list)
        and all(_is_word(one) for one in group["consumers"])
        and isinstance(group.get("pending"), list)
        and all(_is_pending(one) for one in group["pending"])
    )


def _is_pending(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 4  # noqa: PLR2004  (id, consumer, idle ms, deliveries)
        and _id_of(row[0]) is not None
        and _is_word(row[1])
        and _is_count(row[2])
        and _is_count(row[3])
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _id_of(value: Any) -> tuple[int, int] | None:
    raw = value.encode() if isinstance(value, str) else value
    found = _STREAM_ID.fullmatch(raw) if isinstance(raw, bytes) else None
    return (int(found[1]), int(found[2])) if found else None


@dataclass(slots=True)
class _StreamParts:
    """What came of a stream so far."""

    until: int | None
    last: tuple[int, int] = (0, 0)
    rows: int = 0
    ended: bool = False


def _stream_fault(frame: BackupFrame, streams: dict[bytes, _StreamParts]) -> str:
    """Find what is wrong with a part of a stream: entries with rising ids, then one end, as in Redis."""
    parts = streams.setdefault(frame.key, _StreamParts(frame.until))
    if parts.ended:
        return "its stream has ended already"
    if parts.until != frame.until:
        return "its stream has another time"
    if frame.kind == "stream end":
        parts.ended = True
        return _end_fault(frame.content, parts)
    rows: Sequence[Any] = frame.content
    for row in rows:
        place = _id_of(row[0]) or (0, 0)
        if place <= parts.last:
            return "its entries are not in order"
        parts.last = place
    parts.rows += len(rows)
    return ""


def _end_fault(end: dict[str, Any], parts: _StreamParts) -> str:
    last, deleted = _id_of(end["last"]) or (0, 0), _id_of(end["deleted"]) or (0, 0)
    names = [group["name"] for group in end["groups"]]
    if end["length"] and not (parts.rows or names):
        return "its entries are missing"
    if last < max(parts.last, deleted) or end["added"] < parts.rows:
        return "it is older than its entries"
    return "a group is there twice" if len(set(names)) < len(names) else ""


_CONTENTS: dict[str, Callable[[Any], bool]] = {
    "string": _is_word,
    "hash": lambda content: _are_words(content, step=2),
    "set": _are_words,
    "list": _are_words,
    "zset": _are_scores,
    "stream": _are_rows,
    "stream end": _is_end,
}
