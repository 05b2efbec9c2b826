"""Builds the flat form of all events of feeds: a name, then field and value in turn. Pure."""

from datetime import UTC, datetime

EventFields = tuple[str, ...]


def build_event(name: str, now: datetime, **details: str) -> EventFields:
    """Return an event as its name, then its time and details as fields and values in turn."""
    fields = {"time": format_event_time(int(now.timestamp())), **details}
    return (name, *(part for pair in fields.items() for part in pair))


def format_event_time(seconds: int) -> str:
    """Write epoch seconds as RFC 3339, UTC; 0 as an empty text."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""
