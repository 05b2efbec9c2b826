"""Shows the list of feeds: a page of them, by health, tag or words."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from web.api.feed_action_endpoints import read_pauses
from web.api.feed_status_endpoints import FEED_QUERY_PARAMS, read_feed_query, sort_all_feeds
from web.pages.page_response import DONE_PARAM, SHOWN, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.status.feed_list import HEALTHS, ORDERS, classify_health, count_by_health, select_feeds

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


ROUTES = (
    RouteSpec(
        path="/feeds",
        handler=feeds,
        summary="Feeds",
        is_page=True,
        params=(*FEED_QUERY_PARAMS, DONE_PARAM),
        responses=SHOWN,
    ),
)
