"""Learning at the desk: one question to the ledger, then the lines that are boilerplate are out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from feedmill._ledger import page_calls
from feedmill._ledger.calls import Call
from feedmill._ledger.records import LeasedPage
from worker.bench import Bench
from worker.held import ENOUGH, Held, hold_ms, pack
from worker.learn.prints import prints_of
from worker.learn.strip import RULE, memory_name, strip
from worker.page import Cleaned


@dataclass(frozen=True, slots=True)
class Waits:
    """The page was set aside, or its lease was lost on the way."""

    lost: bool


async def learn(
    bench: Bench, page: LeasedPage, held: Held, *, now: datetime, ask: Callable[[Call[Any]], Awaitable[Any]]
) -> Cleaned | Waits:
    """Learn from a page; answers it without its source's boilerplate, or holds it until more is known."""
    prints = prints_of(held.cleaned)
    soon_ms = round(bench.hold * 1000)
    learned = await ask(
        page_calls.learn(
            bench.keys,
            memory=memory_name(page.source, held.url or page.feed, held.cleaned.text_from),
            page_id=page.id,
            title=prints.title,
            prints=prints.entries,
            source=page.source,
            site=page.site,
            enough=ENOUGH,
            soon_ms=soon_ms,
            token=uuid4().hex,
        )
    )
    wait_ms = hold_ms(learned, known_rev=page.known_rev, read_at=held.read_at, now=now, longest_ms=soon_ms)
    if wait_ms:
        return Waits(lost=await _hold(bench, page, held, wait_ms, ask) is None)
    if learned.held:
        await ask(page_calls.release(bench.keys, source=page.source, token=uuid4().hex))
    return held.cleaned if RULE in bench.without else strip(held.cleaned, prints, learned)


async def _hold(
    bench: Bench, page: LeasedPage, held: Held, wait_ms: int, ask: Callable[[Call[Any]], Awaitable[Any]]
) -> int | None:
    answer: int | None = await ask(
        page_calls.hold(
            bench.keys,
            page_id=page.id,
            lease=page.token,
            source=page.source,
            blocks=pack(held),
            hold_ms=wait_ms,
            token=uuid4().hex,
        )
    )
    return answer
