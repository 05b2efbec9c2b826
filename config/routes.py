"""Streams that take a part of the articles: `[[routes]]` tables of feedmill.toml."""

from dataclasses import dataclass
from typing import Any

from config.document import Document, near, show
from config.errors import Mistake
from config.kinds import Choice, Kind, Several, Text
from config.units import Duration, Size, UnfitError

TABLE = "routes"
MOST = 100
"""Routes at most: each is looked at for every article."""
_NAME = Text("a name of letters, digits, '.', '_' and '-'", r"[A-Za-z0-9._-]{1,64}")
_WORD = Text("one line of text without commas, at most 200 characters", r"[^\x00-\x1f\x7f,]{1,200}")
_LINE = Text("one line of text, at most 2,000 characters", r"[^\x00-\x1f\x7f]{1,2000}")
_CHOICES: dict[str, Kind] = {
    "sources": Several(_LINE),
    "tags": Several(_WORD),
    "langs": Several(_WORD),
    "feeds": Several(_LINE),
    "events": Several(Choice(("created", "updated", "retracted", "listed"))),
}
_KINDS: dict[str, Kind] = {
    "stream": _NAME,
    **_CHOICES,
    "keep": Duration(60, 3650 * 86400.0),
    "max_bytes": Size(2**20, 2**44),
    "protect": Several(_NAME),
}


@dataclass(frozen=True, slots=True)
class ListedRoute:
    """One route: what it takes, and how long; None is as for the main stream."""

    stream: str
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    keep: float | None = None
    max_bytes: int | None = None
    protect: tuple[str, ...] = ()


def read_routes(document: Document, mistakes: list[Mistake]) -> tuple[ListedRoute, ...]:
    """Read all `[[routes]]` tables; every mistake is added, routes with mistakes are left out."""
    tables = document.values.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        mistakes.append(Mistake(document.where(TABLE), TABLE, f"is {show(tables)}", "[[routes]] tables"))
        return ()
    if len(tables) > MOST:
        mistakes.append(Mistake(document.where(TABLE), TABLE, f"{len(tables)} routes", f"{MOST} at most"))
    routes: dict[str, ListedRoute] = {}
    for index, table in enumerate(tables):
        route = _read_route(document, index, table, mistakes)
        if route is not None and route.stream in routes:
            where = document.where(TABLE, index, "stream")
            found = f"{show(route.stream)} is named a second time"
            mistakes.append(Mistake(where, f"routes[{index + 1}].stream", found, "each stream once"))
        elif route is not None:
            routes[route.stream] = route
    return tuple(routes.values())


def _read_route(
    document: Document, index: int, table: dict[str, Any], mistakes: list[Mistake]
) -> ListedRoute | None:
    before = len(mistakes)

    def wrong(key: str, found: str, allowed: str) -> None:
        where = document.where(TABLE, index, key)
        mistakes.append(Mistake(where, f"routes[{index + 1}].{key}", found, allowed))

    given: dict[str, Any] = {}
    for key, value in table.items():
        kind = _KINDS.get(key)
        if kind is None:
            wrong(key, f"unknown key{near(key, list(_KINDS))}", ", ".join(_KINDS))
            continue
        try:
            given[key] = kind.read(value)
        except UnfitError:
            wrong(key, f"is {show(value)}", kind.allowed)
    if "stream" not in table:
        wrong("stream", "is missing", _NAME.allowed)
    if not any(table.get(key) for key in _CHOICES):
        wrong("stream", "takes everything, as the main stream does", f"one of {', '.join(_CHOICES)}")
    return ListedRoute(**given) if len(mistakes) == before else None
