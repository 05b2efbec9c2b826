"""Makes pages of templates, with what every page has."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from web.ask import Ask, Given
from web.kinds import OneOf, Param
from web.looks import page

DONE = {
    "retried": "It is tried again.",
    "dropped": "It is forgotten.",
    "removed": "It is gone.",
}
DONE_PARAM = Param("done", OneOf(tuple(DONE)), "What was done just now.", default="")
SHOWN = {200: Given(said="A page.", media="text/html")}
SENT = {303: Given(said="Done; a page says so.", media="text/html")}


def show(ask: Ask, template: str, *, status: int = 200, **values: Any) -> Response:
    """Answer with a page."""
    now = ask.house.clock()
    told = page(
        template,
        access=ask.access,
        at=ask.scope["path"],
        now_ms=round(now * 1000),
        form_token=ask.house.token.form(now),
        away=ask.house.tail.away,
        done=DONE.get(ask.values.get("done", ""), ""),
        **values,
    )
    return Response(told, status, media_type="text/html")


def to(path: str) -> Response:
    """Send the browser to a page by GET."""
    return RedirectResponse(path, 303)
