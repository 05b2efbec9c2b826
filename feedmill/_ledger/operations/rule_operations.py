"""Builds calls on the operator's rules: `[[routes]]` for the stream, and those for single sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.script_values import decode_text
from feedmill._ledger.core.site_and_route_rules import RouteRule, SiteRule

_encode_route = msgspec.json.Encoder().encode
_read_route = msgspec.json.Decoder(RouteRule).decode
_encode_site = msgspec.json.Encoder(order="deterministic").encode
_read_site = msgspec.json.Decoder(SiteRule).decode


@dataclass(frozen=True, slots=True)
class RouteState:
    """One route as the ledger has it."""

    name: str
    rule: RouteRule
    unrouted: int
    """Entries that its stream could not be given: its key holds something else."""


def apply_routes(keys: Keys, *, routes: Mapping[str, RouteRule], token: str) -> Call[tuple[str, ...]]:
    """Make these the routes from now on; returns the names of those that are new, changed or gone."""
    flat = (part for name, rule in routes.items() for part in (name, _encode_route(rule)))
    return build_call(
        "apply_routes", keys, lambda reply: tuple(decode_text(name) for name in reply), token, *flat
    )


def list_routes(keys: Keys) -> Call[list[RouteState]]:
    """Read the routes, by name."""

    def decode(reply: Any) -> list[RouteState]:
        states = (
            RouteState(decode_text(name), _read_route(rule), int(unrouted)) for name, rule, unrouted in reply
        )
        return sorted(states, key=lambda state: state.name)

    return build_call("routes", keys, decode)


def replace_site_rules(
    keys: Keys, *, rules: Mapping[str, SiteRule], per_site: int, gap_ms: int, most_ms: int, token: str
) -> Call[tuple[str, ...]]:
    """Make these the operator's rules for single sites; returns the sites whose rule changed."""
    flat = (part for site, rule in sorted(rules.items()) for part in (site, _encode_site(rule)))

    def decode(reply: Any) -> tuple[str, ...]:
        return tuple(sorted(site.decode() for site in reply))

    return build_call("apply_sites", keys, decode, token, per_site, gap_ms, most_ms, *flat)


def list_site_rules(keys: Keys) -> Call[dict[str, SiteRule]]:
    """Read the operator's rules for single sites."""

    def decode(reply: Any) -> dict[str, SiteRule]:
        return {
            decode_text(site): _read_site(rule) for site, rule in zip(reply[::2], reply[1::2], strict=True)
        }

    return build_call("site_rules", keys, decode)
