"""Articles: a page of the stream, and one article with its revisions."""

from typing import Any

from starlette.responses import Response

from feedmill._ledger.page_calls import revision
from web.answers import json_answer
from web.ask import Ask, Given, Route
from web.choosing import AFTER, CHOICE, SPAN, wanted
from web.entries import ArticlePage, ArticleShape, shown
from web.errors import Missing
from web.house import House
from web.kinds import ARTICLE, Count, OneOf, Param
from web.shelf import written
from web.tail import Piece


async def articles(ask: Ask) -> Response:
    """Answer with a page of entries."""
    house = ask.house
    found = house.tail.shelf.find(
        wanted(ask.values),
        ask["limit"],
        after=ask["after"],
        since_ms=ask["from"],
        until_ms=ask["until"],
        newest_first=ask["order"] == "newest",
    )
    pieces = await house.pieces(found.places)
    return json_answer(
        {
            "entries": [shown(written(piece.place), piece.fields) for piece in pieces],
            "next": written(found.places[-1]) if found.more else None,
            "complete": house.tail.ready,
        }
    )


async def article(ask: Ask) -> Response:
    """Answer with one article."""
    found = await history(ask.house, ask["id"])
    if found is None:
        raise Missing("no article of this id, or the stream holds none of its entries any more")
    return json_answer(
        {**found, "entries": [shown(written(one.place), one.fields) for one in found["entries"]]}
    )


async def history(house: House, article_id: str) -> dict[str, Any] | None:
    """Find all entries of an article that the stream still holds, newest first; None when there is none.

    The ledger knows where the last revision stands, and under which id an article goes that two links led to;
    the shelf knows the others.
    """
    last = await house.ledger.run(revision(house.ledger.keys, page_id=article_id))
    own_id = last.get("id", article_id)
    pieces = await house.pieces(house.tail.shelf.revisions(own_id)[::-1])
    if not pieces:
        return None
    newest = next((piece for piece in pieces if piece.fields.get("event") != "listed"), None)
    retracted = newest is not None and newest.fields.get("event") == "retracted"
    return {
        "id": own_id,
        "status": "retracted" if retracted else "published",
        "entries": pieces,
        "complete": _complete(pieces),
    }


def _complete(pieces: list[Piece]) -> bool:
    revs = {
        int(piece.fields.get("rev", "0"))
        for piece in pieces
        if piece.fields.get("event") in {"created", "updated", "retracted"}
    }
    return revs == set(range(1, max(revs, default=0) + 1)) and bool(revs)


ROUTES = (
    Route(
        path="/v1/articles",
        act=articles,
        summary="Entries of the stream, newest first",
        takes=(
            *CHOICE,
            *SPAN,
            AFTER,
            Param("limit", Count(1, 100), "At most so many.", default=20),
            Param("order", OneOf(("newest", "oldest")), "What comes first.", default="newest"),
        ),
        gives={200: Given(said="A page of entries.", shape=ArticlePage)},
    ),
    Route(
        path="/v1/articles/{id}",
        act=article,
        summary="One article with its revisions",
        takes=(Param("id", ARTICLE, "The article's id.", where="path"),),
        gives={200: Given(said="The article.", shape=ArticleShape)},
    ),
)
