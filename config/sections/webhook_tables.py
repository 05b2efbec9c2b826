"""Reads receivers that articles are sent to: `[[webhooks]]` tables of feedmill.toml."""

import base64
import binascii
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.errors import ConfigProblem
from config.parsing.array_tables import ArrayTable, read_tables
from config.parsing.document import TomlDocument, format_toml_value
from config.parsing.duration_and_size import DurationKind, InvalidValueError
from config.parsing.value_kinds import (
    BooleanKind,
    ChoiceKind,
    IntegerKind,
    ListKind,
    NetworkKind,
    TextKind,
    ValueKind,
)
from config.sections.route_tables import ListedRoute

MAX_WEBHOOKS = 50
"""Receivers at most: each has a task, a group and connections of its own."""
_PREFIX = "whsec_"
_MIN_SECRET_BYTES, _MAX_SECRET_BYTES = 24, 64
_NAME = TextKind("a name of small letters, digits and '-', at most 40 characters", r"[a-z0-9-]{1,40}")
_SECRET_FORM = '"whsec_" and 24 to 64 random bytes in base64: `feedmill webhooks --new-secret` makes one'  # noqa: S105  (a form)
_EVENTS = ("created", "updated", "retracted", "listed")


@dataclass(frozen=True, slots=True)
class WebhookUrlKind:
    """Where a receiver is."""

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return 'a URL like "https://host/path", without a user and without a fragment'

    def read(self, value: object) -> str:
        """Take an http or https URL."""
        if not isinstance(value, str) or not re.fullmatch(r"[\x21-\x7e]{1,2048}", value):
            raise InvalidValueError
        try:
            parts = urlsplit(value)
            well_formed = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        except ValueError as error:
            raise InvalidValueError from error
        if parts.scheme not in {"http", "https"} or not well_formed or parts.fragment:
            raise InvalidValueError
        return value

    def read_text(self, text: str) -> str:
        """Take the same as a file."""
        return self.read(text)

    def write(self, value: object) -> str:
        """Write it in quotes."""
        return f'"{value}"'


_KINDS: dict[str, ValueKind] = {
    "name": _NAME,
    "url": WebhookUrlKind(),
    "stream": TextKind("the stream of a [[routes]] table", r"[A-Za-z0-9._-]{1,64}"),
    "events": ListKind(ChoiceKind(_EVENTS)),
    "start": ChoiceKind(("end", "beginning")),
    "allow_private": ListKind(NetworkKind()),
    "timeout": DurationKind(1, 60),
    "at_once": IntegerKind(1, 32),
    "back_off": DurationKind(0.1, 3600),
    "deliveries": IntegerKind(1, 50),
    "give_up": DurationKind(60, 30 * 86400.0),
    "enabled": BooleanKind(),
}
_SECRETS = ("secret", "old_secret", "secret_file")


@dataclass(frozen=True, slots=True)
class ListedWebhook:
    """One receiver; times in seconds."""

    name: str
    url: str
    secrets: tuple[bytes, ...]
    """Keys that sign: the first one, and the one before while receivers change over."""
    stream: str = ""
    """A route's stream; empty is the stream of all articles."""
    events: tuple[str, ...] = ("created", "updated", "retracted")
    start: str = "end"
    allow_private: tuple[str, ...] = ()
    timeout: float = 15.0
    at_once: int = 4
    back_off: float = 5.0
    deliveries: int = 8
    give_up: float = 3 * 86400.0
    enabled: bool = True

    def __repr__(self) -> str:
        """Return which one it is; no secret."""
        return f"ListedWebhook({self.name!r}, {self.url!r})"


def read_webhooks(
    document: TomlDocument, folder: Path, routes: tuple[ListedRoute, ...], problems: list[ConfigProblem]
) -> tuple[ListedWebhook, ...]:
    """Read all `[[webhooks]]` tables; every mistake is added, webhooks with mistakes are left out."""
    streams = {route.stream for route in routes}
    read = functools.partial(_read_webhook, folder=folder, streams=streams)
    return read_tables(document, "webhooks", problems, read, key="name", most=MAX_WEBHOOKS, shown=False)


def _read_webhook(table: ArrayTable, *, folder: Path, streams: set[str]) -> ListedWebhook | None:
    before = len(table.mistakes)
    given = {
        "secrets": _read_secrets(table, folder),
        **table.read(_KINDS, besides=_SECRETS, hidden=lambda key, value: key == "url" and "@" in str(value)),
    }
    table.require_key("name", _KINDS)
    table.require_key("url", _KINDS)
    if given.get("stream") and given["stream"] not in streams:
        table.add_problem(
            "stream", f"no route has the stream {format_toml_value(given['stream'])}", "one of [[routes]]"
        )
    if given.get("events") == ():
        table.add_problem("events", "names none", _KINDS["events"].describe_allowed)
    return ListedWebhook(**given) if len(table.mistakes) == before else None


def _read_secrets(table: ArrayTable, folder: Path) -> tuple[bytes, ...]:
    """Read the secrets; what is wrong with one is said without showing it."""
    texts: dict[str, Any] = {
        key: table.values[key] for key in ("secret", "old_secret") if key in table.values
    }
    if "secret_file" in table.values:
        if "secret" in table.values:
            table.add_problem("secret_file", "secret is given as well", "one of the two")
        texts |= _read_secret_file(table, folder)
    elif "secret" not in table.values:
        table.add_problem("secret", "is missing", f"{_SECRET_FORM}; or secret_file")
    keys = []
    for key, text in texts.items():
        secret = _decode_secret(text)
        if secret is None:
            shown = key if key in table.values else "secret_file"
            table.add_problem(shown, "is not of this form (not shown: it is a secret)", _SECRET_FORM)
        else:
            keys.append(secret)
    return tuple(keys)


def _read_secret_file(table: ArrayTable, folder: Path) -> dict[str, str]:
    """Read a file: the secret in its first line, the one before, if any, in its second."""
    name = table.values["secret_file"]
    try:
        lines = (folder / name).read_text(encoding="utf-8").split() if isinstance(name, str) else []
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "not UTF-8"
        shown = "it" if name.startswith(_PREFIX) else format_toml_value(name)
        table.add_problem("secret_file", f"{shown} cannot be read ({said})", "path of a file with a secret")
        return {}
    if not lines:
        table.add_problem("secret_file", "it holds none", "path of a file with a secret")
    return dict(zip(("secret", "old_secret"), lines, strict=False))


def _decode_secret(text: object) -> bytes | None:
    if not isinstance(text, str) or not text.startswith(_PREFIX):
        return None
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if _MIN_SECRET_BYTES <= len(key) <= _MAX_SECRET_BYTES else None
