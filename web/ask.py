"""One request as a route meets it: what was given, read and checked against the route's declaration."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from web.access import READS, Access
from web.errors import BadRequest, NoToken, Refused
from web.kinds import Param

if TYPE_CHECKING:
    from web.house import House

FORM_TOKEN = "form_token"  # noqa: S105  (a field's name)
_MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """A request whose parameters are read; `values` has one for every parameter of the route."""

    house: "House"
    access: Access
    values: Mapping[str, Any]
    scope: Scope
    body: Any = None

    def __getitem__(self, name: str) -> Any:
        """Give a parameter's value."""
        return self.values[name]

    def header(self, name: str) -> str:
        """Give a header, empty when there is none."""
        raw = name.encode()
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == raw), "")


Act = Callable[[Ask], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a route may answer: a type, or the media type of something else."""

    said: str
    shape: Any = None
    media: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked for."""

    path: str
    act: Act
    summary: str
    method: str = "GET"
    takes: tuple[Param, ...] = ()
    body: type[msgspec.Struct] | None = None
    gives: Mapping[int, Given]
    page: bool = False
    """For people: no part of the API, and what it is told comes by forms."""
    open: bool = False
    """Whoever has no token gets it as well."""

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method not in READS

    async def serve(self, house: "House", scope: Scope) -> Response:
        """Answer a request; raises WebError."""
        access: Access = scope["access"]
        self._admit(access)
        values = self._read(scope)
        body: Any = self._form(house, scope, access) if self.page and self.writes else self._read_body(scope)
        return await self.act(Ask(house, access, values, scope, body))

    def _admit(self, access: Access) -> None:
        if self.open:
            return
        if self.writes and not self.page and not access.token:
            raise NoToken("what changes something needs the token, as Authorization: Bearer TOKEN")
        if not access.reads:
            raise NoToken("who does not ask from this machine needs the token")

    def _read(self, scope: Scope) -> dict[str, Any]:
        try:
            query = parse_qs(
                scope["query_string"].decode("ascii"),
                keep_blank_values=not self.page,  # a form sends its empty fields too
                max_num_fields=_MOST_PARTS,
                errors="strict",
            )
        except ValueError as error:
            raise BadRequest("the query cannot be read") from error
        known = [param.name for param in self.takes if param.where == "query"]
        if unknown := sorted(set(query) - set(known)):
            raise BadRequest(f"no parameter {unknown[0]!r}; there are {', '.join(known) or 'none'}")
        paths = scope.get("path_params", {})
        return {
            param.name: param.read(
                [paths[param.name]] if param.where == "path" else query.get(param.name, [])
            )
            for param in self.takes
            if param.where != "header"
        }

    def _read_body(self, scope: Scope) -> Any:
        if self.body is None:
            return None
        try:
            return msgspec.json.decode(scope["body"], type=self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadRequest(f"the body: {error}") from error

    def _form(self, house: "House", scope: Scope, access: Access) -> dict[str, str]:
        """Read a form; one that no page of ours has made is refused, unless the token comes with it."""
        try:
            pairs = parse_qsl(
                scope["body"].decode("ascii"),
                keep_blank_values=True,
                max_num_fields=_MOST_PARTS,
                errors="strict",
            )
        except (ValueError, UnicodeDecodeError) as error:
            raise BadRequest("the form cannot be read") from error
        form = dict(pairs)
        ours = house.token.is_form(form.pop(FORM_TOKEN, ""), house.clock())
        may = access.fills_forms or (self.open and access.same_origin)
        if not (access.token or (may and ours)):
            raise Refused("the form is not one of this page, or too old; load the page again")
        return form
