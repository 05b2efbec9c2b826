"""How a page ends without an article: for later, settled under a name, or dead."""

import time
import traceback
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

import structlog

from feedmill._ledger import page_calls
from feedmill._ledger.calls import Call
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.records import LeasedPage
from worker.bench import Bench
from worker.insist import insist
from worker.known import LOST
from worker.retry import Later, Never

T = TypeVar("T")
_TRACE_CHARACTERS = 4000

log = structlog.get_logger()


@dataclass(slots=True)
class Turn:
    """A leased page on its way through the worker."""

    page: LeasedPage
    until: float
    """When its lease is certainly over, on the monotonic clock."""
    taken_at: float = field(default_factory=time.monotonic)
    """When it passed its site's gate, on the monotonic clock."""
    at_desk: bool = False
    """The page is in hand: it is read and published before the horse leaves."""


class Outcomes:
    """Ends that the ledger is told of; each answers (outcome, reason): "lost" where its lease is over."""

    def __init__(self, bench: Bench, ledger: Ledger) -> None:
        self._bench = bench
        self._ledger = ledger

    async def insist(self, turn: Turn, call: Call[T]) -> T:
        """Run a call for a page, for as long as its lease lasts."""
        return await insist(self._ledger, call, until=turn.until)

    async def give_back(
        self, turn: Turn, reason: str, *, delay_ms: int = 0, charge: bool = False, close_site_ms: int = 0
    ) -> bool:
        """Return a page to the ledger; False when its lease is lost."""
        call = page_calls.give_back(
            self._bench.keys,
            page_id=turn.page.id,
            lease=turn.page.token,
            delay_ms=delay_ms,
            reason=reason,
            charge=charge,
            close_site_ms=close_site_ms,
            token=uuid4().hex,
        )
        return await self.insist(turn, call)

    async def put_off(self, turn: Turn, why: Later | Never) -> tuple[str, str]:
        """Return a page for later, or give it up."""
        if isinstance(why, Never):
            return await self.give_up(turn, why)
        held = await self.give_back(turn, why.reason, delay_ms=why.delay_ms, close_site_ms=why.close_site_ms)
        return ("deferred", why.reason) if held else (LOST, why.reason)

    async def give_up(self, turn: Turn, why: Never) -> tuple[str, str]:
        """End a page that no later request will make an article."""
        if not why.settled:
            return await self.bury(turn, why.reason, why.detail)
        page = turn.page
        call = page_calls.settle(
            self._bench.keys, page_id=page.id, lease=page.token, outcome=why.reason, token=uuid4().hex
        )
        return (why.reason if await self.insist(turn, call) else LOST), why.detail

    async def bury(self, turn: Turn, reason: str, detail: str) -> tuple[str, str]:
        """Put a page among the dead letters."""
        call = page_calls.bury(
            self._bench.keys,
            page_id=turn.page.id,
            lease=turn.page.token,
            reason=reason,
            detail=detail,
            token=uuid4().hex,
        )
        return ("dead" if await self.insist(turn, call) else LOST), reason

    async def charge(self, turn: Turn, attempts: int, error: Exception) -> tuple[str, str]:
        """Answer for an error that no rule foresaw: the page has as many tries as it has attempts."""
        trace = "".join(traceback.format_exception(error))[-_TRACE_CHARACTERS:]
        log.warning("page_error", id=turn.page.id, url=turn.page.url, attempts=attempts, trace=trace)
        if attempts >= self._bench.attempts:
            return await self.bury(turn, "error", trace)
        held = await self.give_back(turn, "error", charge=True)
        return ("returned" if held else LOST), "error"
