"""The gate that every request passes: who may, how large, which headers, and what an error becomes."""

import asyncio
import time
import traceback
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import Any

import structlog
from redis.exceptions import RedisError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedmill._ledger.errors import LedgerError
from feedmill._plain import plain_line
from web.access import Access, Asked, Names, judge
from web.errors import NotNow, TooLarge, WebError
from web.problems import Problem, problem_answer
from web.token import Token

COOKIE = "feedmill_session"
MOST_BODY = 64 * 1024
BODY_S = 20.0
"""Seconds that a body may take to come."""
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer browsers send our own forms with Origin: null
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
)
_AWAY = (
    "feedmill asks it again by itself all the time. See that the server runs; `feedmill doctor` says more."
)
log = structlog.get_logger()


class Gate:
    """An ASGI application round the routes; it gives them `scope["access"]` and `scope["body"]`."""

    def __init__(self, routes: ASGIApp, names: Names, token: Token) -> None:
        self._routes = routes
        self._names = names
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        out = _Out(send)
        try:
            scope["access"] = self._judge(scope)
            scope["body"] = await _body(scope, receive)
            await self._routes(scope, receive, out)
        except WebError as error:
            await out.problem(scope, receive, Problem.of(error))
        except (LedgerError, RedisError) as error:
            log.warning("gateway_away", path=scope["path"], error=str(error))
            await out.problem(scope, receive, _away(error))
        except Exception as error:  # noqa: BLE001  (the outermost place of a request)
            if out.begun and isinstance(error, OSError):
                return  # the other end has gone
            frame = traceback.extract_tb(error.__traceback__)[-1]  # its locals may hold what is secret
            where = f"{frame.filename}:{frame.lineno}"
            log.error("gateway_fault", path=scope["path"], error=repr(error), where=where)  # noqa: TRY400
            await out.problem(
                scope, receive, Problem.of(WebError("a fault of feedmill itself; its log says more"))
            )

    def _judge(self, scope: Scope) -> Access:
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        peer = scope["client"][0] if scope.get("client") else ""
        session = self._token.is_session(_cookie(headers.get("cookie", "")), time.time())
        return judge(Asked(scope["method"], peer, headers, session), self._names, self._token.matches)


def _away(error: Exception) -> Problem:
    """Say what the server, or its absence, says; only who may read gets here."""
    cause = error.__cause__ if isinstance(error, LedgerError) and error.__cause__ else error
    said = plain_line(str(cause)) or type(cause).__name__
    known = Problem.of(NotNow(f"the Redis server does not answer: {said}"))
    return replace(known, remedy=_AWAY)


class _Out:
    """The answer on its way out: security headers go with it, and a begun one is not begun again."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        """Send one part."""
        if message["type"] == "http.response.start":
            self.begun = True
            own = {name.lower() for name, _ in message["headers"]}
            more = [pair for pair in HEADERS if pair[0] not in own]
            if b"cache-control" not in own:
                more.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)

    async def problem(self, scope: Scope, receive: Receive, problem: Problem) -> None:
        """Answer with a problem, unless the answer has begun."""
        if not self.begun:
            await problem_answer(scope, problem)(scope, receive, self)


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Read a body that is bounded in size and in time; requests that read have none."""
    if scope["method"] in {"GET", "HEAD"}:
        return b""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message: Any = await receive()
                if message["type"] == "http.disconnect":
                    return b""
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MOST_BODY:
                    raise TooLarge(f"a body has at most {MOST_BODY} bytes")
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise TooLarge(f"a body takes at most {BODY_S:g} seconds") from None


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
