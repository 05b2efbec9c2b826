"""Serves the files that pages need: style sheets, scripts and pictures."""

import hashlib
from functools import cache
from importlib import resources

from starlette.responses import Response

from web.errors import NotFound
from web.http.parameters import Param, StringType
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec

_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


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
