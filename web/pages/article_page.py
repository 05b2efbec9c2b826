"""Shows one article: its text, what was removed from it, its revisions, and who else carries it."""

from typing import Any

import msgspec
from starlette.responses import Response

from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill.article import Article
from feedmill.revision_changes import Changes, decode_changes
from web.api.article_endpoints import find_revisions
from web.api.story_endpoints import read_carriers
from web.app_context import AppContext
from web.errors import Conflict, NotFound
from web.http.parameters import ARTICLE_ID, Param
from web.pages.articles_page import describe_entry, read_article, write_choice
from web.pages.page_response import SHOWN, render_page
from web.rendering.atom_and_json_feed import is_http_url
from web.rendering.text_differences import compare_blocks, find_most_alike
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.stream.filter_parameters import FILTER_PARAMS, read_entry_filter
from web.stream.story_counts import list_carriers
from web.stream.stream_follower import IndexedEntry

_MAX_CARRIERS = 20
"""Other articles of a story that an article's page names."""
_NEIGHBORS = 5
"""Entries that are looked at for the next article: some may be revisions of the one that is shown."""
_ID = Param("id", ARTICLE_ID, "The article's id.", location="path")


async def show_article(request: RequestContext) -> Response:
    """Show one article."""
    return render_page(request, "article.html", **await _describe_article(request), pieces=None)


async def show_removed(request: RequestContext) -> Response:
    """Request the article's page again and show every piece that is taken out, with its rule."""
    result = await _describe_article(request)
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


async def _describe_article(request: RequestContext) -> dict[str, Any]:
    found = await find_revisions(request.app, request["id"])
    if found is None:
        raise NotFound("no article of this id, or the stream holds none of its entries any more")
    revisions = [_describe_revision(entry) for entry in found["entries"]]
    article = next((one["article"] for one in revisions if one["article"] is not None), None)
    newest = next(
        (one for one in found["entries"] if one.fields.get("event") != "listed"), found["entries"][0]
    )
    return {
        "id": found["id"],
        "retracted": found["status"] == "retracted",
        "complete": found["complete"],
        "revisions": revisions,
        "article": article,
        "feed_id": name_feed(url) if (url := newest.fields.get("feed", "")) else "",
        "choice": write_choice(request.values),
        **await _find_neighbors(request, newest),
        **await _find_carriers(
            request.app,
            found["id"],
            next((story for one in revisions if (story := one["fields"].get("story"))), ""),
            article,
        ),
    }


async def _find_neighbors(request: RequestContext, entry: IndexedEntry) -> dict[str, Any]:
    """Find the articles before and behind one in the stream, among those that are chosen."""
    app, chosen = request.app, read_entry_filter(request.values)
    neighbors: dict[str, Any] = {}
    for name, newest_first in (("older", True), ("newer", False)):
        found = app.index.find_entries(chosen, _NEIGHBORS, after=entry.place, newest_first=newest_first)
        entries = await app.read_entries(found.places)
        others = (one for one in entries if one.fields.get("id") != entry.fields.get("id"))
        neighbors[name] = describe_entry(other) if (other := next(others, None)) is not None else None
    return neighbors


async def _find_carriers(
    app: AppContext, article_id: str, story_id: str, article: Article | None
) -> dict[str, Any]:
    """Find who else carries an article's text, as far as the stream holds it, and how theirs differs."""
    carriers = list_carriers(app.index.find_story(story_id))
    others = [carrier for carrier in carriers if carrier.id != article_id]
    shown = await read_carriers(app, others[:_MAX_CARRIERS])
    texts = [read_article(entry.fields) for entry in shown]
    alike = find_most_alike(article.text, [one.text if one else "" for one in texts]) if article else None
    return {
        "carriers": [describe_entry(entry) | {"fields": entry.fields} for entry in shown],
        "more_carriers": max(0, len(others) - _MAX_CARRIERS),
        "story": story_id,
        "nearest": None if alike is None else describe_entry(shown[alike.at]),
        "alike": alike,
    }


def _describe_revision(entry: IndexedEntry) -> dict[str, Any]:
    changes: Changes | None
    try:
        changes = decode_changes(entry.fields["changes"]) if "changes" in entry.fields else None
    except msgspec.DecodeError:
        changes = None
    return {
        **describe_entry(entry),
        "article": read_article(entry.fields),
        "changes": changes,
        "blocks": compare_blocks(changes.removed, changes.added) if changes else (),
        "fields": entry.fields,
    }


ROUTES = (
    RouteSpec(
        path="/articles/{id}", handler=show_article, summary="One article", is_page=True,
        params=(_ID, *FILTER_PARAMS), responses=SHOWN,
    ),
    RouteSpec(
        path="/articles/{id}", handler=show_removed, method="POST", summary="What is taken out of its page",
        is_page=True, params=(_ID, *FILTER_PARAMS), responses=SHOWN,
    ),
)  # fmt: skip
