"""The feeds, one feed with its history, and the groups."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from feedmill.event import texts
from feedmill.groups import LONG_UNSEEN_MS, remove_group
from feedmill.wanted import Wanted
from web.ask import Ask, Route
from web.errors import Missing
from web.feeds import FEED_ID, WISHES, feeds_by, one_feed, wish_of
from web.house import House
from web.kinds import Param
from web.letters import GROUP, STREAM
from web.listing import HEALTHS, ORDERS, choose, counted, health_of, said
from web.pages.show import DONE_PARAM, SENT, SHOWN, show, to
from web.plots import bars
from web.shelf import written
from web.standing import all_groups

_AT_ONCE = 50
_MOST_TAGS = 500
_ORDER_NAMES = {
    "health": "worst first",
    "source": "by name",
    "next": "next poll first",
    "last": "last poll first",
    "entries": "most entries first",
}
_LATEST = 15
_DAYS = 14
_MOST_EVENTS = 2000
_DAY_MS = 86_400_000


async def feeds(ask: Ask) -> Response:
    """Show a page of feeds."""
    every = await feeds_by(ask.house, ask["order"])
    wish = wish_of(ask.values, _AT_ONCE)
    page, total = choose(every, wish)

    def link(**other: Any) -> str:
        words = {name: ask[name] for name in ("q", "health", "tag", "order", "offset")} | other
        return "?" + urlencode({name: value for name, value in words.items() if value})

    return show(
        ask,
        "feeds.html",
        feeds=page,
        total=total,
        wish=wish,
        health=counted(every),
        healths=HEALTHS,
        orders=ORDERS,
        order_names=_ORDER_NAMES,
        tags=sorted({tag for one in every for tag in one.tags})[:_MOST_TAGS],
        health_of=health_of,
        link=link,
        every=len(every),
        rules=ask.house.rules,
    )


async def feed(ask: Ask) -> Response:
    """Show one feed."""
    house = ask.house
    found = await one_feed(house, ask["id"])
    shelf = house.tail.shelf
    latest = shelf.find(Wanted(feeds=frozenset({found.url})), _LATEST)
    every = shelf.find(Wanted(feeds=frozenset({found.url}), events=frozenset({"created"})), 10_000)
    now = round(house.clock() * 1000)
    days = [0] * _DAYS
    for ms, _ in every.places:
        ago = (now - ms) // _DAY_MS
        if 0 <= ago < _DAYS:
            days[-1 - ago] += 1
    return show(
        ask,
        "feed.html",
        feed=found,
        health=health_of(found),
        said=said(house.ports.explain(found)),
        events=await _events_of(house, found.url),
        plot=bars("New articles a day", days, now - _DAYS * _DAY_MS, _DAY_MS, "articles"),
        articles=[
            {"id": piece.fields.get("id", ""), "ms": piece.place[0], "event": piece.fields.get("event", ""),
             "url": piece.fields.get("url", ""), "stream_id": written(piece.place)}
            for piece in await house.pieces(latest.places)
        ],
    )  # fmt: skip


async def _events_of(house: House, url: str) -> list[dict[str, str]]:
    """Find what the events stream says of a feed, the latest first."""
    rows: Any = await house.ledger.client.xrevrange(house.ledger.keys.events_stream(), count=_MOST_EVENTS)
    told = ({"ms": row[0].decode().partition("-")[0], **texts(row[1])} for row in rows)
    return [event for event in told if event.get("feed") == url][:50]


async def groups(ask: Ask) -> Response:
    """Show the consumer groups."""
    found = await all_groups(ask.house)
    protect = ask.house.rules.protect
    return show(ask, "groups.html", groups=found, protect=protect, long_unseen=LONG_UNSEEN_MS)


async def remove(ask: Ask) -> Response:
    """End a group."""
    house = ask.house
    if not await asyncio.to_thread(remove_group, house.blocking, ask["group"], house.prefix, ask["stream"]):
        raise Missing("no group of this name")
    house.forget("groups")
    return to("/groups?done=removed")


ROUTES = (
    Route(path="/feeds", act=feeds, summary="Feeds", page=True, takes=(*WISHES, DONE_PARAM), gives=SHOWN),
    Route(
        path="/feeds/{id}", act=feed, summary="One feed", page=True,
        takes=(Param("id", FEED_ID, "The feed's id.", where="path"),), gives=SHOWN,
    ),
    Route(path="/groups", act=groups, summary="Groups", page=True, takes=(DONE_PARAM,), gives=SHOWN),
    Route(
        path="/groups/{group}/remove", act=remove, method="POST", summary="End a group", page=True,
        takes=(Param("group", GROUP, "The group.", where="path"), STREAM), gives=SENT,
    ),
)  # fmt: skip
