"""Shows the page that checks a feed and adds it."""

from typing import Any

from starlette.responses import Response

from web.api.feed_endpoints import FeedRequest, add_feed, check_feed
from web.errors import BadRequest, Conflict, WebError
from web.http.parameters import Param, StringType
from web.pages.page_template import SHOWN, render_page
from web.route_request import RequestContext, RouteSpec

_URL = Param("url", StringType(r"[^\x00-\x1f\x7f]{1,2048}", "a URL"), "What to begin with.", default="")


async def show_form(request: RequestContext) -> Response:
    """Show the form."""
    return _show_page(request, request["url"])


async def submit_form(request: RequestContext) -> Response:
    """Check or add what the form names."""
    given: dict[str, str] = request.body
    url = given.get("url", "").strip()
    try:
        if given.get("do") == "add":
            tags = tuple(tag.strip() for tag in given.get("tags", "").split(",") if tag.strip())
            head = FeedRequest(url=url, source=given.get("source", "").strip() or None, tags=tags)
            return _show_page(request, "", result=await add_feed(request.app, head))
        return _show_page(request, url, check=await check_feed(request.app, url))
    except (BadRequest, Conflict) as error:
        return _show_page(request, url, error=error)


def _show_page(
    request: RequestContext, url: str, *, check: Any = None, result: str = "", error: WebError | None = None
) -> Response:
    form = request.body or {}
    return render_page(
        request, "add.html", status=error.status if error else 200, url=url, check=check, told=result,
        error=error.detail if error else "", rules=request.app.limits,
        source="" if result else form.get("source", ""), tags="" if result else form.get("tags", ""),
    )  # fmt: skip


ROUTES = (
    RouteSpec(
        path="/add", handler=show_form, summary="Add a feed", is_page=True, params=(_URL,), responses=SHOWN
    ),
    RouteSpec(
        path="/add", handler=submit_form, method="POST", summary="Check or add", is_page=True, responses=SHOWN
    ),
)
