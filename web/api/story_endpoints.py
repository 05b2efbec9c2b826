"""Serves stories: the biggest of the last hours, and one with the articles that carry it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from web.app_context import AppContext
from web.errors import NotFound
from web.http.parameters import ARTICLE_ID, IntegerType, Param
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.stream.entry_index import format_stream_id
from web.stream.entry_json import EntryShape, shape_entry
from web.stream.story_counts import MAX_NAMES, StoryCarrier, StoryCount, count_stories, list_carriers
from web.stream.stream_follower import IndexedEntry

_CACHE_S = 5.0
"""Seconds that counted stories are kept: counting them reads the hours from the index."""
_HOUR_MS = 3_600_000
"""Ms of an hour."""
MAX_OFFSET = 100_000
"""Stories or articles that may be passed over."""


class StorySummary(msgspec.Struct, frozen=True, kw_only=True):
    """One story among the biggest: what the hours that were asked for have of it."""

    id: str
    """Id of its first article."""
    sources: int
    """Different sources that carry it."""
    articles: int
    source_names: tuple[str, ...]
    """In the order in which they came, 50 at most."""
    first_ms: int
    """When its first entry was appended, ms since the epoch."""
    last_ms: int
    entry: EntryShape | None
    """The last revision of its first article, or the oldest entry; null: it was just dropped."""


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Stories, those of most sources first."""

    stories: tuple[StorySummary, ...]
    next: int | None
    """What `offset` is for the next page; null: this is the last one."""
    complete: bool
    """False while the gateway still reads the stream after its start: older entries may be missing."""


class StoryShape(msgspec.Struct, frozen=True, kw_only=True):
    """One story, as far as the stream still holds its articles."""

    id: str
    sources: int
    articles: int
    source_names: tuple[str, ...]
    """In the order in which they came, 50 at most."""
    entries: tuple[EntryShape, ...]
    """An entry for each article, its last revision, in the order in which the articles came out."""
    next: int | None
    """What `offset` is for the next page; null: this is the last one."""
    complete: bool
    """False while the gateway still reads the stream after its start."""


async def stories(request: RequestContext) -> Response:
    """Answer with the biggest stories."""
    app, offset, limit = request.app, request["offset"], request["limit"]
    found = await read_biggest_stories(app, request["hours"], request["sources"])
    shown = found[offset : offset + limit]
    entries = await read_shown(app, shown)
    return json_answer(
        {
            "stories": [_summarize(count, entries.get(count.id)) for count in shown],
            "next": offset + limit if len(found) > offset + limit else None,
            "complete": app.follower.ready,
        }
    )


async def story(request: RequestContext) -> Response:
    """Answer with one story."""
    app, offset, limit = request.app, request["offset"], request["limit"]
    carriers = list_carriers(app.index.find_story(request["id"]))
    if not carriers:
        raise NotFound("no story of this id, or the stream holds none of its articles any more")
    names = list(dict.fromkeys(carrier.source for carrier in carriers))
    entries = await read_carriers(app, carriers[offset : offset + limit])
    return json_answer(
        {
            "id": request["id"],
            "sources": len(names),
            "articles": len(carriers),
            "source_names": names[:MAX_NAMES],
            "entries": [shape_entry(format_stream_id(one.place), one.fields) for one in entries],
            "next": offset + limit if len(carriers) > offset + limit else None,
            "complete": app.follower.ready,
        }
    )


async def read_biggest_stories(app: AppContext, hours: int, least_sources: int) -> list[StoryCount]:
    """Count the stories of the last hours, at most every five seconds; the biggest first."""

    async def count() -> list[StoryCount]:
        since_ms = round(app.clock() * 1000) - hours * _HOUR_MS
        return count_stories(app.index.find_shared_stories(since_ms))

    found = await app.read_cached(f"stories {hours}", _CACHE_S, count)
    return [count for count in found if len(count.sources) >= least_sources]


async def read_shown(app: AppContext, counts: Sequence[StoryCount]) -> dict[str, IndexedEntry]:
    """Read the entries that show stories, by the stories' ids."""
    found = {entry.place: entry for entry in await app.read_entries([count.shown for count in counts])}
    return {count.id: found[count.shown] for count in counts if count.shown in found}


async def read_carriers(app: AppContext, carriers: Sequence[StoryCarrier]) -> list[IndexedEntry]:
    """Read the last revisions of a story's articles."""
    return await app.read_entries([carrier.place for carrier in carriers])


def _summarize(count: StoryCount, entry: IndexedEntry | None) -> dict[str, Any]:
    return {
        "id": count.id,
        "sources": len(count.sources),
        "articles": count.articles,
        "source_names": count.sources[:MAX_NAMES],
        "first_ms": count.first_ms,
        "last_ms": count.last_ms,
        "entry": shape_entry(format_stream_id(entry.place), entry.fields) if entry else None,
    }


_OFFSET = Param("offset", IntegerType(0, MAX_OFFSET), "Pass over so many.", default=0)
HOURS = Param("hours", IntegerType(1, 168), "Count what was appended in the last hours.", default=24)
ROUTES = (
    RouteSpec(
        path="/v1/stories",
        handler=stories,
        summary="The biggest stories of the last hours: texts that several sources carry",
        params=(
            HOURS,
            Param("sources", IntegerType(1, 1000), "Only of so many sources at least.", default=2),
            _OFFSET,
            Param("limit", IntegerType(1, 100), "At most so many.", default=20),
        ),
        responses={200: ResponseSpec(description="A page of stories.", body_type=StoryPage)},
    ),
    RouteSpec(
        path="/v1/stories/{id}",
        handler=story,
        summary="One story with the articles that carry it",
        params=(
            Param("id", ARTICLE_ID, "The story: the id of its first article.", location="path"),
            _OFFSET,
            Param("limit", IntegerType(1, 100), "At most so many articles.", default=20),
        ),
        responses={200: ResponseSpec(description="The story.", body_type=StoryShape)},
    ),
)
