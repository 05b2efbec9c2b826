"""Serves the search over the words of what the stream holds."""

from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response

from web.app_context import AppContext
from web.errors import BadRequest
from web.http.parameters import EnumType, IntegerType, Param, StringType
from web.http.problem_details import TYPE, ProblemShape, json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.search.query_words import ExcerptPart, cut_excerpt, write_match
from web.search.text_index import MAX_COUNTED, TextQuery
from web.stream.entry_index import format_stream_id
from web.stream.entry_json import EntryShape, shape_entry
from web.stream.filter_parameters import FILTER_PARAMS
from web.stream.stream_follower import IndexedEntry

MAX_OFFSET = 1000
"""Found articles that can be passed over: who wants more needs other words."""
QUERY = Param(
    "q",
    StringType(),
    'Words that all stand in the title or the text; "several words" stand together, -word does not, '
    "word* begins so.",
    default="",
)
SEARCH_PARAMS = (
    *(param for param in FILTER_PARAMS if param.name in ("source", "tag", "lang")),
    Param("order", EnumType(("newest", "best")), "What comes first.", default="newest"),
    Param("offset", IntegerType(0, MAX_OFFSET), "Pass over so many.", default=0),
)


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """An article that was found, by its last revision."""

    entry: EntryShape
    excerpt: str
    """The words about what was found."""


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what was found."""

    hits: tuple[SearchHit, ...]
    total: int
    """Articles that were found; 1001 stands for more than 1,000."""
    next: int | None
    """What `offset` is for the next page; null: this is the last one."""
    complete: bool
    """False while the index is made: older articles may be missing."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found, as the stream holds it."""

    hits: list[tuple[IndexedEntry, tuple[ExcerptPart, ...]]]
    total: int
    next: int | None


async def search(request: RequestContext) -> Response:
    """Answer with what was found."""
    found = await find_articles(request.app, request.values, request["limit"])
    hits = [
        {
            "entry": shape_entry(format_stream_id(entry.place), entry.fields),
            "excerpt": "".join(part.text for part in excerpt),
        }
        for entry, excerpt in found.hits
    ]
    complete = request.app.search.is_complete
    return json_answer({"hits": hits, "total": found.total, "next": found.next, "complete": complete})


async def find_articles(app: AppContext, values: Any, limit: int) -> SearchResults:
    """Find articles by their words; raises BadRequest where there is none, Conflict, ServiceUnavailable."""
    match = write_match(values["q"])
    if not match:
        raise BadRequest("q: wanted is at least one word")
    offset = values["offset"]
    query = TextQuery(
        match,
        sources=frozenset(values["source"]),
        tags=frozenset(values["tag"]),
        langs=frozenset(values["lang"]),
        is_best_first=values["order"] == "best",
        limit=limit,
        offset=offset,
    )
    found = await app.search.find(query)
    excerpts = {text.place: (text.article, cut_excerpt(text.snippet)) for text in found.texts}
    entries = await app.read_entries([text.place for text in found.texts])
    hits = [
        (entry, excerpts[entry.place][1])
        for entry in entries
        if entry.fields.get("id") == excerpts[entry.place][0]
    ]
    has_more = found.total > offset + limit and offset + limit <= MAX_OFFSET
    return SearchResults(hits, min(found.total, MAX_COUNTED + 1), offset + limit if has_more else None)


ROUTES = (
    RouteSpec(
        path="/v1/search",
        handler=search,
        summary="Articles by their words, in what the stream holds",
        params=(QUERY, *SEARCH_PARAMS, Param("limit", IntegerType(1, 100), "At most so many.", default=20)),
        responses={
            200: ResponseSpec(description="What was found.", body_type=SearchPage),
            409: ResponseSpec(description="Search is off.", body_type=ProblemShape, media=TYPE),
        },
    ),
)
