"""Describes a page under its lease, with what its stages need of their surroundings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.records import LeasedPage
from feedmill._operator_rules.page_overrides import PageOverrides
from worker.pipeline.worker_context import WorkerContext

T = TypeVar("T")
RunCall = Callable[[Call[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """One page on its way through the stages."""

    context: WorkerContext
    page: LeasedPage
    run_call: RunCall
    """Runs a call to the ledger for as long as the page's lease lasts; raises LedgerError."""
    clock: Callable[[], datetime]
    rng: Random
    overrides: PageOverrides | None = None
    """The operator's selectors for pages of the site that answered."""
    origin_rights: tuple[str, ...] = ()
    """What robots.txt and tdmrep.json of who answered reserve of the page."""
    templates: bytes | None = None
    """The templates of its source and host as the ledger has them; None where none are used."""

    async def run(self, call: Call[T]) -> T:
        """Run a call to the ledger for as long as the page's lease lasts; raises LedgerError."""
        reply: T = await self.run_call(call)
        return reply

    def read_now_ms(self) -> int:
        """Return the present time in ms since the epoch."""
        return round(self.clock().timestamp() * 1000)
