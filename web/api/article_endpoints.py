"""Serves articles: a page of the stream, and one article with its revisions."""

from typing import Any

from starlette.responses import Response

from feedmill._ledger.operations.stream_entry_operations import read_last_revision
from web.app_context import AppContext
from web.errors import NotFound
from web.http.parameters import ARTICLE_ID, EnumType, IntegerType, Param
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.stream.entry_index import format_stream_id
from web.stream.entry_json import ArticlePage, ArticleShape, shape_entry
from web.stream.filter_parameters import AFTER_PARAM, FILTER_PARAMS, SPAN_PARAMS, read_entry_filter
from web.stream.stream_follower import IndexedEntry


async def articles(request: RequestContext) -> Response:
    """Answer with a page of entries."""
    app = request.app
    found = app.index.find_entries(
        read_entry_filter(request.values),
        request["limit"],
        after=request["after"],
        since_ms=request["from"],
        until_ms=request["until"],
        newest_first=request["order"] == "newest",
    )
    entries = await app.read_entries(found.places)
    return json_answer(
        {
            "entries": [shape_entry(format_stream_id(entry.place), entry.fields) for entry in entries],
            "next": format_stream_id(found.places[-1]) if found.has_more else None,
            "complete": app.follower.ready,
        }
    )


async def article(request: RequestContext) -> Response:
    """Answer with one article."""
    found = await find_revisions(request.app, request["id"])
    if found is None:
        raise NotFound("no article of this id, or the stream holds none of its entries any more")
    return json_answer(
        {
            **found,
            "entries": [shape_entry(format_stream_id(one.place), one.fields) for one in found["entries"]],
        }
    )


async def find_revisions(app: AppContext, article_id: str) -> dict[str, Any] | None:
    """Find all entries of an article that the stream still holds, newest first; None when there is none.

    The ledger gives the last revision's place, and the id of an article that two links led to;
    the entry index has the others.
    """
    last = await app.ledger.run(read_last_revision(app.ledger.keys, page_id=article_id))
    own_id = last.get("id", article_id)
    entries = await app.read_entries(app.index.revisions(own_id)[::-1])
    if not entries:
        return None
    newest = next((entry for entry in entries if entry.fields.get("event") != "listed"), None)
    retracted = newest is not None and newest.fields.get("event") == "retracted"
    return {
        "id": own_id,
        "status": "retracted" if retracted else "published",
        "entries": entries,
        "complete": _is_complete(entries),
    }


def _is_complete(entries: list[IndexedEntry]) -> bool:
    revs = {
        int(entry.fields.get("rev", "0"))
        for entry in entries
        if entry.fields.get("event") in {"created", "updated", "retracted"}
    }
    return revs == set(range(1, max(revs, default=0) + 1)) and bool(revs)


ROUTES = (
    RouteSpec(
        path="/v1/articles",
        handler=articles,
        summary="Entries of the stream, newest first",
        params=(
            *FILTER_PARAMS,
            *SPAN_PARAMS,
            AFTER_PARAM,
            Param("limit", IntegerType(1, 100), "At most so many.", default=20),
            Param("order", EnumType(("newest", "oldest")), "What comes first.", default="newest"),
        ),
        responses={200: ResponseSpec(description="A page of entries.", body_type=ArticlePage)},
    ),
    RouteSpec(
        path="/v1/articles/{id}",
        handler=article,
        summary="One article with its revisions",
        params=(Param("id", ARTICLE_ID, "The article's id.", location="path"),),
        responses={200: ResponseSpec(description="The article.", body_type=ArticleShape)},
    ),
)
