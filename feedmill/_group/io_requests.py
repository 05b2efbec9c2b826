"""Describes what a session requests of its driver, as values: commands, scripts and pauses."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """One of the group's scripts."""

    script: str
    keys: tuple[str, ...]
    args: tuple[str | bytes | int | float, ...]


@dataclass(frozen=True, slots=True)
class RedisCommand:
    """A plain command; it may block for as long as its own argument allows."""

    words: tuple[str | bytes | int, ...]


@dataclass(frozen=True, slots=True)
class PauseRequest:
    """A wait, cut short when the consumer is asked to stop."""

    seconds: float


DriverRequest = ScriptCall | RedisCommand | PauseRequest
DriverSteps = Generator[DriverRequest, Any, T]
"""Work that yields requests, gets their replies sent (or their errors thrown), and returns its result."""
