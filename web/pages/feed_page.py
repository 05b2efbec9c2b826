"""Shows one feed: its state and history, its latest articles and the entries that gave none."""

import asyncio
from typing import Any

from starlette.responses import Response

from feedmill._ledger.core.entry_outcome_summary import format_entry_counts, read_entry_counts
from feedmill._operator_rules.filter_rule_types import format_filters
from feedmill.event import texts
from feedmill.stream_entry_filter import Wanted
from web.api.feed_action_endpoints import read_pauses
from web.api.feed_status_endpoints import FEED_PARAM, find_feed, read_dropped_entries
from web.app_context import AppContext
from web.pages.articles_page import describe_entry
from web.pages.page_response import DONE_PARAM, SHOWN, find_zone, render_page
from web.rendering.charts import TimeBins, make_bar_chart
from web.rendering.reader_zone import find_day_start_ms
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.status.feed_list import classify_health, read_poll_reasons

_LATEST_ARTICLES = 15
"""Articles of a feed that its page shows; the rest is behind a link."""
_PLOTTED_DAYS = 14
"""Days that the plot of a feed's new articles goes back."""
_MAX_READ_EVENTS = 2000
"""Latest events of all feeds that are searched for those of one; older ones are not shown."""
_DAY_MS = 86_400_000


async def feed(request: RequestContext) -> Response:
    """Show one feed."""
    app = request.app
    found = await find_feed(app, request["id"])
    index = app.index
    latest = index.find_entries(Wanted(feeds=frozenset({found.url})), _LATEST_ARTICLES)
    every = index.find_entries(Wanted(feeds=frozenset({found.url}), events=frozenset({"created"})), 10_000)
    bins = _make_day_bins(request)
    days = [0] * bins.count
    for ms, _ in every.places:
        if (at := bins.find(ms)) is not None:
            days[at] += 1
    return render_page(
        request,
        "feed.html",
        feed=found,
        health=classify_health(found),
        paused=await read_pauses(app),
        said=read_poll_reasons(app.dependencies.explain_next_poll(found)),
        events=await _read_feed_events(app, found.url),
        account=format_entry_counts(read_entry_counts(found.counts)),
        filters=format_filters(found.filters),
        dropped=await read_dropped_entries(app, found.id),
        templates=await asyncio.to_thread(
            app.dependencies.describe_templates, app.blocking, found.source, found.site
        ),
        plot=make_bar_chart("New articles a day", {"articles": days}, bins),
        articles=[describe_entry(entry) for entry in await app.read_entries(latest.places)],
    )  # fmt: skip


def _make_day_bins(request: RequestContext) -> TimeBins:
    """Return the last days as bins, each of which begins at the reader's midnight."""
    zone = find_zone(request)
    today = find_day_start_ms(zone, request.app.clock() * 1000)
    return TimeBins(today - (_PLOTTED_DAYS - 1) * _DAY_MS, _DAY_MS, _PLOTTED_DAYS, zone)


async def _read_feed_events(app: AppContext, url: str) -> list[dict[str, str]]:
    """Find a feed's entries in the events stream, the latest first."""
    rows: Any = await app.ledger.client.xrevrange(app.ledger.keys.events_stream(), count=_MAX_READ_EVENTS)
    result = ({"ms": row[0].decode().partition("-")[0], **texts(row[1])} for row in rows)
    return [event for event in result if event.get("feed") == url][:50]


ROUTES = (
    RouteSpec(
        path="/feeds/{id}",
        handler=feed,
        summary="One feed",
        is_page=True,
        params=(FEED_PARAM, DONE_PARAM),
        responses=SHOWN,
    ),
)
