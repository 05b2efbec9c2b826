"""Operations on sites: their gates, the operator's rules for them, robots.txt, and what they were sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from feedmill._ledger.answers import Passage, RobotsState, SentToSite
from feedmill._ledger.calls import Call, call, number, text
from feedmill._ledger.keys import Keys
from feedmill._ledger.records import Sent, SiteRule

_pack = msgspec.msgpack.Encoder().encode
_encode = msgspec.json.Encoder(order="deterministic").encode
_rule = msgspec.json.Decoder(SiteRule).decode


def pass_gate(
    keys: Keys,
    *,
    member: str,
    site: str,
    per_site: int,
    gap_ms: int,
    lease_ms: int,
    patience_ms: int,
    token: str,
) -> Call[Passage]:
    """Ask to request something from a site, for the feed, page or other `member`.

    Passed: the site's next moment is the member's, after `wait_ms`, and with it a slot (the one that it had
    already, where it had one) until `leave_gate` or for `lease_ms`. A moment that is further away than
    `patience_ms` is left to others.
    """

    def decode(reply: Any) -> Passage:
        return Passage(bool(reply[0]), int(reply[1]))

    return call("pass_gate", keys, decode, token, member, site, per_site, gap_ms, lease_ms, patience_ms)


def leave_gate(keys: Keys, *, member: str, sites: Sequence[str], token: str) -> Call[int]:
    """Free a member's slots; answers how many there were."""
    return call("leave_gate", keys, number, token, member, *sites)


def apply_sites(
    keys: Keys, *, rules: Mapping[str, SiteRule], per_site: int, gap_ms: int, most_ms: int, token: str
) -> Call[tuple[str, ...]]:
    """Make these the operator's rules for single sites; answers the sites whose rule changed."""
    flat = (part for site, rule in sorted(rules.items()) for part in (site, _encode(rule)))

    def decode(reply: Any) -> tuple[str, ...]:
        return tuple(sorted(site.decode() for site in reply))

    return call("apply_sites", keys, decode, token, per_site, gap_ms, most_ms, *flat)


def site_rules(keys: Keys) -> Call[dict[str, SiteRule]]:
    """Read the operator's rules for single sites."""

    def decode(reply: Any) -> dict[str, SiteRule]:
        return {text(site): _rule(rule) for site, rule in zip(reply[::2], reply[1::2], strict=True)}

    return call("site_rules", keys, decode)


def ask_robots(keys: Keys, *, origin: str, lease_ms: int, token: str) -> Call[RobotsState]:
    """Read what an origin's robots.txt says; the first one to ask for an unknown one is to fetch it."""

    def decode(reply: Any) -> RobotsState:
        what = text(reply[0])
        if what == "known":
            return RobotsState(what, text(reply[1]), reply[2], int(reply[3]))
        if what == "fetch":
            return RobotsState(what, failures=int(reply[1]))
        return RobotsState(what, ms=int(reply[1]))

    return call("ask_robots", keys, decode, token, origin, lease_ms)


def keep_robots(
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
    token: str,
    unreached: str = "",
) -> Call[int]:
    """Store what an origin's robots.txt said; its Crawl-delay slows the site, up to `most_ms`.

    `unreached` is the named end of a request that got no answer: while the line is down it is kept for
    seconds only. Answers for how many ms it is kept.
    """
    rest = (keep_ms, int(failed), crawl_ms, per_site, gap_ms, most_ms, unreached)
    return call("keep_robots", keys, number, token, origin, site, verdict, rules, *rest)


def record_sent(
    keys: Keys,
    *,
    requests: Sequence[Sent],
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
    return call("record_sent", keys, number, token, per_site, gap_ms, most_ms, at, *packed)


def sent(keys: Keys, *, weeks: int, limit: int, offset: int = 0, site: str = "") -> Call[list[SentToSite]]:
    """Read what sites were sent in the last so many weeks (of Thursday to Wednesday), the latest first."""

    def decode(reply: Any) -> list[SentToSite]:
        return [_sent_to_site(*one) for one in reply]

    return call("sent", keys, decode, weeks, offset, limit, site)


def _sent_to_site(site: Any, rule: Any, pace: Any, weeks: Any) -> SentToSite:
    counts: dict[str, int] = {}
    broken: dict[str, int] = {}
    last: dict[str, tuple[int, str]] = {}
    for flat in weeks:  # the latest first
        for name, value in zip(flat[::2], flat[1::2], strict=True):
            kind, _, of = text(name).rpartition(":")
            if kind == "broken":
                broken[of] = broken.get(of, 0) + int(value)
            elif kind == "last":
                moment, _, url = text(value).partition(" ")
                last.setdefault(of, (int(moment), url))
            elif of == "shortest":
                counts[of] = min(counts.get(of, int(value)), int(value))
            elif of == "at_once":
                counts[of] = max(counts.get(of, 0), int(value))
            else:
                counts[of] = counts.get(of, 0) + int(value)
    own = None if pace is None else tuple(int(part) for part in pace.split()[:2])
    return SentToSite(
        site=text(site),
        rule=_rule(rule) if rule else SiteRule(),
        pace=None if own is None else (own[0], own[1]),
        counts=counts,
        broken=broken,
        last=last,
    )
