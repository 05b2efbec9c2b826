"""Describes kinds of settings: how a value is written, what is allowed, and what it becomes inside."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from config.parsing.duration_and_size import InvalidValueError
from feedmill._redis import sentinel_url

_REDIS_SCHEMES = ("redis", "rediss", "unix")


class ValueKind(Protocol):
    """What a setting may hold."""

    @property
    def describe_allowed(self) -> str:
        """In words: what may be written."""

    def read(self, value: object) -> object:
        """Turn what TOML holds into the value used inside; raises InvalidValueError."""

    def read_text(self, text: str) -> object:
        """Turn what an environment variable holds into the value used inside; raises InvalidValueError."""

    def write(self, value: object) -> str:
        """Write a value as TOML, the way an operator would."""


class QuotedKind:
    """What a file holds in quotes and an environment variable without them."""

    __slots__ = ()

    def read(self, value: object) -> str:
        """Take a text; raises InvalidValueError."""
        raise NotImplementedError

    def read_text(self, text: str) -> str:
        """Take the same as a file."""
        return self.read(text)

    def write(self, value: object) -> str:
        """Write it in quotes."""
        return f'"{value}"'


class UrlKind:
    """A URL in quotes, which may be empty for none."""

    __slots__ = ()

    def read(self, value: object) -> str | None:
        """Take a URL; nothing becomes None. Raises InvalidValueError."""
        raise NotImplementedError

    def read_text(self, text: str) -> str | None:
        """Take the same as a file, and white space around it."""
        return self.read(text.strip())

    def write(self, value: object) -> str:
        """Write it in quotes."""
        return f'"{value or ""}"'


@dataclass(frozen=True, slots=True)
class IntegerKind:
    """A whole number within bounds, both included."""

    low: int
    high: int

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return f"a whole number from {self.low} to {self.high}"

    def read(self, value: object) -> int:
        """Take an int; true and false are none."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise InvalidValueError
        return value

    def read_text(self, text: str) -> int:
        """Take digits."""
        if not re.fullmatch(r"-?\d{1,18}", text.strip()):
            raise InvalidValueError
        return self.read(int(text))

    def write(self, value: object) -> str:
        """Write digits."""
        return str(value)


@dataclass(frozen=True, slots=True)
class TextKind(QuotedKind):
    """Text of a form; `form` is a regular expression for all of it, `words` describes it for people."""

    description: str
    pattern: str

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return self.description

    def read(self, value: object) -> str:
        """Take text of the form."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise InvalidValueError
        return value


@dataclass(frozen=True, slots=True)
class BooleanKind:
    """Yes or no."""

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return "true or false"

    def read(self, value: object) -> bool:
        """Take true or false."""
        if not isinstance(value, bool):
            raise InvalidValueError
        return value

    def read_text(self, text: str) -> bool:
        """Take the words `true` and `false`."""
        if text not in {"true", "false"}:
            raise InvalidValueError
        return text == "true"

    def write(self, value: object) -> str:
        """Write the word."""
        return "true" if value else "false"


@dataclass(frozen=True, slots=True)
class ChoiceKind(QuotedKind):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return "one of " + ", ".join(f'"{word}"' for word in self.words)

    def read(self, value: object) -> str:
        """Take one of the words."""
        if value not in self.words:
            raise InvalidValueError
        return str(value)


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list of values of one kind; in the environment they are separated by commas."""

    item_kind: "ValueKind"

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return f"a list, each item {self.item_kind.describe_allowed}"

    def read(self, value: object) -> tuple[object, ...]:
        """Take a list, each item of the kind."""
        if not isinstance(value, list):
            raise InvalidValueError
        return tuple(self.item_kind.read(item) for item in value)

    def read_text(self, text: str) -> tuple[object, ...]:
        """Take items separated by commas; nothing is an empty list."""
        return tuple(self.item_kind.read_text(item.strip()) for item in text.split(",") if item.strip())

    def write(self, value: object) -> str:
        """Write it in brackets."""
        assert isinstance(value, tuple)
        return "[" + ", ".join(self.item_kind.write(item) for item in value) + "]"


@dataclass(frozen=True, slots=True)
class NetworkKind(QuotedKind):
    """A range of IP addresses in CIDR form, or one address."""

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return 'a network like "127.0.0.0/8" or "fd00::/8" (no bits set behind the prefix)'

    def read(self, value: object) -> str:
        """Take a network."""
        if not isinstance(value, str):
            raise InvalidValueError
        try:
            return str(ipaddress.ip_network(value))
        except ValueError as error:
            raise InvalidValueError from error


@dataclass(frozen=True, slots=True)
class ProxyUrlKind(UrlKind):
    """Where an HTTP or SOCKS proxy is; empty means none. May carry a user and a password."""

    @property
    def describe_allowed(self) -> str:
        """In words."""
        forms = '"http://user:password@host:3128" or "socks5h://host:1080"'
        return f'a URL like {forms}, or "" for none'

    def read(self, value: object) -> str | None:
        """Take a URL that names a host and nothing behind it; nothing becomes None."""
        if value == "":
            return None
        if not isinstance(value, str) or re.search(r"[^\x21-\x7e]", value):
            raise InvalidValueError
        try:
            parts = urlsplit(value)
            well_formed = bool(parts.hostname) and parts.port != 0 and parts.path in {"", "/"}
        except ValueError as error:
            raise InvalidValueError from error
        if parts.scheme not in ("http", "socks5h") or not well_formed or parts.query or parts.fragment:
            raise InvalidValueError
        return value


@dataclass(frozen=True, slots=True)
class RedisUrlKind(UrlKind):
    """Where a Redis or Valkey server is; empty means the embedded one. May carry a password."""

    @property
    def describe_allowed(self) -> str:
        """In words."""
        return (
            'a URL like "redis://host:6379/0", "rediss://…", "unix:///path" or '
            '"redis+sentinel://host:26379,other:26379/service/0", or "" for the embedded server'
        )

    def read(self, value: object) -> str | None:
        """Take a URL; nothing becomes None."""
        if value == "":
            return None
        if not isinstance(value, str) or re.search(r"\s", value):
            raise InvalidValueError
        try:
            if sentinel_url.is_sentinel_url(value):
                sentinel_url.parse_sentinel_url(value)
                return value
            parts = urlsplit(value)
            well_formed = bool(parts.path if parts.scheme == "unix" else parts.hostname) and parts.port != 0
        except ValueError as error:
            raise InvalidValueError from error
        if parts.scheme != "unix" and not re.fullmatch(r"(/\d{0,9})?", parts.path):
            raise InvalidValueError  # the client would take database 0
        if parts.scheme not in _REDIS_SCHEMES or not well_formed:
            raise InvalidValueError
        return value
