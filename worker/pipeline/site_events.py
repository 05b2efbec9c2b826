"""Records a page's figures, and announces what pages show of their site on the events stream.

That is a site whose pages have changed or have a new design, a selector of the operator's that finds
nothing or is slow, and a host that lacks the credentials of a site.
"""

import platform
from datetime import UTC, datetime
from hashlib import blake2b
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations import extraction_history_operations
from feedmill._site_credentials.credentials import LACKING
from worker.metadata.override_reader import OverrideRun
from worker.page_models import CleanedArticle, RejectedPage
from worker.pipeline.page_context import PageContext
from worker.publishing.reader_version import READER_VERSION
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
    work: PageContext, url: str, read: CleanedArticle | RejectedPage, templates: bytes | None = None
) -> tuple[PageStats, ...]:
    """Record a page's figures and announce a changed site; returns the figures of earlier pages.

    `templates` are written beside them, where the page has taught any.
    """
    context, page = work.context, work.page
    name = name_page_history(page.source, url)
    history = await work.run(
        extraction_history_operations.add_page_stats(
            context.keys,
            history=name,
            page_id=page.id,
            stats=pack_page_stats(measure_page(read)),
            token=uuid4().hex,
            templates=templates,
            reader=READER_VERSION,
        )
    )
    pages = tuple(map(unpack_page_stats, history.stats))
    change = detect_template_change(pages, history.since)
    if change:
        announced = await work.run(
            extraction_history_operations.announce_site_event(
                context.keys,
                history=name,
                since=0 if change.settled else WINDOW,
                keep=history.since if change.sign == "new_usual" and history.since else 0,
                fields=build_site_change_event(change, page, url, work.clock()),
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
    name = "site_settled" if change.settled else "site_changed"
    event = {**_build_site_event(name, page, url, now), "sign": change.sign}
    return event if change.settled else {**event, "before": change.before, "now": change.now, "url": url}


async def announce_redesign(work: PageContext, url: str) -> None:
    """Announce that a page is unlike all of its site so far, once a day for a source and host."""
    event, now = extraction_history_operations.REDESIGNED, work.clock()
    fields = _build_site_event(event, work.page, url, now)
    name = f"{event} {name_page_history(work.page.source, url)} {now.astimezone(UTC):%Y-%m-%d}"
    if await _announce_once(work, name, {**fields, "url": url}):
        log.warning(event, source=work.page.source, site=fields["site"], url=url)


async def announce_override_trouble(work: PageContext, url: str, run: OverrideRun) -> None:
    """Announce each key whose selectors found nothing or took too long, once in 90 days."""
    site = find_site(url)
    for event, keys in (("override_missed", run.missing), ("override_slow", run.slow)):
        for key, selector in keys.items():
            name = f"{event} {site} {key} {_hash_detail(selector)}"
            fields = {**_build_site_event(event, work.page, url, work.clock()), "key": key}
            if await _announce_once(work, name, {**fields, "selector": selector, "url": url}):
                log.warning(event, site=site, key=key, selector=selector, url=url)


async def announce_lack(work: PageContext, lack: str) -> None:
    """Announce that this host lacks a site's credentials, once in 90 days."""
    host, url = platform.node(), work.page.url
    site = find_site(url)
    fields = {**_build_site_event(LACKING, work.page, url, work.clock()), "host": host, "lack": lack}
    if await _announce_once(work, f"{LACKING} {site} {host} {_hash_detail(lack)}", fields):
        log.warning(LACKING, site=site, lack=lack)


async def _announce_once(work: PageContext, name: str, fields: dict[str, str]) -> bool:
    """Append an event, unless one of this name was announced within 90 days; True where it was appended."""
    context = work.context
    if name in context.announced:
        return False
    context.announced.add(name)
    return await work.run(
        extraction_history_operations.announce_site_event(
            context.keys, history=name, since=1, keep=0, fields=fields, token=uuid4().hex
        )
    )


def _hash_detail(detail: str) -> str:
    return blake2b(detail.encode(), digest_size=8).hexdigest()


def _build_site_event(event: str, page: LeasedPage, url: str, now: datetime) -> dict[str, str]:
    return {
        "event": event,
        "feed": page.feed,
        "source": page.source,
        "site": find_site(url),
        "time": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
