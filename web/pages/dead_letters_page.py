"""Shows dead letters, of pages and of groups, with what can be done about them."""

from starlette.responses import Response

from web.api.dead_letter_endpoints import (
    GROUP,
    LIMIT,
    STREAM,
    drop_dead_page,
    open_group_letters,
    read_dead_pages,
    read_group_letters,
    retry_dead_page,
    retry_dead_pages,
    retry_group_letters,
    retry_or_drop,
)
from web.api.status_endpoints import read_all_groups
from web.http.parameters import ARTICLE_ID, EnumType, Param, StreamIdType
from web.pages.articles_page import read_title
from web.pages.page_response import DONE_PARAM, SENT, SHOWN, redirect_to, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.stream.entry_index import format_stream_id

_WHAT = Param("what", EnumType(("retry", "drop")), "What to do.", location="path")
_DONE = {"retry": "retried", "drop": "dropped"}


async def dead(request: RequestContext) -> Response:
    """Show dead letters."""
    group, stream = request["group"], request["stream"]
    groups = [
        state
        for state in await read_all_groups(request.app)
        if state.dead or (state.group, state.stream) == (group, stream)
    ]
    pages = [] if group else await read_dead_pages(request.app, request["limit"])
    letters = await read_group_letters(request.app, group, stream, request["limit"]) if group else []
    return render_page(
        request, "dead.html", group=group, stream=stream, groups=groups, pages=pages,
        letters=[(letter, read_title(letter.fields)) for letter in letters],
        limit=request["limit"],
    )  # fmt: skip


async def act_on_page(request: RequestContext) -> Response:
    """Retry or drop a dead page."""
    await (retry_dead_page if request["what"] == "retry" else drop_dead_page)(request.app, request["id"])
    return redirect_to(f"/dead?done={_DONE[request['what']]}")


async def act_on_group(request: RequestContext) -> Response:
    """Retry or drop a dead letter of a group."""
    group, stream = request["group"], request["stream"]
    await retry_or_drop(
        open_group_letters(request.app, group, stream), format_stream_id(request["letter"]), request["what"]
    )
    request.app.invalidate("groups")
    return redirect_to(_page_of(group, stream) + f"&done={_DONE[request['what']]}")


async def retry_all_pages(request: RequestContext) -> Response:
    """Fetch the dead pages again."""
    await retry_dead_pages(request.app)
    return redirect_to("/dead?done=all")


async def retry_all_letters(request: RequestContext) -> Response:
    """Return the dead letters of a group to its consumers."""
    await retry_group_letters(request.app, request["group"], request["stream"])
    request.app.invalidate("groups")
    return redirect_to(_page_of(request["group"], request["stream"]) + "&done=all")


def _page_of(group: str, stream: str) -> str:
    return f"/dead?group={group}&stream={stream}" if stream else f"/dead?group={group}"


ROUTES = (
    RouteSpec(
        path="/dead", handler=dead, summary="Dead letters", is_page=True, responses=SHOWN,
        params=(Param("group", GROUP, "Of this group.", default=""), STREAM, LIMIT, DONE_PARAM),
    ),
    RouteSpec(path="/dead/retry", handler=retry_all_pages, method="POST", summary="Retry all", is_page=True,
    responses=SENT),
    RouteSpec(
        path="/groups/{group}/dead/retry", handler=retry_all_letters, method="POST", summary="Retry all",
        is_page=True, params=(Param("group", GROUP, "The group.", location="path"), STREAM), responses=SENT,
    ),
    RouteSpec(
        path="/dead/{id}/{what}", handler=act_on_page, method="POST", summary="Retry or drop", is_page=True,
        params=(Param("id", ARTICLE_ID, "The page.", location="path"), _WHAT), responses=SENT,
    ),
    RouteSpec(
        path="/groups/{group}/dead/{letter}/{what}", handler=act_on_group, method="POST", is_page=True,
        summary="Retry or drop", responses=SENT,
        params=(
            Param("group", GROUP, "The group.", location="path"),
            STREAM,
            Param("letter", StreamIdType(), "The letter.", location="path"),
            _WHAT,
        ),
    ),
)  # fmt: skip
