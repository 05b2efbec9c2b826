"""Routes requests as an ASGI application: each path once, with its methods."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from web.app_context import AppContext
from web.http.problem_details import ProblemDetails, respond_with_problem
from web.route_spec import RouteSpec

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def build_router(app: AppContext, routes: Sequence[RouteSpec]) -> ASGIApp:
    """Make the application; a path without a route is Not Found, another method is answered with Allow."""
    paths: dict[str, dict[str, RouteSpec]] = defaultdict(dict)
    for route in routes:
        paths[route.path][route.method] = route
    fixed_first = sorted(paths, key=lambda path: "{" in path)
    inner = Router(
        # all methods: a fixed path that has other methods only must not match one with parameters
        [StarletteRoute(path, _make_endpoint(app, paths[path]), methods=_METHODS) for path in fixed_first],
        redirect_slashes=False,
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = application  # an unknown route raises then, and is answered below
        try:
            await inner(scope, receive, send)
        except HTTPException as error:
            problem = ProblemDetails(
                error.status_code, _describe_status(error.status_code), dict(error.headers or {})
            )
            await respond_with_problem(scope, problem)(scope, receive, send)

    return application


def _make_endpoint(app: AppContext, found: dict[str, RouteSpec]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        if method not in found:
            allowed = sorted({*found, "HEAD"} if "GET" in found else found)
            raise HTTPException(405, headers={"allow": ", ".join(allowed)})
        return await found[method].serve(app, request.scope)

    return endpoint


def _describe_status(status: int) -> str:
    said = {404: "there is nothing at this path", 405: "this path has other methods: see Allow"}
    return said.get(status, "it cannot be answered")
