"""Noting a page at the desk: one question to the ledger, then one event where the site has changed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

from feedmill._ledger import course_calls
from feedmill._ledger.calls import Call
from feedmill._ledger.links import site_of
from feedmill._ledger.records import LeasedPage
from worker.bench import Bench
from worker.course import WINDOW, Change, Mark, find_change, mark_of, pack, unpack
from worker.page import Cleaned, Rejected

log = structlog.get_logger()


def course_name(source: str, url: str) -> str:
    """Name the course that a page belongs to: of its source and its host."""
    return f"{source} {urlsplit(url).netloc.lower().removeprefix('www.')}"


async def note(
    bench: Bench,
    page: LeasedPage,
    url: str,
    read: Cleaned | Rejected,
    *,
    now: datetime,
    ask: Callable[[Call[Any]], Awaitable[Any]],
) -> tuple[Mark, ...]:
    """Note how a page came out, and tell when its site has changed; answers its source's pages before it."""
    name = course_name(page.source, url)
    course = await ask(
        course_calls.note_page(
            bench.keys, course=name, page_id=page.id, mark=pack(mark_of(read)), token=uuid4().hex
        )
    )
    marks = tuple(map(unpack, course.marks))
    change = find_change(marks, course.since)
    if change:
        told = await ask(
            course_calls.tell_change(
                bench.keys,
                course=name,
                since=0 if change.settled else WINDOW,
                keep=course.since if change.sign == "new_usual" else 0,
                fields=event_of(change, page, url, now),
                token=uuid4().hex,
            )
        )
        if told:
            log.warning("site", source=page.source, sign=change.sign, before=change.before, now=change.now)
    return marks[1:]


def event_of(change: Change, page: LeasedPage, url: str, now: datetime) -> dict[str, str]:
    """Lay out the event as flat texts."""
    event = {
        "event": "site_settled" if change.settled else "site_changed",
        "feed": page.feed,
        "source": page.source,
        "site": site_of(url),
        "time": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "sign": change.sign,
    }
    return event if change.settled else {**event, "before": change.before, "now": change.now, "url": url}
