"""Builds calls on jobs that read a feed's past: to fill a gap, or as `feedmill backfill` asks."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.feed_operation_results import ClaimedBackfill, RecordedBackfill
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.records import FoundEntry, LeasedBackfill, Limits
from feedmill._ledger.core.script_values import decode_optional_number, decode_text, flatten_entries

_encode = msgspec.json.Encoder().encode
_leased_backfill = msgspec.msgpack.Decoder(LeasedBackfill).decode


def open_backfill(keys: Keys, *, name: str, state: str, replace: bool, token: str) -> Call[str]:
    """Open a job that is claimed by its name, unless it is open; returns the state of the one that is open.

    `name` is `back:` and the feed's id. Gaps open their jobs by record_poll, and the scheduler claims those
    without a name.
    """
    return build_call("open_past", keys, decode_text, token, name, state, int(replace))


def claim_backfill(keys: Keys, *, name: str, lease_ms: int, token: str) -> Call[ClaimedBackfill]:
    """Lease the job of that name, or for "" the first gap that is due. It passes no gate."""

    def decode(reply: Any) -> ClaimedBackfill:
        job = _leased_backfill(reply[0]) if reply[0] else None
        return ClaimedBackfill(job, decode_optional_number(reply[1]))

    return build_call("claim_past", keys, decode, token, name, lease_ms)


def record_backfill(
    keys: Keys,
    *,
    name: str,
    lease: str,
    state: str,
    next_ms: int,
    close_site_ms: int = 0,
    site: str = "",
    backfill: bool = False,
    start_ms: int = 0,
    spread_ms: int = 0,
    event: Sequence[str] = (),
    found: Sequence[FoundEntry] = (),
    limits: Limits | None = None,
    token: str,
) -> Call[RecordedBackfill]:
    """Store what one page of a feed's past gave: pages of new entries, and the job's state; "" ends the job.

    With `backfill` the pages are marked, and may be requested from `start_ms` on, one every `spread_ms`.
    `limits` leaves out what is too much, but of a backfill. `close_site_ms` closes the gate of `site`.
    """

    def decode(reply: Any) -> RecordedBackfill:
        return RecordedBackfill(int(reply[0]), stale=bool(reply[1]))

    bounds = b"" if backfill or limits is None else _encode(limits)
    summary = _encode(list(event)) if event else b""
    rest = (next_ms, close_site_ms, int(backfill), start_ms, spread_ms, summary, site, bounds)
    return build_call("record_past", keys, decode, token, name, lease, state, *rest, *flatten_entries(found))
