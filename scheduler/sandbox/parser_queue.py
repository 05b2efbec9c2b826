"""Orders the documents that wait for a parser: that of the site which has kept parsers the least comes first.

So one site's documents, however many and slow, keep another's waiting for one of them at most.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from feedmill._ledger.identity.registrable_domain import find_site
from scheduler.parsing.document_models import FeedDocument

Child = TypeVar("Child")
"""What reads a document: a process of the lane."""
_HALF_LIFE_S = 300.0
"""Seconds in which what a site has used counts half: it is forgotten within the hour."""
_MOST_SITES = 20_000
"""Sites whose use is kept: bounds the memory; the one whose last document is the oldest is forgotten."""
_BYTES_A_SECOND = 1_000_000
"""How many bytes of a waiting document count as a second used: among equals the small one comes first."""


class SiteUse:
    """The seconds for which each site's documents have lately kept a parser."""

    def __init__(self) -> None:
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By site: seconds, and when they were counted."""

    def add(self, site: str, seconds: float, now: float) -> None:
        """Count what a document took."""
        self._used[site] = (self.used_s(site, now) + seconds, now)
        self._used.move_to_end(site)
        if len(self._used) > _MOST_SITES:
            self._used.popitem(last=False)

    def used_s(self, site: str, now: float) -> float:
        """Return what a site has used."""
        seconds, counted_at = self._used.get(site, (0.0, now))
        return seconds * math.exp2((counted_at - now) / _HALF_LIFE_S)


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Child]):
    site: str
    size: int
    child: asyncio.Future[Child]


class ParserQueue(Generic[Child]):
    """The free children of a lane, and the documents that wait for one."""

    def __init__(self, children: Iterable[Child], use: SiteUse) -> None:
        self._free = list(children)
        self._waiting: list[_Waiting[Child]] = []
        self._use = use

    async def take(self, document: FeedDocument) -> Child:
        """Wait for a child; who takes it gives it back."""
        if self._free:
            return self._free.pop()
        future: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(find_site(document.url), len(document.body), future)
        self._waiting.append(waiting)
        try:
            return await future
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            else:  # it was given one right before
                self._pass_on(future.result())
            raise

    def give_back(self, child: Child, document: FeedDocument, seconds: float) -> None:
        """Count what a document took, and hand its child to the next one."""
        self._use.add(find_site(document.url), seconds, asyncio.get_running_loop().time())
        self._pass_on(child)

    def _pass_on(self, child: Child) -> None:
        now = asyncio.get_running_loop().time()
        first = min(
            self._waiting,
            key=lambda one: self._use.used_s(one.site, now) + one.size / _BYTES_A_SECOND,
            default=None,
        )
        if first is None:
            self._free.append(child)
            return
        self._waiting.remove(first)
        if first.child.cancelled():
            self._pass_on(child)
        else:
            first.child.set_result(child)
