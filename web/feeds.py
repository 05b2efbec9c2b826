"""Feeds: the list, one feed, and what changes the list (by feedmill's own command)."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.responses import Response

from feedmill._ledger.answers import FeedState
from feedmill._ledger.feed_calls import feeds as feeds_call
from web.answers import json_answer
from web.ask import Ask, Given, Route
from web.errors import BadRequest, Missing, Unfit
from web.house import House
from web.kinds import Count, OneOf, Param, Word
from web.listing import HEALTHS, ORDERS, FeedPage, FeedShape, Wish, choose, counted, ordered, said, shaped

FEED_ID = Word(r"[0-9a-f]{16}", "the id of a feed: 16 hexadecimal digits")
_KEPT_S = 2.0
_FEED_URL = r"^https?://[^\x00-\x20\x7f/?#@\\]+([/?][^\x00-\x20\x7f]*)?$"


class FeedWhy(msgspec.Struct, frozen=True, kw_only=True):
    """One feed, and what had a say in its next poll."""

    feed: FeedShape
    said: dict[str, float]
    """Seconds by rule."""


class FeedAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed to check or to add."""

    url: Annotated[str, Meta(pattern=_FEED_URL, max_length=2048)]
    source: Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] | None = None
    tags: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f,]{1,64}$")], ...], Meta(max_length=50)
    ] = ()


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a feed; nothing is remembered of it."""

    url: str
    outcome: str
    detail: str = ""
    title: str = ""
    entries: int = 0
    notes: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was done."""

    said: str


WISHES = (
    Param("q", Word(), "Words in the source, the URL or the title.", default=""),
    Param("health", OneOf(HEALTHS), "Only feeds of this health.", default=""),
    Param("tag", Word(r"[^\x00-\x1f\x7f,]{1,64}", "a tag"), "Only feeds with this tag.", default=""),
    Param("order", OneOf(ORDERS), "What comes first.", default="health"),
    Param("offset", Count(0, 10_000_000), "How many to leave out.", default=0),
)


def wish_of(values: Any, limit: int) -> Wish:
    """Read which feeds are asked for."""
    return Wish(values["q"], values["health"], values["tag"], values["order"], values["offset"], limit)


async def feeds(ask: Ask) -> Response:
    """Answer with a page of feeds."""
    every = await feeds_by(ask.house, ask["order"])
    page, total = choose(every, wish_of(ask.values, ask["limit"]))
    return json_answer({"feeds": [shaped(one) for one in page], "total": total, "health": counted(every)})


async def feed(ask: Ask) -> Response:
    """Answer with one feed."""
    found = await one_feed(ask.house, ask["id"])
    return json_answer({"feed": shaped(found), "said": said(ask.house.ports.explain(found))})


async def add(ask: Ask) -> Response:
    """Add a feed to the list."""
    return json_answer({"said": await add_feed(ask.house, ask.body)}, status=201)


async def check(ask: Ask) -> Response:
    """Look at a feed once."""
    return json_answer(await check_feed(ask.house, ask.body.url))


async def all_feeds(house: House) -> list[FeedState]:
    """Read the state of all feeds, at most every two seconds."""

    async def read() -> list[FeedState]:
        return await house.ledger.run(feeds_call(house.ledger.keys))

    return await house.kept("feeds", _KEPT_S, read)


async def feeds_by(house: House, order: str) -> list[FeedState]:
    """Give all feeds in an order, sorted at most every two seconds."""

    async def sort() -> list[FeedState]:
        return ordered(await all_feeds(house), order)

    return await house.kept(f"feeds by {order}", _KEPT_S, sort)


async def one_feed(house: House, feed_id: str) -> FeedState:
    """Find a feed; raises Missing."""
    for found in await all_feeds(house):
        if found.id == feed_id:
            return found
    raise Missing("no feed of this id is on the list")


async def add_feed(house: House, asked: FeedAsked) -> str:
    """List a feed as it stands, without a look at it; raises BadRequest or Unfit."""
    words = ["feeds", "add", "--no-look"]
    if asked.source:
        words.append(f"--source={asked.source}")
    words += [f"--tag={tag}" for tag in asked.tags]
    done = await house.errands.run(*words, "--", _url(asked.url))
    if done.code == 0:
        house.forget("feeds")
        for order in ORDERS:
            house.forget(f"feeds by {order}")
        return f"{asked.url} is on the list and will be polled"
    raise Unfit(done.said.removeprefix("feedmill: "))


async def check_feed(house: House, url: str) -> Any:
    """Poll a feed once and change nothing; raises BadRequest or Unfit."""
    done = await house.errands.run("feeds", "check", "--json", "--", _url(url))
    try:
        (checked,) = msgspec.json.decode(done.out)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unfit(done.said.removeprefix("feedmill: ")) from error
    return checked


def _url(text: str) -> str:
    """Refuse what no command line can carry."""
    if "\0" in text or len(text) > 2048 or "://" not in text:  # noqa: PLR2004
        raise BadRequest("url: wanted is an http or https URL, at most 2,048 characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("url: it is no text") from error
    return text


ROUTES = (
    Route(
        path="/v1/feeds",
        act=feeds,
        summary="Feeds with their health and next poll",
        takes=(*WISHES, Param("limit", Count(1, 500), "At most so many.", default=50)),
        gives={200: Given(said="A page of feeds.", shape=FeedPage)},
    ),
    Route(
        path="/v1/feeds",
        act=add,
        method="POST",
        summary="Add a feed to the list",
        body=FeedAsked,
        gives={201: Given(said="It is on the list.", shape=Told)},
    ),
    Route(
        path="/v1/feeds/check",
        act=check,
        method="POST",
        summary="Poll a feed once, and remember nothing",
        body=FeedAsked,
        gives={200: Given(said="What came back.", shape=Checked)},
    ),
    Route(
        path="/v1/feeds/{id}",
        act=feed,
        summary="One feed, and why it is polled when it is",
        takes=(Param("id", FEED_ID, "The feed's id.", where="path"),),
        gives={200: Given(said="The feed.", shape=FeedWhy)},
    ),
)
