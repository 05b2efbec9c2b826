"""Shows the consumer groups, and ends one."""

import asyncio

from starlette.responses import Response

from feedmill.groups import LONG_UNSEEN_MS, remove_group
from web.api.dead_letter_endpoints import GROUP, STREAM
from web.api.status_endpoints import read_all_groups
from web.errors import NotFound
from web.http.parameters import Param
from web.pages.page_response import DONE_PARAM, SENT, SHOWN, redirect_to, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec


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
    RouteSpec(
        path="/groups", handler=groups, summary="Groups", is_page=True, params=(DONE_PARAM,), responses=SHOWN
    ),
    RouteSpec(
        path="/groups/{group}/remove",
        handler=remove_group_route,
        method="POST",
        summary="End a group",
        is_page=True,
        params=(Param("group", GROUP, "The group.", location="path"), STREAM),
        responses=SENT,
    ),
)
