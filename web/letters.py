"""Dead letters: pages that feedmill gave up, and articles that a group gave up."""

import asyncio
from uuid import uuid4

import msgspec
from starlette.responses import Response

from feedmill._ledger.answers import DeadPage
from feedmill._ledger.watch_calls import dead as dead_call
from feedmill._ledger.watch_calls import drop as drop_call
from feedmill._ledger.watch_calls import retry as retry_call
from feedmill.letters import Letter, Letters
from web.answers import json_answer
from web.ask import Ask, Given, Route
from web.errors import Missing
from web.feeds import Told
from web.house import House
from web.kinds import ARTICLE, Count, Param, StreamPlace, Word
from web.shelf import written

GROUP = Word(r"[A-Za-z0-9._-]{1,64}", "the name of a group")
LIMIT = Param("limit", Count(1, 500), "At most so many, the latest first.", default=50)
_PAGE = Param("id", ARTICLE, "The page's id.", where="path")
_GROUP = Param("group", GROUP, "The group.", where="path")
_LETTER = Param("letter", StreamPlace(), "The dead letter's id.", where="path")
STREAM = Param(
    "stream", GROUP, "The route whose stream the group reads; all articles when not given.", default=""
)


class DeadLetters(msgspec.Struct, frozen=True, kw_only=True):
    """Pages that feedmill gave up; times in ms since the epoch."""

    dead: tuple[DeadPage, ...]


class GroupLetters(msgspec.Struct, frozen=True, kw_only=True):
    """Articles that a group gave up."""

    dead: tuple[Letter, ...]


async def dead(ask: Ask) -> Response:
    """Answer with dead pages."""
    return json_answer({"dead": await dead_pages(ask.house, ask["limit"])})


async def group_dead(ask: Ask) -> Response:
    """Answer with the dead letters of a group."""
    return json_answer({"dead": await group_letters(ask.house, ask["group"], ask["stream"], ask["limit"])})


async def retry(ask: Ask) -> Response:
    """Try a dead page again."""
    await retry_page(ask.house, ask["id"])
    return json_answer({"said": f"{ask['id']} is fetched again"})


async def drop(ask: Ask) -> Response:
    """Forget a dead page."""
    await drop_page(ask.house, ask["id"])
    return json_answer({"said": f"{ask['id']} is forgotten"})


async def group_retry(ask: Ask) -> Response:
    """Give a dead letter to the group's consumers again."""
    await act_on_letter(letters_of(ask.house, ask["group"], ask["stream"]), written(ask["letter"]), "retry")
    return json_answer({"said": f"{written(ask['letter'])} goes to the consumers of {ask['group']} again"})


async def group_drop(ask: Ask) -> Response:
    """Forget a dead letter of a group."""
    await act_on_letter(letters_of(ask.house, ask["group"], ask["stream"]), written(ask["letter"]), "drop")
    return json_answer({"said": f"{written(ask['letter'])} is forgotten"})


async def dead_pages(house: House, limit: int) -> list[DeadPage]:
    """Read dead pages, the latest first."""
    return await house.ledger.run(dead_call(house.ledger.keys, limit=limit))


def letters_of(house: House, group: str, stream: str) -> Letters:
    """Give the dead letters of a group; `stream` names a route, empty is the stream of all articles."""
    return Letters(house.blocking, group, house.prefix, stream)


async def group_letters(house: House, group: str, stream: str, limit: int) -> list[Letter]:
    """Read the dead letters of a group, the latest first."""
    return await asyncio.to_thread(letters_of(house, group, stream).latest, limit)


async def retry_page(house: House, page_id: str) -> None:
    """Fetch a dead page again; raises Missing."""
    if not await house.ledger.run(retry_call(house.ledger.keys, page_id=page_id, token=uuid4().hex)):
        raise Missing("no dead page of this id")


async def drop_page(house: House, page_id: str) -> None:
    """Forget a dead page; raises Missing."""
    if not await house.ledger.run(drop_call(house.ledger.keys, page_id=page_id, token=uuid4().hex)):
        raise Missing("no dead page of this id")


async def act_on_letter(letters: Letters, letter: str, what: str) -> None:
    """Retry or drop a dead letter of a group; raises Missing."""
    if not await asyncio.to_thread(letters.retry if what == "retry" else letters.drop, [letter]):
        raise Missing("this group has no dead letter of this id")


_TOLD = {200: Given(said="It is done.", shape=Told)}
ROUTES = (
    Route(path="/v1/dead", act=dead, summary="Pages that feedmill gave up", takes=(LIMIT,),
          gives={200: Given(said="Dead pages.", shape=DeadLetters)}),
    Route(path="/v1/dead/{id}/retry", act=retry, method="POST", summary="Fetch a dead page again",
          takes=(_PAGE,), gives=_TOLD),
    Route(path="/v1/dead/{id}", act=drop, method="DELETE", summary="Forget a dead page",
          takes=(_PAGE,), gives=_TOLD),
    Route(path="/v1/groups/{group}/dead", act=group_dead, summary="Articles that a group gave up",
          takes=(_GROUP, STREAM, LIMIT), gives={200: Given(said="Dead letters.", shape=GroupLetters)}),
    Route(path="/v1/groups/{group}/dead/{letter}/retry", act=group_retry, method="POST",
          summary="Give a dead letter to the group's consumers again", takes=(_GROUP, STREAM, _LETTER),
          gives=_TOLD),
    Route(path="/v1/groups/{group}/dead/{letter}", act=group_drop, method="DELETE",
          summary="Forget a dead letter of a group", takes=(_GROUP, STREAM, _LETTER), gives=_TOLD),
)  # fmt: skip
