"""Serves the feed list as OPML, and adds the feeds of an OPML document to it."""

from starlette.responses import Response

from web.api.feed_action_endpoints import DONE
from web.api.feed_status_endpoints import forget_feeds, list_tag
from web.errors import Conflict
from web.http.problem_details import TYPE, ProblemShape, json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec

_OPML = "text/x-opml"


async def export_opml(request: RequestContext) -> Response:
    """Answer with the feed list as OPML."""
    done = await request.app.cli.run("feeds", "export")
    if done.exit_code:
        raise Conflict(done.stderr_tail.removeprefix("feedmill: "))
    return Response(done.stdout, 200, list_tag(request.app), _OPML)


async def import_opml(request: RequestContext) -> Response:
    """Add the feeds of an OPML document to the list."""
    done = await request.app.cli.run("feeds", "import", "-", given=request.body)
    if done.exit_code:
        raise Conflict(done.stderr_tail.removeprefix("feedmill: "))
    forget_feeds(request.app)
    said = done.stdout.decode("utf-8", "replace").strip()
    return json_answer({"said": said}, headers=list_tag(request.app))


ROUTES = (
    RouteSpec(
        path="/v1/opml",
        handler=export_opml,
        summary="The feed list as OPML (feedmill feeds export)",
        responses={
            200: ResponseSpec(description="OPML 2.0.", media=_OPML),
            409: ResponseSpec(description="The list has mistakes.", body_type=ProblemShape, media=TYPE),
        },
    ),
    RouteSpec(
        path="/v1/opml",
        handler=import_opml,
        method="POST",
        summary="Add the feeds of an OPML document of 64 KiB at most to the list (feedmill feeds import)",
        raw_body=_OPML,
        responses={200: DONE},
    ),
)
