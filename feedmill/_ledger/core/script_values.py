"""Reads single values of the scripts' replies, and writes values as the scripts' arguments. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.records import FoundEntry, PlannedVisit

_encode = msgspec.json.Encoder().encode


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
    """Write a planned visit as the scripts read it; nothing for none."""
    return _encode(visit) if visit else b""
