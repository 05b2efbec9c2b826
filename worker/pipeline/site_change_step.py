"""Records what a page looked like in its source's history, and announces when the site has changed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.operations import page_history_operations
from worker.page_models import CleanedArticle, RejectedPage
from worker.pipeline.worker_context import WorkerContext
from worker.quality.template_change import (
    WINDOW,
    PageStats,
    TemplateChange,
    detect_template_change,
    measure_page,
    pack_page_stats,
    unpack_page_stats,
)

log = structlog.get_logger()


def name_page_history(source: str, url: str) -> str:
    """Name the history that a page belongs to: of its source and its host."""
    return f"{source} {urlsplit(url).netloc.lower().removeprefix('www.')}"


async def record_page_stats(
    context: WorkerContext,
    page: LeasedPage,
    url: str,
    read: CleanedArticle | RejectedPage,
    *,
    now: datetime,
    run_call: Callable[[Call[Any]], Awaitable[Any]],
) -> tuple[PageStats, ...]:
    """Record a page's figures and announce a changed site; gives the figures of earlier pages."""
    name = name_page_history(page.source, url)
    history = await run_call(
        page_history_operations.add_page_stats(
            context.keys,
            history=name,
            page_id=page.id,
            stats=pack_page_stats(measure_page(read)),
            token=uuid4().hex,
        )
    )
    pages = tuple(map(unpack_page_stats, history.stats))
    change = detect_template_change(pages, history.since)
    if change:
        announced = await run_call(
            page_history_operations.announce_site_change(
                context.keys,
                history=name,
                since=0 if change.settled else WINDOW,
                keep=history.since if change.sign == "new_usual" else 0,
                fields=build_site_change_event(change, page, url, now),
                token=uuid4().hex,
            )
        )
        if announced:
            log.warning("site", source=page.source, sign=change.sign, before=change.before, now=change.now)
    return pages[1:]


def build_site_change_event(
    change: TemplateChange, page: LeasedPage, url: str, now: datetime
) -> dict[str, str]:
    """Lay out the event as flat texts."""
    event = {
        "event": "site_settled" if change.settled else "site_changed",
        "feed": page.feed,
        "source": page.source,
        "site": find_site(url),
        "time": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "sign": change.sign,
    }
    return event if change.settled else {**event, "before": change.before, "now": change.now, "url": url}
