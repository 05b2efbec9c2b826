"""Describes a ledger operation as a value: its script, keys and arguments, and how to read the reply."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import FoundEntry, PlannedVisit

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode
Argument = str | bytes | int | float


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One operation, ready to run; building it touches nothing."""

    script: str
    keys: Keys
    args: tuple[Argument, ...]
    """ARGV[2] and on; ARGV[1] is the time, which the ledger puts in front."""
    decode: Callable[[Any], T]


def build_call(script: str, keys: Keys, decode: Callable[[Any], T], *args: Argument) -> Call[T]:
    """Build a call of the script under the prefix of `keys`."""
    return Call(script, keys, args, decode)


def decode_text(value: Any) -> str:
    """Read a bulk string; an absent one is empty."""
    return value.decode() if value is not None else ""


def decode_number(value: Any) -> int:
    """Read an integer reply or a bulk string of digits; absent is 0."""
    return int(value) if value else 0


def decode_optional_number(value: Any) -> int | None:
    """Read an integer that may be absent."""
    return None if value is None or value == b"" else int(value)


def decode_lines(value: Any) -> tuple[str, ...]:
    """Read a list that the ledger keeps as lines."""
    return tuple(value.decode().split("\n")) if value else ()


def flatten_entries(found: Sequence[FoundEntry]) -> list[str | bytes]:
    """Write found entries as the scripts read them, twelve arguments each."""
    return [
        part
        for item in found
        for part in (
            str(item.key),
            str(item.version),
            item.page,
            item.url,
            item.site,
            "\n".join(item.aliases),
            _encode(item.entry),
            item.mark,
            item.link,
            item.sketch,
            item.former_link,
            "\n".join(item.nearby),
        )
    ]


def encode_visit(visit: PlannedVisit | None) -> bytes:
    return _encode(visit) if visit else b""
