"""Checking a feed, and adding it."""

from typing import Any

from starlette.responses import Response

from web.ask import Ask, Route
from web.errors import BadRequest, Unfit, WebError
from web.feeds import FeedAsked, add_feed, check_feed
from web.kinds import Param, Word
from web.pages.show import SHOWN, show

_URL = Param("url", Word(r"[^\x00-\x1f\x7f]{1,2048}", "a URL"), "What to begin with.", default="")


async def form(ask: Ask) -> Response:
    """Show the form."""
    return _page(ask, ask["url"])


async def sent(ask: Ask) -> Response:
    """Check or add what the form names."""
    given: dict[str, str] = ask.body
    url = given.get("url", "").strip()
    try:
        if given.get("do") == "add":
            tags = tuple(tag.strip() for tag in given.get("tags", "").split(",") if tag.strip())
            asked = FeedAsked(url=url, source=given.get("source", "").strip() or None, tags=tags)
            return _page(ask, "", told=await add_feed(ask.house, asked))
        return _page(ask, url, check=await check_feed(ask.house, url))
    except (BadRequest, Unfit) as error:
        return _page(ask, url, error=error)


def _page(
    ask: Ask, url: str, *, check: Any = None, told: str = "", error: WebError | None = None
) -> Response:
    form = ask.body or {}
    return show(
        ask, "add.html", status=error.status if error else 200, url=url, check=check, told=told,
        error=error.detail if error else "", rules=ask.house.rules,
        source="" if told else form.get("source", ""), tags="" if told else form.get("tags", ""),
    )  # fmt: skip


ROUTES = (
    Route(path="/add", act=form, summary="Add a feed", page=True, takes=(_URL,), gives=SHOWN),
    Route(path="/add", act=sent, method="POST", summary="Check or add", page=True, gives=SHOWN),
)
