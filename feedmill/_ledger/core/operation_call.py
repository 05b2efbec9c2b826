"""Describes a ledger operation as a value: its script, keys and arguments, and what reads the reply."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from feedmill._ledger.core.keys import Keys

T = TypeVar("T")
Argument = str | bytes | int | float


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One operation, ready to run; building it touches nothing."""

    script: str
    keys: Keys
    args: tuple[Argument, ...]
    """ARGV[2] and on; ARGV[1] is the time, which the ledger puts in front."""
    decode: Callable[[Any], T]


def build_call(script: str, keys: Keys, decode: Callable[[Any], T], *args: Argument) -> Call[T]:
    """Build a call of the script under the prefix of `keys`."""
    return Call(script, keys, args, decode)
