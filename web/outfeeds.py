"""/feeds/all.atom, /feeds/TAG.json …: the latest articles as feeds.

Conditional requests are answered as in RFC 9110 section 13.
"""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec
from starlette.responses import Response

from feedmill.article import decode
from feedmill.wanted import Wanted
from web.ask import Ask, Given, Route
from web.errors import Missing
from web.house import House
from web.kinds import Param, Word
from web.syndication import ATOM, JSON_FEED, Head, Item, atom, json_feed

MOST = 50
_LOOKED_AT = 200
_EVENTS = frozenset({"created", "updated", "retracted"})
TAG = Param("tag", Word(r"[^\x00-\x1f\x7f,]{1,64}", "a tag, or all"), "A tag, or `all`.", where="path")


async def atom_feed(ask: Ask) -> Response:
    """Answer with an Atom feed."""
    return await _feed(ask, "atom")


async def json_items(ask: Ask) -> Response:
    """Answer with a JSON Feed."""
    return await _feed(ask, "json")


async def _feed(ask: Ask, form: str) -> Response:
    tag = ask["tag"]
    items = await latest(ask.house, frozenset() if tag == "all" else frozenset({tag}))
    if not items and tag != "all" and tag not in ask.house.tail.shelf.counts("tags"):
        raise Missing("no article has this tag")
    base = base_url(ask)
    head = Head(
        title="feedmill" if tag == "all" else f"feedmill: {tag}",
        self_url=f"{base}{ask.scope.get('raw_path', b'').decode('ascii', 'replace')}",
        home_url=f"{base}/",
    )
    body = atom(head, items) if form == "atom" else json_feed(head, items)
    changed = max((item.updated for item in items), default=None)
    return _conditional(ask, body, ATOM if form == "atom" else JSON_FEED, changed)


def _conditional(ask: Ask, body: bytes, media: str, changed: datetime | None) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "no-cache", "vary": "host"}
    if changed is not None:
        headers["last-modified"] = format_datetime(
            changed.astimezone(UTC).replace(microsecond=0), usegmt=True
        )
    if _is_known(ask, etag, changed):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media)


def _is_known(ask: Ask, etag: str, changed: datetime | None) -> bool:
    """Whether the reader has it: its validator is compared, and only without one its date."""
    if given := ask.header("if-none-match"):
        known = [one.strip().removeprefix("W/") for one in given.split(",")]
        return etag in known or given.strip() == "*"
    try:
        since = parsedate_to_datetime(ask.header("if-modified-since"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    if since.tzinfo is None or changed is None:
        return False
    return changed.replace(microsecond=0) <= since


async def latest(house: House, tags: frozenset[str]) -> list[Item]:
    """Find the last revisions of the latest articles; what was retracted is not among them."""
    found = house.tail.shelf.find(Wanted(tags=tags, events=_EVENTS), _LOOKED_AT)
    seen: set[str] = set()
    items: list[Item] = []
    for piece in await house.pieces(found.places):
        article_id = piece.fields.get("id", "")
        if article_id in seen or len(items) == MOST:
            continue
        seen.add(article_id)
        data = piece.fields.get("article")
        try:
            article = decode(data) if data else None
        except msgspec.DecodeError:  # of a later schema
            article = None
        if article is not None:
            items.append(Item(article, datetime.fromtimestamp(piece.place[0] / 1000, UTC)))
    return items


def base_url(ask: Ask) -> str:
    """Give the address that the gateway was called by; the gate has checked the host."""
    told = ask.header("x-forwarded-proto")
    scheme = told if told in {"http", "https"} else ask.scope.get("scheme", "http")
    return f"{scheme}://{ask.header('host')}"


ROUTES = (
    Route(
        path="/feeds/{tag:path}.atom",
        act=atom_feed,
        summary="The latest articles as an Atom feed",
        takes=(TAG,),
        gives={200: Given(said="RFC 4287.", media=ATOM), 304: Given(said="Not changed.", media="")},
    ),
    Route(
        path="/feeds/{tag:path}.json",
        act=json_items,
        summary="The latest articles as a JSON Feed",
        takes=(TAG,),
        gives={
            200: Given(said="JSON Feed 1.1.", shape=dict, media=JSON_FEED),
            304: Given(said="Not changed.", media=""),
        },
    ),
)
