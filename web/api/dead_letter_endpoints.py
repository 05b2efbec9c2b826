"""Serves dead letters: pages that feedmill gave up, and articles that a group gave up."""

import asyncio
from uuid import uuid4

import msgspec
from starlette.responses import Response

from feedmill._ledger.core.operation_result_types import DeadPage
from feedmill._ledger.operations.dead_page_operations import drop_dead_page as drop_call
from feedmill._ledger.operations.dead_page_operations import list_dead_pages as dead_call
from feedmill._ledger.operations.dead_page_operations import retry_dead_page as retry_call
from feedmill.dead_letters import Letter, Letters
from web.api.feed_action_endpoints import ActionResult
from web.app_context import AppContext
from web.errors import NotFound
from web.http.parameters import ARTICLE_ID, IntegerType, Param, StreamIdType, StringType
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.stream.entry_index import format_stream_id

GROUP = StringType(r"[A-Za-z0-9._-]{1,64}", "the name of a group")
LIMIT = Param("limit", IntegerType(1, 500), "At most so many, the latest first.", default=50)
_PAGE = Param("id", ARTICLE_ID, "The page's id.", location="path")
_GROUP = Param("group", GROUP, "The group.", location="path")
_LETTER = Param("letter", StreamIdType(), "The dead letter's id.", location="path")
STREAM = Param(
    "stream", GROUP, "The route whose stream the group reads; all articles when not given.", default=""
)

MAX_RETRIED = 500
"""Dead letters of one request to try all again: bounds its time; who has more asks again."""


class DeadPageList(msgspec.Struct, frozen=True, kw_only=True):
    """Pages that feedmill gave up; times in ms since the epoch."""

    dead: tuple[DeadPage, ...]


class RetriedLetters(msgspec.Struct, frozen=True, kw_only=True):
    """What trying all again came to."""

    retried: int
    more: bool
    """Others are left: 500 are taken at a time."""


class GroupDeadLetters(msgspec.Struct, frozen=True, kw_only=True):
    """Articles that a group gave up."""

    dead: tuple[Letter, ...]


async def dead(request: RequestContext) -> Response:
    """Answer with dead pages."""
    return json_answer({"dead": await read_dead_pages(request.app, request["limit"])})


async def group_dead(request: RequestContext) -> Response:
    """Answer with the dead letters of a group."""
    return json_answer(
        {"dead": await read_group_letters(request.app, request["group"], request["stream"], request["limit"])}
    )


async def retry(request: RequestContext) -> Response:
    """Try a dead page again."""
    await retry_dead_page(request.app, request["id"])
    return json_answer({"said": f"{request['id']} is fetched again"})


async def retry_all(request: RequestContext) -> Response:
    """Try the dead pages again."""
    return json_answer(await retry_dead_pages(request.app))


async def group_retry_all(request: RequestContext) -> Response:
    """Return the dead letters of a group to its consumers."""
    return json_answer(await retry_group_letters(request.app, request["group"], request["stream"]))


async def drop(request: RequestContext) -> Response:
    """Delete a dead page."""
    await drop_dead_page(request.app, request["id"])
    return json_answer({"said": f"{request['id']} is forgotten"})


async def group_retry(request: RequestContext) -> Response:
    """Return a dead letter to the group's consumers."""
    await retry_or_drop(
        open_group_letters(request.app, request["group"], request["stream"]),
        format_stream_id(request["letter"]),
        "retry",
    )
    return json_answer(
        {"said": f"{format_stream_id(request['letter'])} goes to the consumers of {request['group']} again"}
    )


async def group_drop(request: RequestContext) -> Response:
    """Delete a dead letter of a group."""
    await retry_or_drop(
        open_group_letters(request.app, request["group"], request["stream"]),
        format_stream_id(request["letter"]),
        "drop",
    )
    return json_answer({"said": f"{format_stream_id(request['letter'])} is forgotten"})


async def read_dead_pages(app: AppContext, limit: int) -> list[DeadPage]:
    """Read dead pages, the latest first."""
    return await app.ledger.run(dead_call(app.ledger.keys, limit=limit))


def open_group_letters(app: AppContext, group: str, stream: str) -> Letters:
    """Return the dead letters of a group; `stream` names a route, empty is the stream of all articles."""
    return Letters(app.blocking, group, app.prefix, stream)


async def read_group_letters(app: AppContext, group: str, stream: str, limit: int) -> list[Letter]:
    """Read the dead letters of a group, the latest first."""
    return await asyncio.to_thread(open_group_letters(app, group, stream).latest, limit)


async def retry_dead_page(app: AppContext, page_id: str) -> None:
    """Fetch a dead page again; raises NotFound."""
    if not await app.ledger.run(retry_call(app.ledger.keys, page_id=page_id, token=uuid4().hex)):
        raise NotFound("no dead page of this id")


async def retry_dead_pages(app: AppContext) -> RetriedLetters:
    """Fetch the dead pages again, the latest first."""
    pages = await read_dead_pages(app, MAX_RETRIED)
    calls = [retry_call(app.ledger.keys, page_id=page.id, token=uuid4().hex) for page in pages]
    retried = [await app.ledger.run(call) for call in calls]
    return RetriedLetters(retried=sum(map(bool, retried)), more=len(pages) == MAX_RETRIED)


async def retry_group_letters(app: AppContext, group: str, stream: str) -> RetriedLetters:
    """Return the dead letters of a group to its consumers, the latest first."""
    letters = open_group_letters(app, group, stream)
    found = await asyncio.to_thread(letters.latest, MAX_RETRIED)
    retried = await asyncio.to_thread(letters.retry, [one.letter for one in found]) if found else 0
    return RetriedLetters(retried=retried, more=len(found) == MAX_RETRIED)


async def drop_dead_page(app: AppContext, page_id: str) -> None:
    """Delete a dead page; raises NotFound."""
    if not await app.ledger.run(drop_call(app.ledger.keys, page_id=page_id, token=uuid4().hex)):
        raise NotFound("no dead page of this id")


async def retry_or_drop(letters: Letters, letter: str, what: str) -> None:
    """Retry or drop a dead letter of a group; raises NotFound."""
    if not await asyncio.to_thread(letters.retry if what == "retry" else letters.drop, [letter]):
        raise NotFound("this group has no dead letter of this id")


_RESPONSE_SPECS = {200: ResponseSpec(description="It is done.", body_type=ActionResult)}
_ALL_RETRIED = {200: ResponseSpec(description="They are tried again.", body_type=RetriedLetters)}
ROUTES = (
    RouteSpec(path="/v1/dead", handler=dead, summary="Pages that feedmill gave up", params=(LIMIT,),
          responses={200: ResponseSpec(description="Dead pages.", body_type=DeadPageList)}),
    RouteSpec(path="/v1/dead/retry", handler=retry_all, method="POST",
          summary="Fetch dead pages again, at most 500", responses=_ALL_RETRIED),
    RouteSpec(path="/v1/dead/{id}/retry", handler=retry, method="POST", summary="Fetch a dead page again",
          params=(_PAGE,), responses=_RESPONSE_SPECS),
    RouteSpec(path="/v1/dead/{id}", handler=drop, method="DELETE", summary="Forget a dead page",
          params=(_PAGE,), responses=_RESPONSE_SPECS),
    RouteSpec(path="/v1/groups/{group}/dead", handler=group_dead, summary="Articles that a group gave up",
          params=(_GROUP, STREAM, LIMIT), responses={200: ResponseSpec(description="Dead letters.",
          body_type=GroupDeadLetters)}),
    RouteSpec(path="/v1/groups/{group}/dead/retry", handler=group_retry_all, method="POST",
          summary="Give a group's dead letters to its consumers again, at most 500", params=(_GROUP, STREAM),
          responses=_ALL_RETRIED),
    RouteSpec(path="/v1/groups/{group}/dead/{letter}/retry", handler=group_retry, method="POST",
          summary="Give a dead letter to the group's consumers again", params=(_GROUP, STREAM, _LETTER),
          responses=_RESPONSE_SPECS),
    RouteSpec(path="/v1/groups/{group}/dead/{letter}", handler=group_drop, method="DELETE",
          summary="Forget a dead letter of a group", params=(_GROUP, STREAM, _LETTER),
          responses=_RESPONSE_SPECS),
)  # fmt: skip
