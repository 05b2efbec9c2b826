"""Builds calls on the operator's `[[routes]]`: streams that take a part of the articles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call, decode_text
from feedmill._ledger.core.site_and_route_rules import RouteRule

_encode = msgspec.json.Encoder().encode
_rule = msgspec.json.Decoder(RouteRule).decode


@dataclass(frozen=True, slots=True)
class RouteState:
    """One route as the ledger has it."""

    name: str
    rule: RouteRule
    unrouted: int
    """Entries that its stream could not be given: its key holds something else."""


def apply_routes(keys: Keys, *, routes: Mapping[str, RouteRule], token: str) -> Call[tuple[str, ...]]:
    """Make these the routes from now on; returns the names of those that are new, changed or gone."""
    flat = (part for name, rule in routes.items() for part in (name, _encode(rule)))
    return build_call(
        "apply_routes", keys, lambda reply: tuple(decode_text(name) for name in reply), token, *flat
    )


def list_routes(keys: Keys) -> Call[list[RouteState]]:
    """Read the routes, by name."""

    def decode(reply: Any) -> list[RouteState]:
        states = (RouteState(decode_text(name), _rule(rule), int(unrouted)) for name, rule, unrouted in reply)
        return sorted(states, key=lambda state: state.name)

    return build_call("routes", keys, decode)
