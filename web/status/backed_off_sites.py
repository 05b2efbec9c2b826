"""Finds the sites of feeds whose gate is shut for long: they asked for rest, or failed again and again."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.ledger_client import Ledger

_MIN_CLOSED_MS = 60_000
"""Ms from which a gate counts as shut: less is the usual pause between two requests."""
_MAX_SITES = 5000
"""Sites whose gates are read: bounds the one request for them."""
_MAX_SHOWN = 10
"""Sites that are named, those that stay shut for longest."""


class ClosedSite(msgspec.Struct, frozen=True, kw_only=True):
    """A site that gets no request for a while."""

    site: str
    opens_in_ms: int


async def read_closed_sites(ledger: Ledger, feeds: Sequence[FeedState], now_ms: int) -> list[ClosedSite]:
    """Read which sites are shut, those that stay so for longest first."""
    sites = sorted({feed.site for feed in feeds if feed.enabled and feed.site})[:_MAX_SITES]
    if not sites:
        return []
    times: Any = await ledger.client.mget([ledger.keys.gate(site) for site in sites])
    left = ((site, int(time) - now_ms) for site, time in zip(sites, times, strict=True) if time)
    closed = [ClosedSite(site=site, opens_in_ms=ms) for site, ms in left if ms > _MIN_CLOSED_MS]
    return sorted(closed, key=lambda one: (-one.opens_in_ms, one.site))[:_MAX_SHOWN]
