"""Parses settings that carry a unit: spans of time and numbers of bytes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DURATION = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_SIZE = {
    "B": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
}


class InvalidValueError(ValueError):
    """A value is not one of its kind; the reader turns this into a Mistake."""


def _parse_scaled(text: str, units: Mapping[str, float]) -> float:
    names = "|".join(sorted(units, key=len, reverse=True))
    part = rf"(\d+(?:\.\d+)?)\s*({names})"
    if not re.fullmatch(rf"(?:{part}\s*)+", text.strip()):
        raise InvalidValueError
    return sum(float(number) * units[unit] for number, unit in re.findall(part, text))


def format_duration(seconds: float) -> str:
    """Write seconds with the largest unit that divides them: 900 becomes `15m`."""
    for unit in ("d", "h", "m", "s"):
        count = seconds / _DURATION[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{seconds:g}s" if seconds >= 1 or seconds == 0 else f"{round(seconds * 1000)}ms"


def format_size(size: int) -> str:
    """Write bytes with the largest binary unit that divides them: 1073741824 becomes `1GiB`."""
    for unit in ("TiB", "GiB", "MiB", "KiB"):
        if size and size % _SIZE[unit] == 0:
            return f"{size // _SIZE[unit]}{unit}"
    return f"{size}B"


@dataclass(frozen=True, slots=True)
class DurationKind:
    """A span of time, written as text with a unit; seconds inside. Bounds in seconds, both included."""

    low: float
    high: float

    @property
    def describe_allowed(self) -> str:
        """In words."""
        bounds = f"from {format_duration(self.low)} to {format_duration(self.high)}"
        return f'a duration {bounds}, written like "90s", "15m" or "1h"'

    def read(self, value: object) -> float:
        """Take text such as `1h30m`; a bare number has no unit and is refused."""
        if not isinstance(value, str):
            raise InvalidValueError
        seconds = _parse_scaled(value, _DURATION)
        if not self.low <= seconds <= self.high:
            raise InvalidValueError
        return seconds

    def read_text(self, text: str) -> float:
        """Take the same as a file."""
        return self.read(text)

    def write(self, value: object) -> str:
        """Write it with its largest unit."""
        assert isinstance(value, int | float)
        return f'"{format_duration(value)}"'


@dataclass(frozen=True, slots=True)
class SizeKind:
    """A number of bytes, written as text with a unit. Bounds in bytes, both included."""

    low: int
    high: int

    @property
    def describe_allowed(self) -> str:
        """In words."""
        bounds = f"from {format_size(self.low)} to {format_size(self.high)}"
        return f'a size {bounds}, written like "512MiB" or "1GiB"'

    def read(self, value: object) -> int:
        """Take text such as `512MiB`."""
        if not isinstance(value, str):
            raise InvalidValueError
        size = int(_parse_scaled(value, _SIZE))
        if not self.low <= size <= self.high:
            raise InvalidValueError
        return size

    def read_text(self, text: str) -> int:
        """Take the same as a file."""
        return self.read(text)

    def write(self, value: object) -> str:
        """Write it with its largest unit."""
        assert isinstance(value, int)
        return f'"{format_size(value)}"'
