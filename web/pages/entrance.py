"""The way in for browsers that are not on this machine, and the files that pages need."""

import asyncio
import hashlib
from functools import cache
from importlib import resources

from starlette.responses import Response

from web.ask import Ask, Given, Route
from web.errors import Missing
from web.gate import COOKIE
from web.kinds import Param, Word
from web.pages.show import SENT, SHOWN, show, to

_PAUSE_S = 0.5
"""Before a wrong token is told of."""
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


async def login(ask: Ask) -> Response:
    """Show the form for the token."""
    return show(ask, "login.html", wrong=False)


async def enter(ask: Ask) -> Response:
    """Take the token and give a session."""
    house = ask.house
    if not house.token.matches(ask.body.get("token", "").strip()):
        await asyncio.sleep(_PAUSE_S)
        return show(ask, "login.html", status=403, wrong=True)
    answer = to("/")
    secure = ask.scope.get("scheme") == "https" or ask.header("x-forwarded-proto") == "https"
    answer.set_cookie(
        COOKIE, house.token.session(house.clock()), httponly=True, samesite="strict", secure=secure, path="/"
    )
    return answer


async def leave(ask: Ask) -> Response:
    """End the session."""
    del ask
    answer = to("/login")
    answer.delete_cookie(COOKIE, path="/")
    return answer


async def static(ask: Ask) -> Response:
    """Answer with a file of ours."""
    found = _files().get(ask["name"])
    if found is None:
        raise Missing("there is no such file")
    body, etag, kind = found
    headers = {"etag": etag, "cache-control": "no-cache"}
    if ask.header("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, {**headers, "content-type": kind})


@cache
def _files() -> dict[str, tuple[bytes, str, str]]:
    found = {}
    for file in (resources.files("web") / "static").iterdir():
        kind = _KINDS.get(file.name[file.name.rfind(".") :])
        if kind is not None:
            body = file.read_bytes()
            found[file.name] = (body, f'"{hashlib.sha256(body).hexdigest()[:16]}"', kind)
    return found


ROUTES = (
    Route(path="/login", act=login, summary="Show the token", page=True, open=True, gives=SHOWN),
    Route(path="/login", act=enter, method="POST", summary="Enter", page=True, open=True, gives=SENT),
    Route(path="/logout", act=leave, method="POST", summary="Leave", page=True, gives=SENT),
    Route(
        path="/static/{name}",
        act=static,
        summary="A file of a page",
        page=True,
        open=True,
        takes=(Param("name", Word(r"[a-z]{1,20}\.[a-z]{1,4}", "a file"), "The file.", where="path"),),
        gives={200: Given(said="The file.", media="text/css")},
    ),
)
