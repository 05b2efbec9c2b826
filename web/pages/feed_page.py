"""Shows one feed and its latest articles, and acts on it by the buttons of its page: poll, pause, remove."""

import asyncio
from typing import Any

from starlette.responses import Response

from feedmill._ledger.core.entry_outcome_summary import format_entry_counts, read_entry_counts
from feedmill._operator_rules.filter_rule_types import format_filters
from feedmill.event import texts
from feedmill.stream_entry_filter import Wanted
from web.api.feed_action_endpoints import pause_polls, poll_feed, read_pauses, resume_polls
from web.api.feed_edit_endpoints import remove_feed
from web.api.feed_status_endpoints import FEED_PARAM, find_feed, read_dropped_entries
from web.app_context import AppContext
from web.http.parameters import EnumType, Param
from web.pages.articles_page import describe_entry
from web.pages.page_response import DONE_PARAM, SENT, SHOWN, find_zone, redirect_to, render_page
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
"""Ms of a day, one bin of the plot."""
_DONE = {"poll": "polled", "retry": "polled", "pause": "paused", "resume": "resumed"}
"""Actions of the buttons, and the word under which the page says that each was done."""


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


async def act_on_feed(request: RequestContext) -> Response:
    """Poll a feed now, try its dropped entries again, pause it or go on with it."""
    app, feed_id, what = request.app, request["id"], request["what"]
    if what in ("poll", "retry"):
        await poll_feed(app, feed_id, retry=what == "retry")
    elif what == "pause":
        await pause_polls(app, feed_id)
    else:
        await resume_polls(app, feed_id)
    return redirect_to(f"/feeds/{feed_id}?done={_DONE[what]}")


async def remove_listed_feed(request: RequestContext) -> Response:
    """Take a feed off the list."""
    found = await find_feed(request.app, request["id"])
    await remove_feed(request.app, found.url)
    return redirect_to("/feeds?done=unlisted")


ROUTES = (
    RouteSpec(
        path="/feeds/{id}",
        handler=feed,
        summary="One feed",
        is_page=True,
        params=(FEED_PARAM, DONE_PARAM),
        responses=SHOWN,
    ),
    RouteSpec(
        path="/feeds/{id}/remove",
        handler=remove_listed_feed,
        method="POST",
        summary="Remove a feed",
        is_page=True,
        params=(FEED_PARAM,),
        responses=SENT,
    ),
    RouteSpec(
        path="/feeds/{id}/{what}",
        handler=act_on_feed,
        method="POST",
        summary="Poll, retry, pause or resume",
        is_page=True,
        params=(FEED_PARAM, Param("what", EnumType(tuple(_DONE)), "What to do.", location="path")),
        responses=SENT,
    ),
)
