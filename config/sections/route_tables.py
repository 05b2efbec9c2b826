"""Reads streams that take a part of the articles: `[[routes]]` tables of feedmill.toml."""

from dataclasses import dataclass
from functools import partial

from config.errors import ConfigProblem
from config.parsing.array_tables import ArrayTable, read_tables
from config.parsing.document import TomlDocument
from config.parsing.duration_and_size import DurationKind, SizeKind
from config.parsing.value_kinds import BooleanKind, ChoiceKind, ListKind, TextKind, ValueKind
from feedmill.stream_entry_filter import TEXT_SOURCES

MAX_ROUTES = 100
"""Routes at most: each is looked at for every article."""
_NAME = TextKind("a name of letters, digits, '.', '_' and '-'", r"[A-Za-z0-9._-]{1,64}")
_WORD = TextKind("one line of text without commas, at most 200 characters", r"[^\x00-\x1f\x7f,]{1,200}")
_LINE = TextKind("one line of text, at most 2,000 characters", r"[^\x00-\x1f\x7f]{1,2000}")
_CHOICES: dict[str, ValueKind] = {
    "sources": ListKind(_LINE),
    "tags": ListKind(_WORD),
    "langs": ListKind(_WORD),
    "feeds": ListKind(_LINE),
    "events": ListKind(ChoiceKind(("created", "updated", "retracted", "listed"))),
    "text_from": ListKind(ChoiceKind(TEXT_SOURCES)),
}
_KINDS: dict[str, ValueKind] = {
    "stream": _NAME,
    **_CHOICES,
    "firsts": BooleanKind(),
    "keep": DurationKind(60, 3650 * 86400.0),
    "max_bytes": SizeKind(2**20, 2**44),
    "protect": ListKind(_NAME),
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
    text_from: tuple[str, ...] = ()
    firsts: bool = False
    """Of each story only the first article that it takes."""
    keep: float | None = None
    max_bytes: int | None = None
    protect: tuple[str, ...] = ()


def read_routes(
    document: TomlDocument, problems: list[ConfigProblem], *, story_window_days: int
) -> tuple[ListedRoute, ...]:
    """Read all `[[routes]]` tables; every mistake is added, routes with mistakes are left out."""
    read = partial(_read_route, story_window_days=story_window_days)
    return read_tables(document, "routes", problems, read, key="stream", most=MAX_ROUTES)


def _read_route(table: ArrayTable, *, story_window_days: int) -> ListedRoute | None:
    before = len(table.mistakes)
    given = table.read(_KINDS)
    table.require_key("stream", _KINDS)
    if given.get("firsts") and story_window_days == 0:
        table.add_problem(
            "firsts", "is true, and there are no stories", "false, or [stories] window_days from 1 on"
        )
    if not any(table.values.get(key) for key in (*_CHOICES, "firsts")):
        table.add_problem(
            "stream", "takes everything, as the main stream does", f"one of {', '.join(_CHOICES)}, or firsts"
        )
    return ListedRoute(**given) if len(table.mistakes) == before else None
