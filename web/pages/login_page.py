"""Begins and ends the sessions of browsers, and serves the files that pages need."""

import asyncio
import hashlib
import re
import secrets
from functools import cache
from importlib import resources

from starlette.responses import Response

from web.errors import NotFound
from web.http.auth_token import SESSION_S
from web.http.middleware import COOKIE, cookie_of
from web.http.parameters import Param, StringType
from web.pages.page_response import SENT, SHOWN, redirect_to, render_page
from web.route_request import RequestContext, ResponseSpec, RouteSpec

_PAUSE_S = 0.5
"""Seconds before a wrong token is answered: slows guessing down."""
_OWN_PATH = re.compile(r"/(?:[a-z]+(?:/[a-z0-9]+){0,2})?")
"""Pages of ours to go on to after the token was shown."""
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


async def show_login(request: RequestContext) -> Response:
    """Show the form for the token."""
    return render_page(request, "login.html", wrong=False, then=request["then"])


async def create_session(request: RequestContext) -> Response:
    """Take the token and give a session."""
    app = request.app
    if not app.token.matches(request.body.get("token", "").strip()):
        await asyncio.sleep(_PAUSE_S)
        return render_page(request, "login.html", status=403, wrong=True, then="/")
    session_id, until = secrets.token_hex(16), round(app.clock()) + SESSION_S
    await app.sessions.add(session_id, until)
    then = request.body.get("then", "/")
    answer = redirect_to(then if _OWN_PATH.fullmatch(then) else "/")
    secure = request.scope.get("scheme") == "https" or request.header("x-forwarded-proto") == "https"
    answer.set_cookie(
        COOKIE,
        app.token.make_session(session_id, until),
        httponly=True,
        samesite="strict",
        secure=secure,
        path="/",
        max_age=SESSION_S,
    )
    return answer


async def delete_session(request: RequestContext) -> Response:
    """End the session: its cookie is worth nothing from now on, wherever a copy of it is."""
    app = request.app
    session_id = app.token.session_id(cookie_of(request.header("cookie") or ""), app.clock())
    if session_id:
        await app.sessions.remove(session_id)
    answer = redirect_to("/login")
    answer.delete_cookie(COOKIE, path="/")
    return answer


async def static(request: RequestContext) -> Response:
    """Answer with a file of ours."""
    found = _load_files().get(request["name"])
    if found is None:
        raise NotFound("there is no such file")
    body, etag, kind = found
    headers = {"etag": etag, "cache-control": "no-cache"}
    if request.header("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, {**headers, "content-type": kind})


@cache
def _load_files() -> dict[str, tuple[bytes, str, str]]:
    found = {}
    for file in (resources.files("web") / "static").iterdir():
        kind = _KINDS.get(file.name[file.name.rfind(".") :])
        if kind is not None:
            body = file.read_bytes()
            found[file.name] = (body, f'"{hashlib.sha256(body).hexdigest()[:16]}"', kind)
    return found


ROUTES = (
    RouteSpec(
        path="/login",
        handler=show_login,
        summary="Show the token",
        is_page=True,
        is_public=True,
        params=(
            Param(
                "then", StringType(_OWN_PATH.pattern, "a page of the gateway"), "Where to go on.", default="/"
            ),
        ),
        responses=SHOWN,
    ),
    RouteSpec(
        path="/login",
        handler=create_session,
        method="POST",
        summary="Enter",
        is_page=True,
        is_public=True,
        responses=SENT,
    ),
    RouteSpec(
        path="/logout", handler=delete_session, method="POST", summary="Leave", is_page=True, responses=SENT
    ),
    RouteSpec(
        path="/static/{name}",
        handler=static,
        summary="A file of a page",
        is_page=True,
        is_public=True,
        params=(
            Param("name", StringType(r"[a-z]{1,20}\.[a-z]{1,4}", "a file"), "The file.", location="path"),
        ),
        responses={200: ResponseSpec(description="The file.", media="text/css")},
    ),
)
