"""Builds calls on sites: their gates, the operator's rules for them, robots.txt, and what they were sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call, decode_number, decode_text
from feedmill._ledger.core.operation_result_types import RobotsState, SiteRequests, SlotReply
from feedmill._ledger.core.records import RequestRecord
from feedmill._ledger.core.site_and_route_rules import SiteRule

_pack = msgspec.msgpack.Encoder().encode
_encode = msgspec.json.Encoder(order="deterministic").encode
_rule = msgspec.json.Decoder(SiteRule).decode


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


def replace_site_rules(
    keys: Keys, *, rules: Mapping[str, SiteRule], per_site: int, gap_ms: int, most_ms: int, token: str
) -> Call[tuple[str, ...]]:
    """Make these the operator's rules for single sites; returns the sites whose rule changed."""
    flat = (part for site, rule in sorted(rules.items()) for part in (site, _encode(rule)))

    def decode(reply: Any) -> tuple[str, ...]:
        return tuple(sorted(site.decode() for site in reply))

    return build_call("apply_sites", keys, decode, token, per_site, gap_ms, most_ms, *flat)


def list_site_rules(keys: Keys) -> Call[dict[str, SiteRule]]:
    """Read the operator's rules for single sites."""

    def decode(reply: Any) -> dict[str, SiteRule]:
        return {decode_text(site): _rule(rule) for site, rule in zip(reply[::2], reply[1::2], strict=True)}

    return build_call("site_rules", keys, decode)


def read_robots(keys: Keys, *, origin: str, lease_ms: int, owner: str, token: str) -> Call[RobotsState]:
    """Read an origin's robots.txt rules; the first one to ask for an unknown one is to fetch it.

    It is `owner`'s to fetch until `keep_robots`, `leave_robots` or `abandon`, or for `lease_ms`.
    """

    def decode(reply: Any) -> RobotsState:
        what = decode_text(reply[0])
        if what == "known":
            return RobotsState(what, decode_text(reply[1]), reply[2], int(reply[3]))
        if what == "fetch":
            return RobotsState(what, failures=int(reply[1]))
        return RobotsState(what, ms=int(reply[1]))

    return build_call("ask_robots", keys, decode, token, origin, lease_ms, owner)


def leave_robots(keys: Keys, *, origin: str, owner: str, token: str) -> Call[bool]:
    """Return the claim on an origin's robots.txt to the others. False: it was not this owner's to fetch."""
    return build_call("leave_robots", keys, bool, token, origin, owner)


def store_robots(
    keys: Keys,
    *,
    origin: str,
    site: str,
    verdict: str,
    rules: bytes,
    keep_ms: int,
    failed: bool,
    crawl_ms: int,
    per_site: int,
    gap_ms: int,
    most_ms: int,
    owner: str,
    token: str,
    unreached: str = "",
) -> Call[int]:
    """Store what an origin's robots.txt said; its Crawl-delay slows the site, up to `most_ms`.

    `unreached` is the named end of a request that got no answer: while the line is down it is kept for
    seconds only. Returns for how many ms it is kept.
    """
    rest = (keep_ms, int(failed), crawl_ms, per_site, gap_ms, most_ms, unreached, owner)
    return build_call("keep_robots", keys, decode_number, token, origin, site, verdict, rules, *rest)


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
        rule=_rule(rule) if rule else SiteRule(),
        pace=None if own is None else (own[0], own[1]),
        counts=counts,
        broken=broken,
        last=last,
    )
