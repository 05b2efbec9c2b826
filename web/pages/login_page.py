"""Begins and ends the sessions of browsers: the form for the token, and the way out."""

import asyncio
import re
import secrets

from starlette.responses import Response

from web.http.auth_token import SESSION_S
from web.http.middleware import COOKIE, cookie_of
from web.http.parameters import Param, StringType
from web.pages.page_response import SENT, SHOWN, redirect_to, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec

_PAUSE_S = 0.5
"""Seconds before a wrong token is answered: slows guessing down."""
_OWN_PATH = re.compile(r"/(?:[a-z]+(?:/[a-z0-9]+){0,2})?")
"""Pages of ours to go on to after the token was shown."""


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
)
