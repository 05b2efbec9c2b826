"""Tables of which there may be many in feedmill.toml: `[[routes]]`, `[[sites]]`, `[[webhooks]]`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from config.document import Document, near, show
from config.errors import Mistake
from config.kinds import Kind
from config.units import UnfitError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of several, and where its mistakes go."""

    document: Document
    name: str
    """That of all of them: routes."""
    index: int
    values: dict[str, Any]
    mistakes: list[Mistake]

    def wrong(self, key: str, found: str, allowed: str) -> None:
        """Add a mistake at a key."""
        where = self.document.where(self.name, self.index, key)
        self.mistakes.append(Mistake(where, f"{self.name}[{self.index + 1}].{key}", found, allowed))

    def read(
        self,
        kinds: Mapping[str, Kind],
        *,
        besides: Sequence[str] = (),
        hidden: Callable[[str, object], bool] = lambda _key, _value: False,
    ) -> dict[str, Any]:
        """Read the values that are of their kinds; `besides` names keys that are read elsewhere.

        A value that is `hidden` is not shown where it is no good.
        """
        given: dict[str, Any] = {}
        known = [*kinds, *besides]
        for key, value in self.values.items():
            kind = kinds.get(key)
            if kind is None:
                if key not in besides:
                    self.wrong(key, f"unknown key{near(key, known)}", ", ".join(known))
                continue
            try:
                given[key] = kind.read(value)
            except UnfitError:
                said = "is none (not shown: it may hold a password)"
                self.wrong(key, said if hidden(key, value) else f"is {show(value)}", kind.allowed)
        return given

    def requires(self, key: str, kinds: Mapping[str, Kind]) -> None:
        """Add a mistake where a key is missing."""
        if key not in self.values:
            self.wrong(key, "is missing", kinds[key].allowed)


def read_tables(
    document: Document,
    name: str,
    mistakes: list[Mistake],
    read: Callable[[Table], T | None],
    *,
    key: str,
    most: int | None = None,
    shown: bool = True,
) -> tuple[T, ...]:
    """Read all tables of a name; every mistake is added, and what has one is left out.

    `key` names a table among them: each is there once. `most` is how many there may be; what stands in place
    of tables is not `shown` where it may be a secret.
    """
    tables = document.values.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        found = f"is {show(tables)}" if shown else "is no list of tables"
        mistakes.append(Mistake(document.where(name), name, found, f"[[{name}]] tables"))
        return ()
    if most is not None and len(tables) > most:
        mistakes.append(Mistake(document.where(name), name, f"{len(tables)} {name}", f"{most} at most"))
    listed: dict[str, T] = {}
    for index, values in enumerate(tables):
        table = Table(document, name, index, values, mistakes)
        one = read(table)
        if one is None:
            continue
        called = getattr(one, key)
        if called in listed:
            table.wrong(key, f"{show(called)} is named a second time", f"each {key} once")
        else:
            listed[called] = one
    return tuple(listed.values())
