"""Operations on jobs that look through a feed's past: to fill a gap, or as `feedmill backfill` asks."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.answers import ClaimedPast, RecordedPast
from feedmill._ledger.calls import Call, call, flat_entries, optional_number, text
from feedmill._ledger.keys import Keys
from feedmill._ledger.records import FoundEntry, LeasedPast

_encode = msgspec.json.Encoder().encode
_leased_past = msgspec.msgpack.Decoder(LeasedPast).decode


def open_past(keys: Keys, *, name: str, state: str, replace: bool, token: str) -> Call[str]:
    """Open a job that is claimed by its name, unless it is open; answers the state of the one that is open.

    `name` is `back:` and the feed's id. Gaps open their jobs by record_poll, and the scheduler claims those
    without a name.
    """
    return call("open_past", keys, text, token, name, state, int(replace))


def claim_past(keys: Keys, *, name: str, lease_ms: int, token: str) -> Call[ClaimedPast]:
    """Lease the job of that name, or for "" the first gap that is due. It passes no gate."""

    def decode(reply: Any) -> ClaimedPast:
        job = _leased_past(reply[0]) if reply[0] else None
        return ClaimedPast(job, optional_number(reply[1]))

    return call("claim_past", keys, decode, token, name, lease_ms)


def record_past(
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
    token: str,
) -> Call[RecordedPast]:
    """Store what one page of a feed's past gave: pages of new entries, and the job's state; "" ends the job.

    With `backfill` the pages are marked, and may be requested from `start_ms` on, one every `spread_ms`.
    `close_site_ms` closes the gate of `site`.
    """

    def decode(reply: Any) -> RecordedPast:
        return RecordedPast(int(reply[0]), stale=bool(reply[1]))

    told = _encode(list(event)) if event else b""
    rest = (next_ms, close_site_ms, int(backfill), start_ms, spread_ms, told, site)
    return call("record_past", keys, decode, token, name, lease, state, *rest, *flat_entries(found))
