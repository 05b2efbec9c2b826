"""Serves the state of feeds: the list, one feed, and its entries that gave no article."""

from typing import Any

import msgspec
from starlette.responses import Response

from feedmill._ledger.core.feed_operation_results import DroppedEntry, FeedState
from feedmill._ledger.operations.feed_operations import list_dropped_entries
from feedmill._ledger.operations.feed_operations import list_feeds as feeds_call
from web.app_context import AppContext
from web.errors import NotFound
from web.http.parameters import EnumType, IntegerType, Param, StringType
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.status.feed_list import (
    HEALTHS,
    ORDERS,
    FeedPage,
    FeedQuery,
    FeedShape,
    count_by_health,
    read_poll_reasons,
    select_feeds,
    shape_feed,
    sort_feeds,
)

FEED_ID = StringType(r"[0-9a-f]{16}", "the id of a feed: 16 hexadecimal digits")
FEED_PARAM = Param("id", FEED_ID, "The feed's id.", location="path")
_CACHE_S = 2.0
"""Seconds that the state of all feeds is kept: reading it costs the ledger the whole list."""


class FeedExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """One feed, and what decided its next poll."""

    feed: FeedShape
    said: dict[str, float]
    """Seconds by rule."""


class DroppedEntryShape(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that gave no article."""

    id: str
    """Of the article that it would have been."""
    reason: str
    title: str
    dropped_at: int
    """Ms since the epoch."""


class DroppedEntries(msgspec.Struct, frozen=True, kw_only=True):
    """The last entries of a feed that gave no article, the latest first; at most 50."""

    dropped: tuple[DroppedEntryShape, ...]


FEED_QUERY_PARAMS = (
    Param("q", StringType(), "Words in the source, the URL or the title.", default=""),
    Param("health", EnumType(HEALTHS), "Only feeds of this health.", default=""),
    Param("tag", StringType(r"[^\x00-\x1f\x7f,]{1,64}", "a tag"), "Only feeds with this tag.", default=""),
    Param("order", EnumType(ORDERS), "What comes first.", default="health"),
    Param("offset", IntegerType(0, 10_000_000), "How many to leave out.", default=0),
)


def read_feed_query(values: Any, limit: int) -> FeedQuery:
    """Read which feeds are asked for."""
    return FeedQuery(values["q"], values["health"], values["tag"], values["order"], values["offset"], limit)


async def feeds(request: RequestContext) -> Response:
    """Answer with a page of feeds."""
    every = await sort_all_feeds(request.app, request["order"])
    page, total = select_feeds(every, read_feed_query(request.values, request["limit"]))
    return json_answer(
        {"feeds": [shape_feed(one) for one in page], "total": total, "health": count_by_health(every)}
    )


async def feed(request: RequestContext) -> Response:
    """Answer with one feed."""
    found = await find_feed(request.app, request["id"])
    return json_answer(
        {
            "feed": shape_feed(found),
            "said": read_poll_reasons(request.app.dependencies.explain_next_poll(found)),
        },
        headers=list_tag(request.app),
    )


def list_tag(app: AppContext) -> dict[str, str]:
    """Return the entity tag of feeds.toml: its signature."""
    return {"etag": f'"{app.dependencies.read_list_mark()}"'}


async def dropped(request: RequestContext) -> Response:
    """Answer with the last entries of a feed that gave no article."""
    found = await read_dropped_entries(request.app, (await find_feed(request.app, request["id"])).id)
    return json_answer({"dropped": [msgspec.structs.asdict(entry) for entry in found]})


async def read_dropped_entries(app: AppContext, feed_id: str) -> list[DroppedEntry]:
    """Read the last entries of a feed that gave no article."""
    return await app.ledger.run(list_dropped_entries(app.ledger.keys, feed_id=feed_id))


async def read_all_feeds(app: AppContext) -> list[FeedState]:
    """Read the state of all feeds, at most every two seconds."""

    async def read() -> list[FeedState]:
        return await app.ledger.run(feeds_call(app.ledger.keys))

    return await app.read_cached("feeds", _CACHE_S, read)


async def sort_all_feeds(app: AppContext, order: str) -> list[FeedState]:
    """Return all feeds in an order, sorted at most every two seconds."""

    async def sort() -> list[FeedState]:
        return sort_feeds(await read_all_feeds(app), order)

    return await app.read_cached(f"feeds by {order}", _CACHE_S, sort)


async def find_feed(app: AppContext, feed_id: str) -> FeedState:
    """Find a feed; raises NotFound."""
    for found in await read_all_feeds(app):
        if found.id == feed_id:
            return found
    raise NotFound("no feed of this id is on the list")


def forget_feeds(app: AppContext) -> None:
    """Have the feeds read anew."""
    for name in ("feeds", *(f"feeds by {order}" for order in ORDERS)):
        app.invalidate(name)


ROUTES = (
    RouteSpec(
        path="/v1/feeds",
        handler=feeds,
        summary="Feeds with their health and next poll",
        params=(*FEED_QUERY_PARAMS, Param("limit", IntegerType(1, 500), "At most so many.", default=50)),
        responses={200: ResponseSpec(description="A page of feeds.", body_type=FeedPage)},
    ),
    RouteSpec(
        path="/v1/feeds/{id}",
        handler=feed,
        summary="One feed, and why it is polled when it is",
        params=(FEED_PARAM,),
        responses={200: ResponseSpec(description="The feed.", body_type=FeedExplanation)},
    ),
    RouteSpec(
        path="/v1/feeds/{id}/dropped",
        handler=dropped,
        summary="The last entries of a feed that gave no article",
        params=(FEED_PARAM,),
        responses={200: ResponseSpec(description="At most 50.", body_type=DroppedEntries)},
    ),
)
