"""Builds the calls of operators and monitors: dead pages, dead letters, counts, retention."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import (
    Call,
    build_call,
    decode_lines,
    decode_number,
    decode_optional_number,
    decode_text,
)
from feedmill._ledger.core.operation_result_types import (
    Census,
    DeadPage,
    EntryHeader,
    FullStream,
    ReapedLeases,
    ReturnedPages,
    TrimmedStream,
)
from feedmill._ledger.core.records import Entry

_decode_entry = msgspec.json.Decoder(Entry).decode


def return_owner_pages(
    keys: Keys, *, owner: str, reason: str, max_attempts: int, token: str
) -> Call[ReturnedPages]:
    """Return at once all that a dead owner held: pages, slots on the way elsewhere, claims on robots.txt.

    A page that was begun keeps its charge, and is buried with `reason` when its attempts are used up; the
    others return uncharged.
    """
    return build_call(
        "abandon",
        keys,
        lambda reply: ReturnedPages(*(int(part) for part in reply)),
        token,
        owner,
        reason,
        max_attempts,
    )


def reap_leases(
    keys: Keys,
    *,
    limit: int,
    max_attempts: int,
    token: str,
    reason: str = "crash",
    since_ms: int = 0,
    elapsed_ms: int = 0,
) -> Call[ReapedLeases]:
    """Return up to `limit` feeds and `limit` pages whose leases have expired, as `abandon` does.

    `since_ms` is the ledger's time that the caller's last `reap` answered (0: there was none), `elapsed_ms`
    what has passed since by the caller's monotonic clock. Where the ledger's time has run ahead of that the
    server's clock was set, or the machine slept: no lease is over for it.
    """

    def decode(reply: Any) -> ReapedLeases:
        return ReapedLeases(*(int(part) for part in reply))

    return build_call("reap", keys, decode, token, limit, max_attempts, reason, since_ms, elapsed_ms)


def retry_dead_page(keys: Keys, *, page_id: str, token: str) -> Call[bool]:
    """Bring a dead page back with no attempts charged. False: it is not among the dead."""
    return build_call("retry", keys, bool, token, page_id)


def drop_dead_page(keys: Keys, *, page_id: str, token: str) -> Call[bool]:
    """Forget a dead page; it settles as `dropped`. False: it is not among the dead."""
    return build_call("drop", keys, bool, token, page_id)


def start_due_revisits(keys: Keys, *, limit: int, max_revisits: int, token: str) -> Call[int]:
    """Make pages of up to `limit` planned visits that are due; returns how many.

    A page that was asked for again `max_revisits` times already is left alone.
    """
    return build_call("wake", keys, decode_number, token, limit, max_revisits)


def expire_dead_pages(keys: Keys, *, limit: int, max_age_ms: int, most: int, token: str) -> Call[int]:
    """Forget up to `limit` dead letters older than `max_age_ms` or beyond `most`; returns how many."""
    return build_call("expire", keys, decode_number, token, limit, max_age_ms, most)


def count_all(keys: Keys) -> Call[Census]:
    """Count everything at one moment. Reads only."""

    def decode(reply: Any) -> Census:
        counts = {
            decode_text(name): int(value) for name, value in zip(reply[0][::2], reply[0][1::2], strict=True)
        }

        def under(prefix: str) -> dict[str, int]:
            return {
                name.removeprefix(prefix): value
                for name, value in sorted(counts.items())
                if name.startswith(prefix)
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
            settled=under("settled:"),
            published=under("published:"),
            entries=under("entries:"),
            offline_ms=decode_optional_number(reply[13]),
            probe_in_ms=int(reply[14]),
            full=_read_full_stream(reply[15]),
            now_ms=int(reply[16]),
            paused=tuple(sorted(decode_text(name) for name in reply[17])),
            untold=counts.get("untold:stories", 0),
        )

    return build_call("census", keys, decode)


def _read_full_stream(reply: Any) -> tuple[FullStream, ...]:
    found = []
    for route, value in zip(reply[::2], reply[1::2], strict=True):
        size, _, group = decode_text(value).partition(" ")
        found.append(FullStream(decode_text(route), int(size), group))
    return tuple(sorted(found, key=lambda stream: stream.route))


def list_dead_pages(keys: Keys, *, limit: int) -> Call[list[DeadPage]]:
    """Read up to `limit` dead letters, the latest first."""

    def decode(reply: Any) -> list[DeadPage]:
        return [_read_dead_page(page) for page in reply]

    return build_call("dead", keys, decode, limit)


def pause_work(keys: Keys, *, what: str, token: str) -> Call[int]:
    """Keep feedmill from `all`, `site:<site>` or `feed:<id>`; 0: it was paused, -1: there is no such feed."""
    return build_call("pause", keys, int, token, what)


def resume_work(keys: Keys, *, what: str, token: str) -> Call[bool]:
    """Go on with what was paused. False: it was not."""
    return build_call("resume", keys, bool, token, what)


def _read_dead_page(reply: Any) -> DeadPage:
    return DeadPage(
        id=decode_text(reply[0]),
        url=decode_text(reply[1]),
        site=decode_text(reply[2]),
        source=decode_text(reply[3]),
        feed=decode_text(reply[4]),
        tags=decode_lines(reply[5]),
        entry=_decode_entry(reply[6]),
        reason=decode_text(reply[7]),
        detail=decode_text(reply[8]),
        attempts=decode_number(reply[9]),
        failures=decode_number(reply[10]),
        first_failed_at=decode_optional_number(reply[11]),
        listed_at=decode_number(reply[12]),
        died_at=decode_number(reply[13]),
    )


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


def record_count_sample(keys: Keys, *, span_ms: int, token: str) -> Call[bool]:
    """Keep the counts of this moment, once in every span. False: it has its sample."""
    return build_call("sample", keys, bool, token, span_ms)
