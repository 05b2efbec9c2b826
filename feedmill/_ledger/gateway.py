"""The one way to a request: every request passes the gate of its site, each redirect included.

    async with gateway.trip(name) as trip:
        await trip(url)
        answer = await door.fetch(url, on_redirect=trip, errand=..., deadline_s=...)

What `claim_due` and `take_pages` hand out has passed the gate of its own site already: `held` says which.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from uuid import uuid4

from feedmill._ledger.answers import Passage
from feedmill._ledger.calls import Call
from feedmill._ledger.errors import GateShutError
from feedmill._ledger.keys import Keys
from feedmill._ledger.links import site_of
from feedmill._ledger.site_calls import leave_gate, pass_gate

T = TypeVar("T")
PATIENCE_MS = 5000
"""How long one trip waits at gates, all in all."""
PROMPT_MS = 100
"""A passage is used so soon or asked for anew: after a pause it would come too close to others."""


class Runs(Protocol):
    """Runs a call of the ledger until it is answered."""

    def __call__(self, call: Call[T]) -> Awaitable[T]:
        """Run it; raises LedgerError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How all sites are treated that have no pace of their own; times in ms."""

    per_site: int
    gap_ms: int
    most_ms: int = 60_000
    """The longest gap that a Crawl-delay or a slow server may ask for."""


class Politeness(Protocol):
    """The operator's settings for all sites; times in seconds."""

    @property
    def per_site(self) -> int: ...
    @property
    def gap(self) -> float: ...
    @property
    def max_gap(self) -> float: ...


def pace_of(politeness: Politeness) -> Pace:
    """Give the pace for all sites that have none of their own."""
    gap_ms, most_ms = (round(seconds * 1000) for seconds in (politeness.gap, politeness.max_gap))
    return Pace(per_site=politeness.per_site, gap_ms=gap_ms, most_ms=most_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The gates of all sites, for one process."""

    run: Runs
    keys: Keys
    pace: Pace
    lease_ms: int
    """A slot that nobody frees lapses after so long; longer than any request takes."""
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    patience_ms: int = PATIENCE_MS
    waited: Callable[[float], None] | None = None
    """Told how many seconds a trip waited at a gate."""

    def trip(self, member: str, *, held: str = "", since: float | None = None) -> "Trip":
        """Begin the way of one request; `member` names what it is for.

        `held` is the site whose gate it has passed by being claimed or taken, at `since` on the monotonic
        clock (now when None): the first request to it goes at once, if it goes promptly.
        """
        return Trip(self, member, held, time.monotonic() if since is None else since)


class Trip:
    """One request's way from site to site; awaited with each address right before it is requested."""

    def __init__(self, gateway: Gateway, member: str, held: str, since: float) -> None:
        self._gateway = gateway
        self._member = member
        self._own = held
        self._free = held
        self._since = since
        self._left_ms = float(gateway.patience_ms)
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
            gateway = self._gateway
            await gateway.run(leave_gate(gateway.keys, member=self._member, sites=sites, token=uuid4().hex))

    async def __call__(self, url: str) -> None:
        """Pass the gate of the address's site; raises GateShutError when that takes too long."""
        site = site_of(url)
        if not site:
            return
        free, self._free = self._free, ""
        if site == free and (time.monotonic() - self._since) * 1000 < PROMPT_MS:
            return
        while True:
            passage = await self._ask(site)
            self._left_ms -= passage.wait_ms
            if self._left_ms < 0 and not passage.passed:
                raise GateShutError(site, passage.wait_ms)
            if passage.passed:
                self._entered.add(site)
            if self._gateway.waited is not None:
                self._gateway.waited(passage.wait_ms / 1000)
            if passage.wait_ms:
                await self._gateway.sleep(passage.wait_ms / 1000)
            if passage.passed:
                return

    async def _ask(self, site: str) -> Passage:
        gateway = self._gateway
        call = pass_gate(
            gateway.keys,
            member=self._member,
            site=site,
            per_site=gateway.pace.per_site,
            gap_ms=gateway.pace.gap_ms,
            lease_ms=gateway.lease_ms,
            patience_ms=max(round(self._left_ms), 0),
            token=uuid4().hex,
        )
        return await gateway.run(call)
