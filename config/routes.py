"""Streams that take a part of the articles: `[[routes]]` tables of feedmill.toml."""

from dataclasses import dataclass

from config.document import Document
from config.errors import Mistake
from config.kinds import Choice, Kind, Several, Text
from config.tables import Table, read_tables
from config.units import Duration, Size

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
    return read_tables(document, "routes", mistakes, _read_route, key="stream", most=MOST)


def _read_route(table: Table) -> ListedRoute | None:
    before = len(table.mistakes)
    given = table.read(_KINDS)
    table.requires("stream", _KINDS)
    if not any(table.values.get(key) for key in _CHOICES):
        table.wrong("stream", "takes everything, as the main stream does", f"one of {', '.join(_CHOICES)}")
    return ListedRoute(**given) if len(table.mistakes) == before else None
