"""Writes moments in JSON output as RFC 3339, where the ledger has milliseconds since the epoch. Pure."""

from datetime import UTC, datetime
from typing import Any

_NAMES = {
    "last_poll_at": "last_poll_at",
    "next_at": "next_at",
    "next_at_ms": "next_at",
    "flooding_since": "flooding_since",
    "unreadable_since": "unreadable_since",
    "unreadable_since_ms": "unreadable_since",
    "since_ms": "since",
    "died_at": "died_at",
    "now_ms": "now",
    "last_at": "last_at",
}
"""Fields that hold a moment, and what they are called where it is a text."""


def write_moments(value: Any) -> Any:
    """Return built-in values with every known moment as a text in UTC."""
    if isinstance(value, list | tuple):
        return [write_moments(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {_NAMES.get(name, name): _write_value(name, one) for name, one in value.items()}


def format_moment(ms: float) -> str:
    """Format ms since the epoch as RFC 3339, to the millisecond."""
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write_value(name: str, value: Any) -> Any:
    if name in _NAMES and isinstance(value, int | float):
        return format_moment(value)
    return write_moments(value)
