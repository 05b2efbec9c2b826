"""Shows articles as they come, with a choice of them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from feedmill.article import Article, decode
from web.api.feed_status_endpoints import read_all_feeds
from web.app_context import AppContext
from web.pages.page_response import DONE_PARAM, SHOWN, render_page
from web.rendering.template_renderer import make_excerpt
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.stream.entry_index import format_stream_id
from web.stream.filter_parameters import AFTER_PARAM, FILTER_PARAMS, read_entry_filter
from web.stream.stream_follower import IndexedEntry

_ENTRIES_PER_PAGE = 30
"""Articles of one page."""
_CACHE_S = 5.0
"""Seconds that the choices of the filters are kept: counting them takes the whole index."""


async def show_live(request: RequestContext) -> Response:
    """Show the latest articles, and those that come."""
    app = request.app
    found = app.index.find_entries(
        read_entry_filter(request.values), _ENTRIES_PER_PAGE, after=request["after"]
    )
    entries = await app.read_entries(found.places)
    choices = await read_choices(app)
    return render_page(
        request,
        "live.html",
        items=[describe_entry(entry) for entry in entries],
        older=format_stream_id(found.places[-1]) if found.has_more else None,
        newest=format_stream_id(app.index.last),
        chosen={name: list(request[name]) for name in ("source", "tag", "lang", "feed")},
        sources=choices["source"],
        tags=choices["tags"],
        langs=choices["lang"],
        feeds=len(await read_all_feeds(app)),
        rules=app.limits,
        ready=app.follower.ready,
        at_end=request["after"] is None,
        firsts=request["firsts"] == "1",
        choice=write_choice(request.values),
    )


def write_choice(values: Mapping[str, Any]) -> str:
    """Write a choice of articles as a query that links carry on; empty where all are chosen."""
    pairs = [(param.name, values[param.name]) for param in FILTER_PARAMS]
    given = [(name, value) for name, value in pairs if value and value != "0"]
    return f"?{urlencode(given, doseq=True)}" if given else ""


def describe_entry(entry: IndexedEntry) -> dict[str, Any]:
    """Return what a list shows of an entry."""
    fields = entry.fields
    article = read_article(fields)
    return {
        "stream_id": format_stream_id(entry.place),
        "ms": entry.place[0],
        "event": fields.get("event", ""),
        "id": fields.get("id", ""),
        "rev": fields.get("rev", ""),
        "source": fields.get("source", ""),
        "lang": fields.get("lang", ""),
        "tags": [tag for tag in fields.get("tags", "").split(",") if tag],
        "title": article.title if article else fields.get("url", ""),
        "words": article.word_count if article else None,
        "excerpt": make_excerpt(article.standfirst or article.text) if article else "",
    }


def read_title(fields: dict[str, str]) -> str:
    """Return how an entry's article is called: its title, else its address, else its id."""
    article = read_article(fields)
    return article.title if article else fields.get("url") or fields.get("id", "")


def read_article(fields: dict[str, str]) -> Article | None:
    """Read an entry's article; None where it carries none, or one of a later schema."""
    data = fields.get("article")
    try:
        return decode(data) if data else None
    except msgspec.DecodeError:
        return None


async def read_choices(app: AppContext) -> dict[str, list[tuple[str, int]]]:
    """Count what articles can be chosen by, every few seconds."""
    return await app.read_cached("choices", _CACHE_S, lambda: _count_choices(app))


async def _count_choices(app: AppContext) -> dict[str, list[tuple[str, int]]]:
    return {name: _most_frequent(app.index.counts(name)) for name in ("source", "tags", "lang")}


def _most_frequent(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:200]


ROUTES = (
    RouteSpec(
        path="/", handler=show_live, summary="Articles as they come", is_page=True,
        params=(*FILTER_PARAMS, AFTER_PARAM, DONE_PARAM), responses=SHOWN,
    ),
)  # fmt: skip
