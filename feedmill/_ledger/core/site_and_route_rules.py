"""Describes the operator's rules for sites and routes, as the ledger stores them: frozen values."""

from typing import Literal

import msgspec

from feedmill._operator_rules.page_overrides import PageOverrides


class SiteRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The operator's rules for one site; what is None is as for all sites."""

    per_site: int | None = None
    gap_ms: int | None = None
    robots: Literal["obey", "ignore"] = "obey"
    reason: str = ""
    """Why; shown wherever the rule has a say."""
    overrides: PageOverrides | None = None
    """Selectors for its pages."""
    origins: tuple[str, ...] = ()
    """Where the operator's credentials go, which each host reads for itself."""


class RouteRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a route takes (an empty choice leaves its field open, of `tags` one must be there) and keeps."""

    keep_ms: int
    max_bytes: int
    protect: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    text_from: tuple[str, ...] = ()
    firsts_days: int = 0
    """It takes the first article of each story, which it knows for so many days; 0: it takes all."""
