"""The first half of a page's turn: its request, through the gates on the way."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import uuid4

from feedmill._ledger import page_calls
from feedmill._ledger.identity import site_of
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.records import LeasedPage
from feedmill._net.door import Door, Fetched
from feedmill._net.errors import NetError
from worker.bench import Bench
from worker.errors import GateShutError
from worker.insist import insist
from worker.retry import Failing, Later, Never, after_error, after_status

ACCEPT = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
PATIENCE_MS = 5000
"""How long a request waits, all in all, at the gates of the sites that it is redirected to."""


class Gates:
    """The gates that one page's request passes from site to site; awaited with each new address."""

    def __init__(self, page: LeasedPage, ledger: Ledger, bench: Bench) -> None:
        self._page = page
        self._ledger = ledger
        self._bench = bench
        self._passed = {page.site}
        self._left_ms = PATIENCE_MS

    async def __call__(self, url: str) -> None:
        """Pass the gate of the address's site; raises GateShutError when that takes too long."""
        site = site_of(url)
        if site in self._passed:
            return
        while wait_ms := await self._ask(site):
            self._left_ms -= wait_ms
            if self._left_ms < 0:
                raise GateShutError(site, wait_ms)
            await asyncio.sleep(wait_ms / 1000)
        self._passed.add(site)

    async def _ask(self, site: str) -> int:
        bench = self._bench
        call = page_calls.pass_gate(
            bench.keys,
            page_id=self._page.id,
            lease=self._page.token,
            site=site,
            per_site=bench.per_site,
            gap_ms=bench.gap_ms,
            lease_ms=bench.lease_ms,
            token=uuid4().hex,
        )
        return await insist(self._ledger, call, until=time.monotonic() + bench.page_timeout)


async def request(
    page: LeasedPage,
    *,
    door: Door,
    gates: Gates,
    deadline_s: float,
    clock: Callable[[], datetime],
    rng: Random,
) -> Fetched | Later | Never:
    """Fetch a page, or decide what becomes of it without one."""
    failing = Failing(page.failures, page.first_failed_at)
    try:
        answer = await door.fetch(page.url, headers=ACCEPT, deadline_s=deadline_s, on_redirect=gates)
    except GateShutError as shut:
        return Later("gate", shut.wait_ms)
    except NetError as error:
        return after_error(
            error.outcome, failing, temporary=error.temporary, detail=error.detail, now=clock(), rng=rng
        )
    return after_status(answer.status, answer.headers, failing, now=clock(), rng=rng) or answer
