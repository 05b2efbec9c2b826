"""Reads secrets that stand in place, in an environment variable or in a file of this host."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.parsing.array_tables import ArrayTable
from feedmill._site_credentials.header_validation import MAX_VALUE_CHARS, PUBLIC_HEADERS, is_field_value

SECRET_FORM = (
    f'one line of printable ASCII, at most {MAX_VALUE_CHARS} characters: "value", {{ env = "NAME" }} '
    'or { file = "path" }'
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


class SecretReader:
    """Reads the values of one table; what is not on this host is `missing`, what is no value a mistake.

    No mistake shows a value.
    """

    def __init__(self, table: ArrayTable, folder: Path, environ: Mapping[str, str]) -> None:
        self._table = table
        self._folder = folder
        self._environ = environ
        self.missing: list[str] = []
        self.secrets: list[str] = []

    def read(self, key: str, value: object, *, name: str = "") -> str:
        """Return a value; "" where it is missing or a mistake. `name` is that of a part of the key."""
        text = self._find(key, value, f"{key}.{name}" if name else key)
        if text is None:
            return ""
        if not is_field_value(text):
            self._add_problem(key, name)
            return ""
        is_plain = isinstance(value, str) and (key == "user_agent" or name.lower() in PUBLIC_HEADERS)
        if not is_plain and (key, name) != ("basic_auth", "user"):
            self.secrets.append(text)
        return text

    def _find(self, key: str, value: Any, shown: str) -> str | None:
        where = self._table.document.locate_key(self._table.name, self._table.index, key)
        if isinstance(value, str):
            return value
        if (
            isinstance(value, dict)
            and len(value) == 1
            and isinstance(given := next(iter(value.values())), str)
        ):
            if "env" in value and _VARIABLE.fullmatch(given):
                text = self._environ.get(given)
                if not text:
                    self.missing.append(f"{where}: {shown}: the environment variable {given} is not set")
                return text or None
            if "file" in value and given and "\0" not in given:
                return self._read_file(given, f"{where}: {shown}")
        self._add_problem(key, shown.partition(".")[2])
        return None

    def _read_file(self, name: str, where: str) -> str | None:
        """Read a file's one line; a line break at its end is not the value's."""
        try:
            with (self._folder / Path(name).expanduser()).open("rb") as file:
                data = file.read(MAX_VALUE_CHARS + 2)
        except OSError as error:
            self.missing.append(f"{where}: {name} cannot be read ({error.strerror})")
            return None
        text = data.decode("latin-1").removesuffix("\n").removesuffix("\r")
        if not text:
            self.missing.append(f"{where}: {name} is empty")
        return text or None

    def _add_problem(self, key: str, name: str) -> None:
        subject = f"{name!r} " if name else ""
        self._table.add_problem(
            key, f"{subject}is not of this form (not shown: it may be a secret)", SECRET_FORM
        )
