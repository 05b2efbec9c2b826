"""Builds calls on the entries of streams: trim a stream, read entry headers or a last revision."""

from collections.abc import Sequence
from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import EntryHeader, TrimmedStream
from feedmill._ledger.core.script_values import decode_text


def trim_stream(
    keys: Keys,
    *,
    max_age_ms: int,
    max_bytes: int,
    protect: Sequence[str],
    route: str = "",
    hard_bytes: int = 0,
) -> Call[TrimmedStream]:
    """Drop old entries of the stream, or of a route's, by age and size, some a call.

    Nothing that a group in `protect` has not acknowledged is dropped; a protected group that does not exist
    has acknowledged nothing. Groups that registered themselves are protected until they
    were not seen for 14 days. What they hold back is `full` at `hard_bytes` (0: never): `take_pages` then
    gives nothing, until a later call finds room.
    """

    def decode(reply: Any) -> TrimmedStream:
        return TrimmedStream(int(reply[0]), int(reply[1]), decode_text(reply[2]), bool(reply[3]))

    return build_call("trim", keys, decode, max_age_ms, max_bytes, route, hard_bytes, *protect)


def read_entry_headers(keys: Keys, *, after: str, limit: int) -> Call[list[EntryHeader]]:
    """Read what up to `limit` entries behind a stream id are about, oldest first, without their articles."""

    def decode(reply: Any) -> list[EntryHeader]:
        return [EntryHeader(*(part.decode("utf-8", "replace") for part in row)) for row in reply]

    return build_call("glance", keys, decode, after, limit)


def read_last_revision(keys: Keys, *, page_id: str) -> Call[dict[str, str]]:
    """Read the stream entry of an article's last revision; empty when the stream has dropped it."""

    def decode(reply: Any) -> dict[str, str]:
        return {
            decode_text(name): decode_text(value) for name, value in zip(reply[::2], reply[1::2], strict=True)
        }

    return build_call("revision", keys, decode, page_id)
