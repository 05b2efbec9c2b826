"""Shows the biggest stories of the last hours: texts that several sources carry."""

from typing import Any

from starlette.responses import Response

from web.api.story_endpoints import MAX_OFFSET, read_biggest_stories, read_shown
from web.http.parameters import EnumType, IntegerType, Param
from web.pages.articles_page import describe_entry
from web.pages.page_response import SHOWN, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.stream.story_counts import StoryCount
from web.stream.stream_follower import IndexedEntry

SPANS = {"hour": 1, "day": 24, "week": 168}
"""Names for so many hours."""
_STORIES_PER_PAGE = 30
"""Stories of one page."""
_NAMED = 8
"""Sources of a story that its line names."""


async def show_stories(request: RequestContext) -> Response:
    """Show the biggest stories."""
    app, offset = request.app, request["offset"]
    found = await read_biggest_stories(app, SPANS[request["span"]], 2)
    shown = found[offset : offset + _STORIES_PER_PAGE]
    entries = await read_shown(app, shown)
    return render_page(
        request,
        "stories.html",
        items=[_describe_story(count, entries.get(count.id)) for count in shown],
        span_name=request["span"],
        spans=tuple(SPANS),
        next=offset + _STORIES_PER_PAGE if len(found) > offset + _STORIES_PER_PAGE else None,
        ready=app.follower.ready,
    )


def _describe_story(count: StoryCount, entry: IndexedEntry | None) -> dict[str, Any]:
    names = count.sources
    return {
        "id": count.id,
        "first": describe_entry(entry) if entry else None,
        "sources": len(names),
        "articles": count.articles,
        "names": names[:_NAMED],
        "more": max(0, len(names) - _NAMED),
        "first_ms": count.first_ms,
        "last_ms": count.last_ms,
    }


ROUTES = (
    RouteSpec(
        path="/stories",
        handler=show_stories,
        summary="The biggest stories",
        is_page=True,
        params=(
            Param("span", EnumType(tuple(SPANS)), "How far back.", default="day"),
            Param("offset", IntegerType(0, MAX_OFFSET), "Pass over so many.", default=0),
        ),
        responses=SHOWN,
    ),
)
