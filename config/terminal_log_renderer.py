"""Renders log events as lines for a person at a terminal: the time of day, and what happened in words. Pure.

What only a log collector needs is left out: polls that brought nothing, pages that wait or did not change.
Warnings and errors are never left out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

import structlog

SOURCE_COLUMNS = 20
"""Width of the column of sources: with the time it leaves 50 of 80 columns for the title."""
MAX_TITLE_CHARS = 90
"""Characters of a title in a line at a terminal; the rest is cut, so that the facts behind it show."""
QUIET_PAGES = frozenset({"held", "deferred", "unchanged", "other_reader", "lost", "joined"})
"""Outcomes of pages after which nothing has changed for a reader of the stream."""
QUIET_POLLS = frozenset({"ok", "not_modified", "unchanged", "stale", "gate"})
"""Outcomes of polls that are no failure."""
QUIET_EVENTS = frozenset({"ticket", "robots", "worker", "scheduler_start", "scheduler_stop", "gateway_ready"})
_LOUD = frozenset({"warning", "error", "critical", "exception"})

_MS_PER_TENTH, _MS_PER_MINUTE = 100, 60_000

Event = Mapping[str, Any]


class TerminalLogRenderer:
    """A renderer for structlog; `zone` is that of the terminal's reader, None: the machine's."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def __call__(self, logger: object, method: str, event: structlog.types.EventDict) -> str:
        """Render one event; raises structlog.DropEvent for one that is left out."""
        del logger, method
        level = str(event.get("level", "info"))
        describe = _DESCRIPTIONS.get(str(event.get("event")), _describe_other)
        words = f"{level}: {_describe_other(event)}" if level in _LOUD else describe(event) or ""
        if not words:
            raise structlog.DropEvent
        trace = event.get("exception") or event.get("trace")
        return f"{self._format_time(event)}  {words}" + (f"\n{trace}" if trace else "")

    def _format_time(self, event: Event) -> str:
        try:
            moment = datetime.fromisoformat(str(event.get("time")))
        except ValueError:
            return "--:--:--"
        return moment.astimezone(self._zone).strftime("%H:%M:%S")


def _describe_page(event: Event) -> str | None:
    outcome = event.get("outcome")
    if outcome in QUIET_PAGES:
        return None
    if outcome not in {"created", "updated"}:
        reason = f" ({event['reason']})" if event.get("reason") else ""
        return f"{_format_source(event)}  {outcome}{reason}: {event.get('url')}"
    title = str(event.get("title") or event.get("url"))
    if len(title) > MAX_TITLE_CHARS:
        title = f"{title[: MAX_TITLE_CHARS - 1]}…"
    facts = [f"{event['words']} words"] if event.get("words") else []
    facts += ["updated"] if outcome == "updated" else []
    facts.append(_format_duration(event.get("ms", 0)))
    return f"{_format_source(event)}  {title}  ({', '.join(facts)})"


def _describe_poll(event: Event) -> str | None:
    outcome, found = event.get("outcome"), event.get("new") or event.get("changed")
    if outcome in QUIET_POLLS and not found:
        return None
    if outcome not in QUIET_POLLS and not found:
        following = _format_duration((event.get("next_s") or 0) * 1000)
        return f"{_format_source(event)}  poll: {outcome}, the next in {following}"
    return f"{_format_source(event)}  poll: {event.get('new')} new of {event.get('listed')}"


def _format_duration(ms: float) -> str:
    """Format how long something takes, as roughly as a person reads it."""
    if ms < _MS_PER_TENTH:
        return f"{ms:.0f} ms"
    if ms < _MS_PER_MINUTE:
        return f"{ms / 1000:.1f} s".replace(".0 ", " ")
    minutes = round(ms / _MS_PER_MINUTE)
    hours, minutes = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")))


def _describe_up(event: Event) -> str:
    counts = (_count(event.get("feeds"), "feed"), _count(event.get("workers"), "worker"))
    return f"running: {', '.join(counts)}; Ctrl-C ends"


def _count(number: object, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _describe_gateway(event: Event) -> str:
    return f"page and API: {event.get('url')}; stream: `feedmill tail`"


def _describe_other(event: Event) -> str | None:
    if event.get("event") in QUIET_EVENTS and str(event.get("level")) not in _LOUD:
        return None
    hidden = {"event", "level", "time", "role", "exception", "trace", "error", "do"}
    facts = " ".join(f"{name}={value}" for name, value in event.items() if name not in hidden)
    words = f"{event.get('event')} {facts}".rstrip()
    if event.get("error"):
        words = f"{words}: {event['error']}"
    return f"{words}; {event['do']}" if event.get("do") else words


def _format_source(event: Event) -> str:
    source = str(event.get("source") or "")
    return f"{source[:SOURCE_COLUMNS]:<{SOURCE_COLUMNS}}"


_DESCRIPTIONS: dict[str, Callable[[Event], str | None]] = {
    "page": _describe_page,
    "poll": _describe_poll,
    "up": _describe_up,
    "gateway": _describe_gateway,
}
