"""Builds calls on requests to sites: the slots that they take, and the record of what sites were sent."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import SiteRequests, SlotReply
from feedmill._ledger.core.records import RequestRecord
from feedmill._ledger.core.script_values import decode_number, decode_text
from feedmill._ledger.core.site_and_route_rules import SiteRule

_pack = msgspec.msgpack.Encoder().encode
_decode_rule = msgspec.json.Decoder(SiteRule).decode


def acquire_slot(
    keys: Keys,
    *,
    member: str,
    site: str,
    per_site: int,
    gap_ms: int,
    lease_ms: int,
    patience_ms: int,
    owner: str = "",
    token: str,
) -> Call[SlotReply]:
    """Take a slot for a request to a site, for the feed, page or other `member`.

    Passed: the site's next moment is the member's, after `wait_ms`, and with it a slot (the one that it had
    already, where it had one) until `leave_gate` or for `lease_ms`. A moment that is further away than
    `patience_ms` is left to others. `abandon` frees the slots of an `owner`; "" where the slot ends with a
    lease on a page or feed.
    """

    def decode(reply: Any) -> SlotReply:
        return SlotReply(bool(reply[0]), int(reply[1]))

    rest = (per_site, gap_ms, lease_ms, patience_ms, owner)
    return build_call("pass_gate", keys, decode, token, member, site, *rest)


def release_slots(keys: Keys, *, member: str, sites: Sequence[str], token: str, owner: str = "") -> Call[int]:
    """Free a member's slots, which `owner` has; returns how many there were."""
    return build_call("leave_gate", keys, decode_number, token, member, owner, *sites)


def record_requests(
    keys: Keys,
    *,
    requests: Sequence[RequestRecord],
    per_site: int,
    gap_ms: int,
    most_ms: int,
    token: str,
    at_ms: int | None = None,
) -> Call[int]:
    """Record requests as they were made; their sites' pace follows what the answers were like.

    Their ages are those at `at_ms` of the ledger's time; None: when the call is carried out.
    """
    packed = (_pack(request) for request in requests)
    at = "" if at_ms is None else at_ms
    return build_call("record_sent", keys, decode_number, token, per_site, gap_ms, most_ms, at, *packed)


def read_request_report(
    keys: Keys, *, weeks: int, limit: int, offset: int = 0, site: str = ""
) -> Call[list[SiteRequests]]:
    """Read what sites were sent in the last so many weeks (of Thursday to Wednesday), the latest first."""

    def decode(reply: Any) -> list[SiteRequests]:
        return [_read_site_requests(*one) for one in reply]

    return build_call("sent", keys, decode, weeks, offset, limit, site)


def _read_site_requests(site: Any, rule: Any, pace: Any, weeks: Any) -> SiteRequests:
    counts: dict[str, int] = {}
    broken: dict[str, int] = {}
    last: dict[str, tuple[int, str]] = {}
    for flat in weeks:  # the latest first
        for name, value in zip(flat[::2], flat[1::2], strict=True):
            kind, _, of = decode_text(name).rpartition(":")
            if kind == "broken":
                broken[of] = broken.get(of, 0) + int(value)
            elif kind == "last":
                moment, _, url = decode_text(value).partition(" ")
                last.setdefault(of, (int(moment), url))
            elif of == "shortest":
                counts[of] = min(counts.get(of, int(value)), int(value))
            elif of == "at_once":
                counts[of] = max(counts.get(of, 0), int(value))
            else:
                counts[of] = counts.get(of, 0) + int(value)
    own = None if pace is None else tuple(int(part) for part in pace.split()[:2])
    return SiteRequests(
        site=decode_text(site),
        rule=_decode_rule(rule) if rule else SiteRule(),
        pace=None if own is None else (own[0], own[1]),
        counts=counts,
        broken=broken,
        last=last,
    )
