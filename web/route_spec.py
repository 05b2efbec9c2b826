"""Declares routes: what each takes and may answer; reads a request against that, and calls the handler."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from web.errors import BadRequest, Forbidden, Unauthorized
from web.http.authorization import READS, Permissions
from web.http.parameters import Param
from web.request_context import RequestContext

if TYPE_CHECKING:
    from web.app_context import AppContext

FORM_TOKEN = "form_token"  # noqa: S105  (a field's name)
_MAX_PARTS = 200
"""Fields of a query or form that are read: bounds the cost of one request."""


Handler = Callable[[RequestContext], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSpec:
    """What a route may answer: a type, or the media type of something else."""

    description: str
    body_type: Any = None
    media: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSpec:
    """One thing that can be asked for."""

    path: str
    handler: Handler
    summary: str
    method: str = "GET"
    params: tuple[Param, ...] = ()
    body: type[msgspec.Struct] | None = None
    raw_body: str = ""
    """The media type of a body that is handed on as it came, in place of `body`."""
    responses: Mapping[int, ResponseSpec]
    is_page: bool = False
    """For people: no part of the API, and its input comes by forms."""
    is_public: bool = False
    """Answered without a token as well."""

    @property
    def is_write(self) -> bool:
        """Whether it changes something."""
        return self.method not in READS

    async def serve(self, app: "AppContext", scope: Scope) -> Response:
        """Answer a request; raises WebError."""
        permissions: Permissions = scope["access"]
        self._check_permissions(permissions)
        values = self._read(scope)
        body: Any = (
            self._form(app, scope, permissions) if self.is_page and self.is_write else self._read_body(scope)
        )
        return await self.handler(RequestContext(app, permissions, values, scope, body))

    def _check_permissions(self, permissions: Permissions) -> None:
        if self.is_public:
            return
        if self.is_write and not self.is_page and not permissions.token:
            raise Unauthorized("what changes something needs the token, as Authorization: Bearer TOKEN")
        if not permissions.may_read:
            raise Unauthorized("who does not ask from this machine needs the token")

    def _read(self, scope: Scope) -> dict[str, Any]:
        try:
            query = parse_qs(
                scope["query_string"].decode("ascii"),
                keep_blank_values=not self.is_page,  # a form sends its empty fields too
                max_num_fields=_MAX_PARTS,
                errors="strict",
            )
        except ValueError as error:
            raise BadRequest("the query cannot be read") from error
        known = [param.name for param in self.params if param.location == "query"]
        if unknown := sorted(set(query) - set(known)):
            raise BadRequest(f"no parameter {unknown[0]!r}; there are {', '.join(known) or 'none'}")
        paths = scope.get("path_params", {})
        return {
            param.name: param.read_values(
                [paths[param.name]] if param.location == "path" else query.get(param.name, [])
            )
            for param in self.params
            if param.location != "header"
        }

    def _read_body(self, scope: Scope) -> Any:
        if self.raw_body:
            return bytes(scope["body"])
        if self.body is None:
            return None
        try:
            return msgspec.json.decode(scope["body"], type=self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadRequest(f"the body: {error}") from error

    def _form(self, app: "AppContext", scope: Scope, permissions: Permissions) -> dict[str, str]:
        """Read a form; one that no page of ours has made is refused, unless the token comes with it."""
        try:
            pairs = parse_qsl(
                scope["body"].decode("ascii"),
                keep_blank_values=True,
                max_num_fields=_MAX_PARTS,
                errors="strict",
            )
        except (ValueError, UnicodeDecodeError) as error:
            raise BadRequest("the form cannot be read") from error
        form = dict(pairs)
        ours = app.token.is_form(form.pop(FORM_TOKEN, ""), app.clock())
        may = permissions.may_submit_forms or (self.is_public and permissions.same_origin)
        if not (permissions.token or (may and ours)):
            if permissions.local and permissions.same_origin and not permissions.session:
                raise Unauthorized(
                    "what changes something needs the token: log in at /login, then send this again"
                )
            raise Forbidden("the form is not one of this page, or too old; load the page again")
        return form
