"""Polls feeds now, and pauses and resumes their polls, over HTTP."""

from typing import Any
from uuid import uuid4

import msgspec
from starlette.responses import Response

from feedmill._ledger.operations.feed_operations import ask_for_poll
from feedmill._ledger.operations.pause_operations import pause_work, resume_work
from web.api.feed_status_endpoints import FEED_PARAM, find_feed, forget_feeds
from web.app_context import AppContext
from web.errors import Conflict, NotFound
from web.http.problem_details import json_answer
from web.rendering.durations import format_span
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec


class ActionResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was done."""

    said: str


DONE = ResponseSpec(description="It is done; the list is read within seconds.", body_type=ActionResult)


async def poll(request: RequestContext) -> Response:
    """Have a feed polled now."""
    return json_answer({"said": await poll_feed(request.app, request["id"], retry=False)})


async def retry(request: RequestContext) -> Response:
    """Have a feed polled now, and its dropped entries tried again."""
    return json_answer({"said": await poll_feed(request.app, request["id"], retry=True)})


async def poll_feed(app: AppContext, feed_id: str, *, retry: bool) -> str:
    """Request a poll as soon as the site's gate opens; raises NotFound and Conflict."""
    asked = await app.ledger.run(
        ask_for_poll(app.ledger.keys, feed_id=feed_id, retry=retry, token=uuid4().hex)
    )
    if asked.answer == "unlisted":
        raise NotFound("no feed of this id is on the list")
    if asked.answer != "due":
        raise Conflict(f"the feed is not polled: it is {asked.answer}")
    app.invalidate("feeds")
    if asked.gate_ms:
        return f"its site asked for rest: it is polled in {format_span(asked.gate_ms)}"
    return "it is polled now"


async def pause_feed(request: RequestContext) -> Response:
    """Pause the polls of a feed."""
    done = await pause_polls(request.app, request["id"])
    return json_answer({"said": "it is paused" if done else "it was paused before"})


async def resume_feed(request: RequestContext) -> Response:
    """Go on with a feed."""
    done = await resume_polls(request.app, request["id"])
    return json_answer({"said": "it goes on" if done else "it was not paused"})


async def read_pauses(app: AppContext) -> frozenset[str]:
    """Read what is paused: `all`, `site:<site>`, `feed:<id>`."""
    found: Any = await app.ledger.client.hkeys(app.ledger.keys.paused())
    return frozenset(name.decode() for name in found)


async def pause_polls(app: AppContext, feed_id: str) -> bool:
    """Pause a feed; False when it was paused. Raises NotFound."""
    done = await app.ledger.run(pause_work(app.ledger.keys, what=f"feed:{feed_id}", token=uuid4().hex))
    if done < 0:
        raise NotFound("no feed of this id is on the list")
    forget_feeds(app)
    return bool(done)


async def resume_polls(app: AppContext, feed_id: str) -> bool:
    """Go on with a feed; False when it was not paused. Raises NotFound."""
    found = await find_feed(app, feed_id)
    done = await app.ledger.run(resume_work(app.ledger.keys, what=f"feed:{found.id}", token=uuid4().hex))
    forget_feeds(app)
    return done


ROUTES = (
    RouteSpec(
        path="/v1/feeds/{id}/poll",
        handler=poll,
        method="POST",
        summary="Poll a feed now, as soon as its site's gate opens",
        params=(FEED_PARAM,),
        responses={200: ResponseSpec(description="It is polled.", body_type=ActionResult)},
    ),
    RouteSpec(
        path="/v1/feeds/{id}/retry",
        handler=retry,
        method="POST",
        summary="Poll a feed now, and try its dropped entries again",
        params=(FEED_PARAM,),
        responses={200: ResponseSpec(description="It is polled.", body_type=ActionResult)},
    ),
    RouteSpec(
        path="/v1/feeds/{id}/pause",
        handler=pause_feed,
        method="POST",
        summary="Pause the polls of a feed (feedmill pause)",
        params=(FEED_PARAM,),
        responses={200: DONE},
    ),
    RouteSpec(
        path="/v1/feeds/{id}/resume",
        handler=resume_feed,
        method="POST",
        summary="Go on with a feed (feedmill resume)",
        params=(FEED_PARAM,),
        responses={200: DONE},
    ),
)
