"""Telling at the desk that a selector of the operator's found nothing, or took too long: once each."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import structlog

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.operations.page_history_operations import announce_site_change
from worker.overrides.page_overrides import OverrideRun
from worker.pipeline.worker_context import WorkerContext

log = structlog.get_logger()


async def tell_override_trouble(
    context: WorkerContext,
    page: LeasedPage,
    url: str,
    run: OverrideRun,
    *,
    now: datetime,
    run_call: Callable[[Call[Any]], Awaitable[Any]],
) -> None:
    """Tell the events stream of each key, unless it was told of these selectors in the last 90 days."""
    for event, keys in (("override_missed", run.missing), ("override_slow", run.slow)):
        for key, selector in keys.items():
            site = find_site(url)
            name = f"{event} {site} {key} {blake2b(selector.encode(), digest_size=8).hexdigest()}"
            if name in context.announced_overrides:
                continue
            context.announced_overrides.add(name)
            fields = {
                "event": event,
                "feed": page.feed,
                "source": page.source,
                "site": site,
                "time": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "key": key,
                "selector": selector,
                "url": url,
            }
            token = uuid4().hex
            call = announce_site_change(
                context.keys, history=name, since=1, keep=0, fields=fields, token=token
            )
            if await run_call(call):
                log.warning(event, site=site, key=key, selector=selector, url=url)
