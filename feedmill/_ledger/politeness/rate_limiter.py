"""Passes every request through the gate of its site, each redirect included: the one way to a request.

    async with rate_limiter.begin_request(name) as permit:
        await permit(url)
        response = await client.fetch(url, on_redirect=permit, purpose=..., deadline_s=...)

What `claim_due_feeds` and `claim_pages` hand out has passed its own site's gate already: `held` names it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from uuid import uuid4

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.operation_result_types import SlotReply
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.site_request_operations import acquire_slot, release_slots

T = TypeVar("T")
MAX_WAIT_MS = 5000
"""Ms that one request waits at gates, redirects included; then it is given back for later."""
REUSE_MS = 100
"""Ms within which a passage must be used, else it is asked for anew: later it would come close to others."""


class LedgerRunner(Protocol):
    """Runs a call of the ledger until it is answered."""

    def __call__(self, call: Call[T]) -> Awaitable[T]:
        """Run it; raises LedgerError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePace:
    """How all sites are treated that have no pace of their own; times in ms."""

    per_site: int
    gap_ms: int
    max_gap_ms: int = 60_000
    """The longest gap that a Crawl-delay or a slow server may ask for."""


class PolitenessOptions(Protocol):
    """The operator's settings for all sites; times in seconds."""

    @property
    def per_site(self) -> int: ...
    @property
    def gap(self) -> float: ...
    @property
    def max_gap(self) -> float: ...


def make_site_pace(politeness: PolitenessOptions) -> SitePace:
    """Return the pace for all sites that have none of their own."""
    gap_ms, most_ms = (round(seconds * 1000) for seconds in (politeness.gap, politeness.max_gap))
    return SitePace(per_site=politeness.per_site, gap_ms=gap_ms, max_gap_ms=most_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimiter:
    """The gates of all sites, for one process."""

    run: LedgerRunner
    keys: Keys
    pace: SitePace
    lease_ms: int
    """A slot that is not freed lapses after so long; longer than any request takes."""
    owner: str = field(default_factory=lambda: uuid4().hex)
    """The owner of what this process takes on its way: `abandon` gives it back when the process has died."""
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    max_wait_ms: int = MAX_WAIT_MS
    on_waited: Callable[[float], None] | None = None
    """Called with the seconds that a request waited at a gate."""

    def begin_request(
        self, holder: str, *, already_passed: str = "", since: float | None = None
    ) -> "RequestPermit":
        """Begin the way of one request; `holder` names what it is for.

        `already_passed` is the site whose gate it has passed by being claimed or taken, at `since` on the
        monotonic clock (now when None): the first request to it goes at once, if it goes promptly.
        """
        return RequestPermit(self, holder, already_passed, time.monotonic() if since is None else since)


class RequestPermit:
    """One request's way from site to site; awaited with each address right before it is requested."""

    def __init__(self, rate_limiter: RateLimiter, member: str, held: str, since: float) -> None:
        self._rate_limiter = rate_limiter
        self._holder = member
        self._own = held
        self._free = held
        self._since = since
        self._left_ms = float(rate_limiter.max_wait_ms)
        self._entered: set[str] = set()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the slots that were taken on the way; the one of the `held` site ends with its lease."""
        sites = sorted(self._entered - {self._own})
        if sites:
            rate_limiter = self._rate_limiter
            call = release_slots(
                rate_limiter.keys,
                member=self._holder,
                sites=sites,
                owner=rate_limiter.owner,
                token=uuid4().hex,
            )
            await rate_limiter.run(call)

    async def __call__(self, url: str) -> None:
        """Pass the gate of the address's site; raises RateLimitedError when that takes too long."""
        site = find_site(url)
        if not site:
            return
        free, self._free = self._free, ""
        if site == free and (time.monotonic() - self._since) * 1000 < REUSE_MS:
            return
        while True:
            passage = await self._acquire_slot(site)
            self._left_ms -= passage.wait_ms
            if self._left_ms < 0 and not passage.is_free:
                raise RateLimitedError(site, passage.wait_ms)
            if passage.is_free:
                self._entered.add(site)
            if self._rate_limiter.on_waited is not None:
                self._rate_limiter.on_waited(passage.wait_ms / 1000)
            if passage.wait_ms:
                await self._rate_limiter.sleep(passage.wait_ms / 1000)
            if passage.is_free:
                return

    async def _acquire_slot(self, site: str) -> SlotReply:
        rate_limiter = self._rate_limiter
        call = acquire_slot(
            rate_limiter.keys,
            member=self._holder,
            site=site,
            per_site=rate_limiter.pace.per_site,
            gap_ms=rate_limiter.pace.gap_ms,
            lease_ms=rate_limiter.lease_ms,
            patience_ms=max(round(self._left_ms), 0),
            owner="" if site == self._own else rate_limiter.owner,
            token=uuid4().hex,
        )
        return await rate_limiter.run(call)
