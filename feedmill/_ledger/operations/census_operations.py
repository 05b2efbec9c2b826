"""Builds the calls that count all that the ledger holds at one moment, and keep such counts as samples."""

from collections.abc import Mapping
from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import Census, FullStream
from feedmill._ledger.core.script_values import decode_optional_number, decode_text


def count_all(keys: Keys) -> Call[Census]:
    """Count everything at one moment. Reads only."""
    return build_call("census", keys, _read_census)


def _read_census(reply: Any) -> Census:
    counts = {
        decode_text(name): int(value) for name, value in zip(reply[0][::2], reply[0][1::2], strict=True)
    }
    return Census(
        discovered=counts.get("discovered", 0),
        ready=int(reply[1]),
        deferred=int(reply[2]),
        leased=int(reply[3]),
        held=int(reply[4]),
        dead=int(reply[5]),
        feeds=int(reply[6]),
        feeds_due=int(reply[7]),
        feeds_leased=int(reply[8]),
        next_feed_in_ms=decode_optional_number(reply[9]),
        next_page_in_ms=decode_optional_number(reply[10]),
        stream_length=int(reply[11]),
        generation=int(reply[12]),
        settled=_select_counts(counts, "settled:"),
        published=_select_counts(counts, "published:"),
        entries=_select_counts(counts, "entries:"),
        offline_ms=decode_optional_number(reply[13]),
        probe_in_ms=int(reply[14]),
        full=_read_full_stream(reply[15]),
        now_ms=int(reply[16]),
        paused=tuple(sorted(decode_text(name) for name in reply[17])),
        untold=counts.get("untold:stories", 0),
    )


def _select_counts(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the counts whose names begin so, by the rest of their names."""
    return {
        name.removeprefix(prefix): value for name, value in sorted(counts.items()) if name.startswith(prefix)
    }


def _read_full_stream(reply: Any) -> tuple[FullStream, ...]:
    found = []
    for route, value in zip(reply[::2], reply[1::2], strict=True):
        size, _, group = decode_text(value).partition(" ")
        found.append(FullStream(decode_text(route), int(size), group))
    return tuple(sorted(found, key=lambda stream: stream.route))


def record_count_sample(keys: Keys, *, span_ms: int, token: str) -> Call[bool]:
    """Keep the counts of this moment, once in every span. False: it has its sample."""
    return build_call("sample", keys, bool, token, span_ms)
