"""Holds one request whose parameters are read (for the handler of its route)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.types import Scope

from web.http.authorization import Permissions

if TYPE_CHECKING:
    from web.app_context import AppContext


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request whose parameters are read; `values` has one for every parameter of the route."""

    app: "AppContext"
    access: Permissions
    values: Mapping[str, Any]
    scope: Scope
    body: Any = None

    def __getitem__(self, name: str) -> Any:
        """Return a parameter's value."""
        return self.values[name]

    def header(self, name: str) -> str:
        """Return a header, empty when there is none."""
        raw = name.encode()
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == raw), "")
