"""Answers a request with a page or a redirect (for handlers of pages)."""

from datetime import tzinfo
from typing import Any

from starlette.responses import RedirectResponse, Response

from web.http.parameters import EnumType, Param
from web.rendering.reader_zone import name_zone, read_zone
from web.rendering.template_renderer import render_template
from web.request_context import RequestContext
from web.route_spec import ResponseSpec

DONE_TEXTS = {
    "retried": "It is tried again.",
    "dropped": "It is forgotten.",
    "removed": "It is gone.",
    "polled": "It is polled as soon as its site lets it.",
    "paused": "It is paused: its polls rest until you resume it.",
    "resumed": "It goes on.",
    "edited": "It is changed in feeds.toml; the list is read within seconds.",
    "unlisted": "It is off the list; what it has published stays. The list is read within seconds.",
    "all": "All of them are tried again.",
}
DONE_PARAM = Param("done", EnumType(tuple(DONE_TEXTS)), "What was done just now.", default="")
SHOWN = {200: ResponseSpec(description="A page.", media="text/html")}
SENT = {303: ResponseSpec(description="Done; a page says so.", media="text/html")}


def find_zone(request: RequestContext) -> tzinfo:
    """Return the time zone of whoever looks."""
    return read_zone(request.header("cookie"))


def render_page(request: RequestContext, template: str, *, status: int = 200, **values: Any) -> Response:
    """Answer with a page."""
    now, zone = request.app.clock(), find_zone(request)
    result = render_template(
        template,
        access=request.access,
        at=request.scope["path"],
        now_ms=round(now * 1000),
        zone=zone,
        zone_name=name_zone(zone),
        form_token=request.app.token.make_form_token(now),
        away=request.app.follower.outage,
        done=DONE_TEXTS.get(request.values.get("done", ""), ""),
        **values,
    )
    return Response(result, status, media_type="text/html")


def redirect_to(path: str) -> Response:
    """Send the browser to a page by GET."""
    return RedirectResponse(path, 303)
