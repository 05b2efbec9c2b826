"""Reads tables of which there may be many in feedmill.toml: `[[routes]]`, `[[sites]]`, `[[webhooks]]`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from config.errors import ConfigProblem
from config.parsing.document import TomlDocument, format_toml_value, suggest_word
from config.parsing.duration_and_size import InvalidValueError
from config.parsing.value_kinds import ValueKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """One table of several, and where its mistakes go."""

    document: TomlDocument
    name: str
    """That of all of them: routes."""
    index: int
    values: dict[str, Any]
    mistakes: list[ConfigProblem]

    def add_problem(self, key: str, found: str, allowed: str) -> None:
        """Add a mistake at a key."""
        where = self.document.locate_key(self.name, self.index, key)
        self.mistakes.append(ConfigProblem(where, f"{self.name}[{self.index + 1}].{key}", found, allowed))

    def read(
        self,
        kinds: Mapping[str, ValueKind],
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
                    self.add_problem(key, f"unknown key{suggest_word(key, known)}", ", ".join(known))
                continue
            try:
                given[key] = kind.read(value)
            except InvalidValueError:
                said = "is none (not shown: it may hold a password)"
                self.add_problem(
                    key,
                    said if hidden(key, value) else f"is {format_toml_value(value)}",
                    kind.describe_allowed,
                )
        return given

    def require_key(self, key: str, kinds: Mapping[str, ValueKind]) -> None:
        """Add a mistake where a key is missing."""
        if key not in self.values:
            self.add_problem(key, "is missing", kinds[key].describe_allowed)


def read_tables(
    document: TomlDocument,
    name: str,
    problems: list[ConfigProblem],
    read: Callable[[ArrayTable], T | None],
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
        found = f"is {format_toml_value(tables)}" if shown else "is no list of tables"
        problems.append(ConfigProblem(document.locate_key(name), name, found, f"[[{name}]] tables"))
        return ()
    if most is not None and len(tables) > most:
        problems.append(
            ConfigProblem(document.locate_key(name), name, f"{len(tables)} {name}", f"{most} at most")
        )
    listed: dict[str, T] = {}
    for index, values in enumerate(tables):
        table = ArrayTable(document, name, index, values, problems)
        one = read(table)
        if one is None:
            continue
        called = getattr(one, key)
        if called in listed:
            table.add_problem(key, f"{format_toml_value(called)} is named a second time", f"each {key} once")
        else:
            listed[called] = one
    return tuple(listed.values())
