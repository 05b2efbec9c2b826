"""Shows articles as they come, and one article with what was removed from it."""

from typing import Any

import msgspec
from starlette.responses import Response

from feedmill.article import Article, decode
from feedmill.revision_changes import Changes, decode_changes
from web.api.article_endpoints import find_revisions
from web.api.feed_endpoints import read_all_feeds
from web.api.story_endpoints import read_carriers
from web.app_context import AppContext
from web.errors import Conflict, NotFound
from web.http.parameters import ARTICLE_ID, Param
from web.pages.page_template import DONE_PARAM, SHOWN, render_page
from web.rendering.atom_and_json_feed import is_http_url
from web.rendering.templates import make_excerpt
from web.route_request import RequestContext, RouteSpec
from web.stream.entry_index import format_stream_id
from web.stream.filter_parameters import AFTER_PARAM, FILTER_PARAMS, read_entry_filter
from web.stream.story_counts import list_carriers
from web.stream.stream_follower import IndexedEntry

_ENTRIES_PER_PAGE = 30
"""Articles of one page."""
_CACHE_S = 5.0
"""Seconds that the choices of the filters are kept: counting them takes the whole index."""
_MAX_CARRIERS = 20
"""Other articles of a story that an article's page names."""
_ID = Param("id", ARTICLE_ID, "The article's id.", location="path")


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
    )


async def article(request: RequestContext) -> Response:
    """Show one article."""
    return render_page(request, "article.html", **await _parse_removed(request), pieces=None)


async def show_removed(request: RequestContext) -> Response:
    """Request the article's page again and show every piece that is taken out, with its rule."""
    result = await _parse_removed(request)
    article = result["article"]
    if article is None:
        raise Conflict("the stream holds no revision with an article any more")
    if not is_http_url(article.url):  # the command reads files as well
        raise Conflict("the article names no address of the web: its page cannot be requested")
    done = await request.app.cli.run("clean", "--format=json", "--", article.url)
    try:
        cleaned: Any = msgspec.json.decode(done.stdout)
        entries = [(str(one["rule"]), str(one["text"])) for one in cleaned["removed"]]
    except (msgspec.DecodeError, TypeError, KeyError) as error:
        raise Conflict(
            done.stderr_tail.removeprefix("feedmill: ") or "the page could not be cleaned"
        ) from error
    return render_page(request, "article.html", **result, pieces=entries)


async def _parse_removed(request: RequestContext) -> dict[str, Any]:
    found = await find_revisions(request.app, request["id"])
    if found is None:
        raise NotFound("no article of this id, or the stream holds none of its entries any more")
    revisions = [_revision(entry) for entry in found["entries"]]
    article = next((one["article"] for one in revisions if one["article"] is not None), None)
    return {
        "id": found["id"],
        "retracted": found["status"] == "retracted",
        "complete": found["complete"],
        "revisions": revisions,
        "article": article,
        **await _find_carriers(
            request.app,
            found["id"],
            next((story for one in revisions if (story := one["fields"].get("story"))), ""),
        ),
    }


async def _find_carriers(app: AppContext, article_id: str, story_id: str) -> dict[str, Any]:
    """Find who else carries an article's text, as far as the stream holds it."""
    carriers = list_carriers(app.index.find_story(story_id))
    others = [carrier for carrier in carriers if carrier.id != article_id]
    shown = await read_carriers(app, others[:_MAX_CARRIERS])
    return {
        "carriers": [describe_entry(entry) | {"fields": entry.fields} for entry in shown],
        "more_carriers": max(0, len(others) - _MAX_CARRIERS),
        "story": story_id,
    }


def describe_entry(entry: IndexedEntry) -> dict[str, Any]:
    """Return what a list shows of an entry."""
    fields = entry.fields
    article = _article(fields)
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
    article = _article(fields)
    return article.title if article else fields.get("url") or fields.get("id", "")


def _revision(entry: IndexedEntry) -> dict[str, Any]:
    changes: Changes | None
    try:
        changes = decode_changes(entry.fields["changes"]) if "changes" in entry.fields else None
    except msgspec.DecodeError:
        changes = None
    return {
        **describe_entry(entry),
        "article": _article(entry.fields),
        "changes": changes,
        "fields": entry.fields,
    }


def _article(fields: dict[str, str]) -> Article | None:
    data = fields.get("article")
    try:
        return decode(data) if data else None
    except msgspec.DecodeError:  # of a later schema
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
    RouteSpec(path="/articles/{id}", handler=article, summary="One article", is_page=True, params=(_ID,),
    responses=SHOWN),
    RouteSpec(
        path="/articles/{id}", handler=show_removed, method="POST", summary="What is taken out of its page",
        is_page=True,
        params=(_ID,), responses=SHOWN,
    ),
)  # fmt: skip
