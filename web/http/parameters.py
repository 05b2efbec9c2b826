"""Describes kinds of request parameters: how each is read, and how OpenAPI describes it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from web.errors import BadRequest

Schema = dict[str, Any]
STREAM_ID = re.compile(r"(0|[1-9]\d{0,14})-(0|[1-9]\d{0,14})", re.ASCII)
"""An entry's id as Redis writes it; times beyond the year 33000 are refused."""
StreamPosition = tuple[int, int]
"""An entry's id as numbers: ms, and which one of that ms."""


class ParameterType(Protocol):
    """What a parameter may hold."""

    @property
    def describe_schema(self) -> Schema:
        """Describe it as JSON Schema."""

    def parse_text(self, text: str) -> Any:
        """Read it; raises ValueError with what is wanted."""


@dataclass(frozen=True, slots=True)
class StringType:
    """Text of a form (a regular expression for the whole of it)."""

    pattern: str = r"[^\x00-\x1f\x7f]{1,200}"
    description: str = "one line of text, at most 200 characters"

    @property
    def describe_schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": f"^{self.pattern}$"}

    def parse_text(self, text: str) -> str:
        """Take text of the form."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.description)
        return text


@dataclass(frozen=True, slots=True)
class EnumType:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def describe_schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "enum": list(self.words)}

    def parse_text(self, text: str) -> str:
        """Take one of the words."""
        if text not in self.words:
            raise ValueError("one of " + ", ".join(self.words))
        return text


@dataclass(frozen=True, slots=True)
class IntegerType:
    """A whole number within bounds, both included."""

    low: int
    high: int

    @property
    def describe_schema(self) -> Schema:
        """Describe it."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def parse_text(self, text: str) -> int:
        """Take digits."""
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.low <= int(text) <= self.high:
            raise ValueError(f"a whole number from {self.low} to {self.high}")
        return int(text)


@dataclass(frozen=True, slots=True)
class StreamIdType:
    """The id of an entry of the stream."""

    @property
    def describe_schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": f"^{STREAM_ID.pattern}$"}

    def parse_text(self, text: str) -> StreamPosition:
        """Take both numbers."""
        found = STREAM_ID.fullmatch(text)
        if found is None:
            raise ValueError("an id of the stream, such as 1795465348709-0")
        return int(found[1]), int(found[2])


@dataclass(frozen=True, slots=True)
class TimeType:
    """A point in time; a day alone is its 00:00 UTC."""

    @property
    def describe_schema(self) -> Schema:
        """Describe it."""
        return {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2}))?$",
            "format": "date-time",
            "description": "RFC 3339, such as 2026-11-24T06:00:00Z; a day alone is its 00:00 UTC.",
        }

    def parse_text(self, text: str) -> int:
        """Take ms since the epoch."""
        try:
            moment = datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
            if moment is not None and (moment.tzinfo is not None or len(text) == len("2026-11-24")):
                known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
                return int(known.timestamp() * 1000)
        except (ValueError, OverflowError):
            pass
        raise ValueError("a time such as 2026-11-24T06:00:00Z, or a day")


ARTICLE_ID = StringType(r"[0-9a-f]{16}", "the id of an article: 16 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a route."""

    name: str
    kind: ParameterType
    description: str
    location: str = "query"
    default: Any = None
    is_repeated: bool = False

    def read_values(self, given: list[str]) -> Any:
        """Read what was given for it; raises BadRequest."""
        if not given:
            return () if self.is_repeated else self.default
        if len(given) > (_MAX_REPEATS if self.is_repeated else 1):
            raise BadRequest(f"{self.name} is given {len(given)} times")
        try:
            values = tuple(self.kind.parse_text(text) for text in given)
        except ValueError as error:
            raise BadRequest(f"{self.name}: wanted is {error}") from error
        return values if self.is_repeated else values[0]


_MAX_REPEATS = 50
"""Times that a parameter of many values may be given: bounds the work for one request."""
