"""Shows the feeds, one feed with its history, and the groups."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from feedmill._ledger.core.entry_accounting import format_entry_counts, read_entry_counts
from feedmill._operator_rules.filter_rule_types import format_filters
from feedmill.entry_filter import Wanted
from feedmill.event import texts
from feedmill.groups import LONG_UNSEEN_MS, remove_group
from web.api.dead_letter_endpoints import GROUP, STREAM
from web.api.feed_edit_endpoints import read_pauses
from web.api.feed_status_endpoints import (
    FEED_ID,
    FEED_QUERY_PARAMS,
    find_feed,
    read_dropped_entries,
    read_feed_query,
    sort_all_feeds,
)
from web.api.status_endpoints import read_all_groups
from web.app_context import AppContext
from web.errors import NotFound
from web.http.parameters import Param
from web.pages.articles_page import describe_entry
from web.pages.page_response import DONE_PARAM, SENT, SHOWN, find_zone, redirect_to, render_page
from web.rendering.charts import TimeBins, make_bar_chart
from web.rendering.reader_zone import find_day_start_ms
from web.route_request import RequestContext, RouteSpec
from web.status.feed_list import (
    HEALTHS,
    ORDERS,
    classify_health,
    count_by_health,
    read_poll_reasons,
    select_feeds,
)

_FEEDS_PER_PAGE = 50
"""Feeds of one page."""
_MAX_TAGS = 500
"""Tags that the filter offers: a longer list cannot be used, and is sent with every page."""
_ORDER_NAMES = {
    "health": "worst first",
    "source": "by name",
    "next": "next poll first",
    "last": "last poll first",
    "entries": "most entries first",
}
_LATEST_ARTICLES = 15
"""Articles of a feed that its page shows; the rest is behind a link."""
_PLOTTED_DAYS = 14
"""Days that the plot of a feed's new articles goes back."""
_MAX_READ_EVENTS = 2000
"""Latest events of all feeds that are searched for those of one; older ones are not shown."""
_DAY_MS = 86_400_000


async def feeds(request: RequestContext) -> Response:
    """Show a page of feeds."""
    every = await sort_all_feeds(request.app, request["order"])
    query = read_feed_query(request.values, _FEEDS_PER_PAGE)
    page, total = select_feeds(every, query)

    def link(**other: Any) -> str:
        words = {name: request[name] for name in ("q", "health", "tag", "order", "offset")} | other
        return "?" + urlencode({name: value for name, value in words.items() if value})

    return render_page(
        request,
        "feeds.html",
        feeds=page,
        total=total,
        wish=query,
        health=count_by_health(every),
        healths=HEALTHS,
        orders=ORDERS,
        order_names=_ORDER_NAMES,
        tags=sorted({tag for one in every for tag in one.tags})[:_MAX_TAGS],
        health_of=classify_health,
        paused=await read_pauses(request.app),
        link=link,
        every=len(every),
        rules=request.app.limits,
    )


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


async def groups(request: RequestContext) -> Response:
    """Show the consumer groups."""
    found = await read_all_groups(request.app)
    protect = request.app.limits.protect
    return render_page(request, "groups.html", groups=found, protect=protect, long_unseen=LONG_UNSEEN_MS)


async def remove_group_route(request: RequestContext) -> Response:
    """End a group."""
    app = request.app
    if not await asyncio.to_thread(
        remove_group, app.blocking, request["group"], app.prefix, request["stream"]
    ):
        raise NotFound("no group of this name")
    app.invalidate("groups")
    return redirect_to("/groups?done=removed")


ROUTES = (
    RouteSpec(path="/feeds", handler=feeds, summary="Feeds", is_page=True, params=(*FEED_QUERY_PARAMS,
    DONE_PARAM), responses=SHOWN),
    RouteSpec(
        path="/feeds/{id}", handler=feed, summary="One feed", is_page=True,
        params=(Param("id", FEED_ID, "The feed's id.", location="path"), DONE_PARAM), responses=SHOWN,
    ),
    RouteSpec(path="/groups", handler=groups, summary="Groups", is_page=True, params=(DONE_PARAM,),
    responses=SHOWN),
    RouteSpec(
        path="/groups/{group}/remove", handler=remove_group_route, method="POST", summary="End a group",
        is_page=True,
        params=(Param("group", GROUP, "The group.", location="path"), STREAM), responses=SENT,
    ),
)  # fmt: skip
