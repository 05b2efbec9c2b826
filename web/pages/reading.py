"""Articles as they come, and one article with what was taken out of it."""

from typing import Any

import msgspec
from starlette.responses import Response

from feedmill.article import Article, decode
from feedmill.changes import Changes, decode_changes
from web.articles import history
from web.ask import Ask, Route
from web.choosing import AFTER, CHOICE, wanted
from web.errors import Missing, Unfit
from web.feeds import all_feeds
from web.house import House
from web.kinds import ARTICLE, Param
from web.looks import excerpt
from web.pages.show import DONE_PARAM, SHOWN, show
from web.shelf import written
from web.syndication import is_web
from web.tail import Piece

_AT_ONCE = 30
_KEPT_S = 5.0
_ID = Param("id", ARTICLE, "The article's id.", where="path")


async def live(ask: Ask) -> Response:
    """Show the latest articles, and those that come."""
    house = ask.house
    found = house.tail.shelf.find(wanted(ask.values), _AT_ONCE, after=ask["after"])
    pieces = await house.pieces(found.places)
    choices = await house.kept("choices", _KEPT_S, lambda: _choices(house))
    return show(
        ask,
        "live.html",
        items=[_item(piece) for piece in pieces],
        older=written(found.places[-1]) if found.more else None,
        newest=written(house.tail.shelf.last),
        chosen={name: list(ask[name]) for name in ("source", "tag", "lang", "feed")},
        sources=choices["source"],
        tags=choices["tags"],
        langs=choices["lang"],
        feeds=len(await all_feeds(house)),
        rules=house.rules,
        ready=house.tail.ready,
        at_end=ask["after"] is None,
    )


async def article(ask: Ask) -> Response:
    """Show one article."""
    return show(ask, "article.html", **await _told(ask), pieces=None)


async def explain(ask: Ask) -> Response:
    """Request the article's page again and show every piece that is taken out, with its rule."""
    told = await _told(ask)
    article = told["article"]
    if article is None:
        raise Unfit("the stream holds no revision with an article any more")
    if not is_web(article.url):  # the command reads files as well
        raise Unfit("the article names no address of the web: its page cannot be requested")
    done = await ask.house.errands.run("clean", "--format=json", "--", article.url)
    try:
        cleaned: Any = msgspec.json.decode(done.out)
        pieces = [(str(one["rule"]), str(one["text"])) for one in cleaned["removed"]]
    except (msgspec.DecodeError, TypeError, KeyError) as error:
        raise Unfit(done.said.removeprefix("feedmill: ") or "the page could not be cleaned") from error
    return show(ask, "article.html", **told, pieces=pieces)


async def _told(ask: Ask) -> dict[str, Any]:
    found = await history(ask.house, ask["id"])
    if found is None:
        raise Missing("no article of this id, or the stream holds none of its entries any more")
    revisions = [_revision(piece) for piece in found["entries"]]
    article = next((one["article"] for one in revisions if one["article"] is not None), None)
    return {
        "id": found["id"],
        "retracted": found["status"] == "retracted",
        "complete": found["complete"],
        "revisions": revisions,
        "article": article,
    }


def _item(piece: Piece) -> dict[str, Any]:
    fields = piece.fields
    article = _article(fields)
    return {
        "stream_id": written(piece.place),
        "ms": piece.place[0],
        "event": fields.get("event", ""),
        "id": fields.get("id", ""),
        "rev": fields.get("rev", ""),
        "source": fields.get("source", ""),
        "lang": fields.get("lang", ""),
        "tags": [tag for tag in fields.get("tags", "").split(",") if tag],
        "title": article.title if article else fields.get("url", ""),
        "words": article.word_count if article else None,
        "excerpt": excerpt(article.standfirst or article.text) if article else "",
    }


def _revision(piece: Piece) -> dict[str, Any]:
    changes: Changes | None
    try:
        changes = decode_changes(piece.fields["changes"]) if "changes" in piece.fields else None
    except msgspec.DecodeError:
        changes = None
    return {**_item(piece), "article": _article(piece.fields), "changes": changes, "fields": piece.fields}


def _article(fields: dict[str, str]) -> Article | None:
    data = fields.get("article")
    try:
        return decode(data) if data else None
    except msgspec.DecodeError:  # of a later schema
        return None


async def _choices(house: House) -> dict[str, list[tuple[str, int]]]:
    """Count what articles can be chosen by."""
    return {name: _most(house.tail.shelf.counts(name)) for name in ("source", "tags", "lang")}


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:200]


ROUTES = (
    Route(
        path="/", act=live, summary="Articles as they come", page=True,
        takes=(*CHOICE, AFTER, DONE_PARAM), gives=SHOWN,
    ),
    Route(path="/articles/{id}", act=article, summary="One article", page=True, takes=(_ID,), gives=SHOWN),
    Route(
        path="/articles/{id}", act=explain, method="POST", summary="What is taken out of its page", page=True,
        takes=(_ID,), gives=SHOWN,
    ),
)  # fmt: skip
