"""Checks every request: authorization, size and headers; turns errors into problem details."""

import asyncio
import time
import traceback
from dataclasses import replace
from typing import Any

import structlog
from redis.exceptions import RedisError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedmill._ledger.errors import LedgerError
from feedmill._redis.connection_errors import describe_outage
from feedmill._text_safety import plain_line
from web.errors import ContentTooLarge, ServerAway, ServiceUnavailable, WebError
from web.http.auth_token import AccessToken
from web.http.authorization import GatewayNames, Permissions, RequestHead, authorize
from web.http.connection_table import Network, is_within
from web.http.problem_details import ProblemDetails, respond_with_problem
from web.http.proxied_client_limits import ProxiedClientLimits, identify_client
from web.http.session_store import SessionStore

COOKIE = "feedmill_session"
MAX_BODY_BYTES = 64 * 1024
"""Bytes of a request's body: forms and lists of feeds fit, and a stranger cannot fill the memory."""
MAX_BODY_S = 20.0
"""Seconds that a body may take to come; then the connection is ended."""
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
_OPEN_PATHS = ("/login", "/static/")
"""What a browser gets while its session cannot be checked."""
log = structlog.get_logger()


class SecurityMiddleware:
    """An ASGI application round the routes; it gives them `scope["access"]` and `scope["body"]`."""

    def __init__(
        self,
        routes: ASGIApp,
        names: GatewayNames,
        token: AccessToken,
        sessions: SessionStore,
        shares: ProxiedClientLimits,
    ) -> None:
        self._routes = routes
        self._names = names
        self._token = token
        self._sessions = sessions
        self._shares = shares

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        out = _GuardedResponse(send)
        head = _asked(scope, self._shares.proxies)
        client = identify_client(head.peer, head.headers, self._shares.proxies)
        if not self._shares.enter(client):
            busy = ServiceUnavailable(
                f"{self._shares.share} requests of one client are in flight, which is its share"
            )
            await out.problem(scope, receive, ProblemDetails.from_error(busy))
            return
        try:
            await self._serve(scope, receive, out, head)
        finally:
            self._shares.leave(client)

    async def _serve(
        self, scope: Scope, receive: Receive, out: "_GuardedResponse", head: RequestHead
    ) -> None:
        try:
            scope["access"] = await self._authorize(scope, head)
            scope["body"] = await _read_body(scope, receive)
            await self._routes(scope, receive, out)
        except WebError as error:
            await out.problem(scope, receive, ProblemDetails.from_error(error))
        except (LedgerError, RedisError) as error:
            log.warning("gateway_away", path=scope["path"], error=describe_outage(error))
            await out.problem(scope, receive, _describe_outage(error))
        except Exception as error:  # noqa: BLE001  (the outermost place of a request)
            if out.begun and isinstance(error, OSError):
                return  # the other end has gone
            frame = traceback.extract_tb(error.__traceback__)[-1]  # its locals may hold what is secret
            where = f"{frame.filename}:{frame.lineno}"
            log.error("gateway_fault", path=scope["path"], error=repr(error), where=where)  # noqa: TRY400
            await out.problem(
                scope,
                receive,
                ProblemDetails.from_error(WebError("a fault of feedmill itself; its log says more")),
            )

    async def _authorize(self, scope: Scope, head: RequestHead) -> Permissions:
        permissions = authorize(head, self._names, self._token.matches)
        session_id = self._token.session_id(cookie_of(head.headers.get("cookie", "")), time.time())
        if not session_id:
            return permissions
        try:
            return replace(permissions, session=await self._sessions.is_live(session_id))
        except RedisError:
            if permissions.may_read or scope["path"].startswith(_OPEN_PATHS):
                return permissions
            raise  # the session cannot be checked: said as such, not as a session that has ended


def _asked(scope: Scope, proxies: tuple[Network, ...]) -> RequestHead:
    """Read a request's head; lines of one name are joined (RFC 9110 section 5.3)."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    peer = scope["client"][0] if scope.get("client") else ""
    return RequestHead(
        scope["method"],
        peer,
        headers,
        http_version=scope.get("http_version", "1.1"),
        proxied=is_within(peer, proxies),
    )


def _describe_outage(error: Exception) -> ProblemDetails:
    """Describe why the server does not answer; only authorized requests come here."""
    said = plain_line(describe_outage(error))
    return ProblemDetails.from_error(ServerAway(said))


class _GuardedResponse:
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

    async def problem(self, scope: Scope, receive: Receive, problem: ProblemDetails) -> None:
        """Answer with a problem, unless the answer has begun."""
        if not self.begun:
            await respond_with_problem(scope, problem)(scope, receive, self)


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    """Read a body that is bounded in size and in time; requests that read have none."""
    if scope["method"] in {"GET", "HEAD"}:
        return b""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(MAX_BODY_S):
            while True:
                message: Any = await receive()
                if message["type"] == "http.disconnect":
                    return b""
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MAX_BODY_BYTES:
                    raise ContentTooLarge(f"a body has at most {MAX_BODY_BYTES} bytes")
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise ContentTooLarge(f"a body takes at most {MAX_BODY_S:g} seconds") from None


def cookie_of(header: str) -> str:
    """Return the session's cookie from a Cookie header (RFC 6265, 5.4); empty where there is none.

    Ours has no quotation marks: `http.cookies` reads a quoted one of 64 KB in seconds.
    """
    pairs = (pair.partition("=") for pair in header.split(";"))
    return next((value.strip() for name, _, value in pairs if name.strip() == COOKIE), "")
