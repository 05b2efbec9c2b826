"""Checks feeds, and the feeds that a page leads to, and adds them to the list by feedmill's own command."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.responses import Response

from web.api.feed_action_endpoints import ActionResult
from web.api.feed_status_endpoints import forget_feeds
from web.app_context import AppContext
from web.errors import BadRequest, Conflict
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec

_MAX_URL_CHARS = 2048
"""Characters of the longest address of a feed, as the feed list allows."""
_FEED_URL = r"^https?://[^\x00-\x20\x7f/?#@\\]+([/?][^\x00-\x20\x7f]*)?$"
READABLE_OUTCOMES = frozenset({"ok", "truncated"})
"""Outcomes of a check that are a feed's."""


class FeedRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed to check or to add."""

    url: Annotated[str, Meta(pattern=_FEED_URL, max_length=_MAX_URL_CHARS)]
    source: Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] | None = None
    tags: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f,]{1,64}$")], ...], Meta(max_length=50)
    ] = ()
    check: bool = True
    """Look at it first, and refuse a page that is no feed; without it the feed is listed as it stands."""


class FeedCheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a feed; nothing is remembered of it."""

    url: str
    outcome: str
    detail: str = ""
    title: str = ""
    entries: int = 0
    notes: tuple[str, ...] = ()
    source: str = ""
    """The name of its publisher that is proposed."""
    found: tuple["FeedCheckResult", ...] = ()
    """Of a page: the feeds that it leads to."""


async def add(request: RequestContext) -> Response:
    """Check a feed and add it to the list."""
    head: FeedRequest = request.body
    checked = await check_feed(request.app, head.url) if head.check else None
    return json_answer({"said": await add_feed(request.app, head, checked)}, status=201)


async def check(request: RequestContext) -> Response:
    """Check a feed once."""
    return json_answer(await check_feed(request.app, request.body.url))


async def add_feed(app: AppContext, head: FeedRequest, checked: Any) -> str:
    """List a feed that was checked; None lists it as it stands. Raises BadRequest or Conflict.

    What answers and is no feed is refused; what does not answer now is listed, and polled later.
    """
    suffix = ""
    if checked is not None and checked["outcome"] not in READABLE_OUTCOMES:
        _refuse_document(checked)
        suffix = f"; it could not be checked now ({checked['outcome']})"
    words = ["feeds", "add", "--no-look"]
    if head.source:
        words.append(f"--source={head.source}")
    words += [f"--tag={tag}" for tag in head.tags]
    done = await app.cli.run(*words, "--", _check_url(head.url))
    if done.exit_code == 0:
        forget_feeds(app)
        return f"{head.url} is on the list and will be polled{suffix}"
    raise Conflict(done.stderr_tail.removeprefix("feedmill: "))


def _refuse_document(checked: Any) -> None:
    """Raise Conflict where there is a document at the address, which is then no feed."""
    status, found = checked["status"], [one["url"] for one in checked["found"]]
    if status is None or status not in range(200, 300):
        return
    if found:
        raise Conflict(
            f"this is a page, not a feed: add one of the feeds that it leads to: {', '.join(found)}"
        )
    raise Conflict("this is a page, not a feed, and it leads to none")


async def check_feed(app: AppContext, url: str) -> Any:
    """Poll a feed once and change nothing, or the feeds of a page; raises BadRequest or Conflict."""
    done = await app.cli.run("feeds", "check", "--find", "--json", "--", _check_url(url))
    try:
        checked, *found = msgspec.json.decode(done.stdout)
    except (msgspec.DecodeError, ValueError) as error:
        raise Conflict(done.stderr_tail.removeprefix("feedmill: ")) from error
    return {**checked, "found": found}


def _check_url(text: str) -> str:
    """Refuse what no command line can carry."""
    if "\0" in text or len(text) > _MAX_URL_CHARS or "://" not in text:
        raise BadRequest(f"url: wanted is an http or https URL, at most {_MAX_URL_CHARS:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("url: it is no text") from error
    return text


ROUTES = (
    RouteSpec(
        path="/v1/feeds",
        handler=add,
        method="POST",
        summary="Check a feed and add it to the list",
        body=FeedRequest,
        responses={201: ResponseSpec(description="It is on the list.", body_type=ActionResult)},
    ),
    RouteSpec(
        path="/v1/feeds/check",
        handler=check,
        method="POST",
        summary="Poll a feed once, and remember nothing",
        body=FeedRequest,
        responses={200: ResponseSpec(description="What came back.", body_type=FeedCheckResult)},
    ),
)
