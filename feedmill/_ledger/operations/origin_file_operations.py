"""Builds calls on the files of an origin that bind robots: who fetches one, and what it says."""

from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import RobotsState
from feedmill._ledger.core.script_values import decode_number, decode_text


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
