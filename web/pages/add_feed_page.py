"""Shows the page that checks a feed and adds it."""

from typing import Any

from starlette.responses import Response

from web.api.feed_add_endpoints import READABLE_OUTCOMES, FeedRequest, add_feed, check_feed
from web.errors import BadRequest, Conflict, WebError
from web.http.parameters import Param, StringType
from web.pages.page_response import SHOWN, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec

_URL = Param("url", StringType(r"[^\x00-\x1f\x7f]{1,2048}", "a URL"), "What to begin with.", default="")


async def show_form(request: RequestContext) -> Response:
    """Show the form."""
    return _show_page(request, request["url"])


async def submit_form(request: RequestContext) -> Response:
    """Check or add what the form names: only what is a feed, or does not answer now, goes on the list."""
    given: dict[str, str] = request.body
    url = given.get("url", "").strip()
    check = None
    try:
        check = await check_feed(request.app, url)
        if given.get("do") != "add":
            return _show_page(request, url, check=check)
        tags = tuple(tag.strip() for tag in given.get("tags", "").split(",") if tag.strip())
        source = given.get("source", "").strip() or check["source"] or None
        result = await add_feed(request.app, FeedRequest(url=url, source=source, tags=tags), check)
        return _show_page(request, "", result=result)
    except (BadRequest, Conflict) as error:
        return _show_page(request, url, check=check, error=error)


def _show_page(
    request: RequestContext, url: str, *, check: Any = None, result: str = "", error: WebError | None = None
) -> Response:
    form = request.body or {}
    checks = [] if check is None else [check, *check["found"]]
    return render_page(
        request, "add.html", status=error.status if error else 200, url=url, checks=checks, told=result,
        error=error.detail if error else "", rules=request.app.limits, readable=READABLE_OUTCOMES,
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
