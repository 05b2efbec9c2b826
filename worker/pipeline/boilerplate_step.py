"""Learns a source's boilerplate from a page, and takes the lines that are boilerplate out of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.operations import boilerplate_operations
from worker.boilerplate.hold_policy import ENOUGH_SIBLINGS, HeldPage, choose_hold_ms, pack_held_page
from worker.boilerplate.line_hashes import hash_lines
from worker.boilerplate.line_removal import BOILERPLATE_RULE, name_boilerplate_memory, strip_boilerplate
from worker.page_models import CleanedArticle
from worker.pipeline.worker_context import WorkerContext


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The page was set aside, or its lease was lost on the way."""

    lost: bool


async def learn_boilerplate(
    context: WorkerContext,
    page: LeasedPage,
    held: HeldPage,
    *,
    now: datetime,
    run_call: Callable[[Call[Any]], Awaitable[Any]],
) -> CleanedArticle | HeldBack:
    """Learn from a page; gives it without its source's boilerplate, or holds it until more is known."""
    hashes = hash_lines(held.cleaned)
    soon_ms = round(context.max_hold_s * 1000)
    learned = await run_call(
        boilerplate_operations.learn_boilerplate(
            context.keys,
            memory=name_boilerplate_memory(page.source, held.url or page.feed, held.cleaned.text_from),
            page_id=page.id,
            title=hashes.title,
            prints=hashes.entries,
            source=page.source,
            site=page.site,
            enough=ENOUGH_SIBLINGS,
            soon_ms=soon_ms,
            token=uuid4().hex,
        )
    )
    wait_ms = choose_hold_ms(
        learned, known_rev=page.known_rev, read_at=held.read_at, now=now, longest_ms=soon_ms
    )
    if wait_ms:
        return HeldBack(lost=await _hold(context, page, held, wait_ms, run_call) is None)
    if learned.held:
        await run_call(
            boilerplate_operations.release_held_pages(context.keys, source=page.source, token=uuid4().hex)
        )
    return (
        held.cleaned
        if BOILERPLATE_RULE in context.skipped_steps
        else strip_boilerplate(held.cleaned, hashes, learned)
    )


async def _hold(
    context: WorkerContext,
    page: LeasedPage,
    held: HeldPage,
    wait_ms: int,
    run_call: Callable[[Call[Any]], Awaitable[Any]],
) -> int | None:
    answer: int | None = await run_call(
        boilerplate_operations.hold_page(
            context.keys,
            page_id=page.id,
            lease=page.token,
            source=page.source,
            blocks=pack_held_page(held),
            hold_ms=wait_ms,
            token=uuid4().hex,
        )
    )
    return answer
