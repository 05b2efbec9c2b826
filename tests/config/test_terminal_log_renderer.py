"""At a terminal the log is sentences: time of day, source, what came; without what changed nothing."""

from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
import structlog

from config.terminal_log_renderer import TerminalLogRenderer

TIME = "2026-03-01T22:30:05.123Z"
PAGE = {"event": "page", "source": "The Daily", "url": "https://d.example/1", "ms": 1234}
POLL = {"event": "poll", "source": "The Daily", "listed": 40, "new": 0, "changed": 0, "next_s": 900.0}
SOURCE = f"{'The Daily':<20}"


def render(event: dict[str, Any], zone: Any = UTC) -> str | None:
    """Render an event, or None where it is left out."""
    try:
        return TerminalLogRenderer(zone)(None, "info", {"level": "info", "time": TIME, **event})
    except structlog.DropEvent:
        return None


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            {**PAGE, "outcome": "created", "title": "Council opens the bridge", "words": 412},
            f"{SOURCE}  Council opens the bridge  (412 words, 1.2 s)",
        ),
        (
            {**PAGE, "outcome": "updated", "title": "x" * 100, "words": 9},
            f"{SOURCE}  {'x' * 89}…  (9 words, updated, 1.2 s)",
        ),
        (
            {**PAGE, "outcome": "dead", "reason": "http_404"},
            f"{SOURCE}  dead (http_404): https://d.example/1",
        ),
        ({**POLL, "outcome": "ok", "new": 12}, f"{SOURCE}  poll: 12 new of 40"),
        (
            {**PAGE, "outcome": "created", "title": "Quick", "words": 412, "ms": 9},
            f"{SOURCE}  Quick  (412 words, 9 ms)",
        ),
        (
            {**POLL, "outcome": "timeout", "next_s": 5430},
            f"{SOURCE}  poll: timeout, the next in 1 h 30 min",
        ),
        ({**POLL, "outcome": "gone", "next_s": 42.2}, f"{SOURCE}  poll: gone, the next in 42.2 s"),
        ({**POLL, "outcome": "http_500"}, f"{SOURCE}  poll: http_500, the next in 15 min"),
        ({"event": "up", "feeds": 12, "workers": 2}, "running: 12 feeds, 2 workers; Ctrl-C ends"),
        ({"event": "up", "feeds": 1, "workers": 1}, "running: 1 feed, 1 worker; Ctrl-C ends"),
        (
            {"event": "gateway", "url": "http://127.0.0.1:8000/"},
            "page and API: http://127.0.0.1:8000/; stream: `feedmill tail`",
        ),
        ({"event": "feeds_applied", "listed": 3, "role": "up"}, "feeds_applied listed=3"),
        ({"event": "redis_away", "level": "warning", "error": "gone"}, "warning: redis_away: gone"),
        ({"event": "robots", "level": "error", "origin": "o"}, "error: robots origin=o"),
        (
            {
                "event": "gateway_off",
                "level": "warning",
                "port": 1,
                "error": "it is taken",
                "do": "set another",
            },
            "warning: gateway_off port=1: it is taken; set another",
        ),
    ],
)
def test_a_line_says_what_happened(event: dict[str, Any], line: str) -> None:
    assert render(event) == f"22:30:05  {line}"


@pytest.mark.parametrize(
    "event",
    [
        {**PAGE, "outcome": "held"},
        {**PAGE, "outcome": "unchanged"},
        {**POLL, "outcome": "not_modified"},
        {**POLL, "outcome": "ok"},
        {"event": "ticket", "pages": 4},
        {"event": "worker", "state": "ready"},
    ],
)
def test_what_changed_nothing_is_left_out(event: dict[str, Any]) -> None:
    assert render(event) is None


def test_a_trace_follows_its_line() -> None:
    rendered = render({"event": "poll_failed", "level": "error", "feed": "f", "exception": "Traceback\n  x"})
    assert rendered == "22:30:05  error: poll_failed feed=f\nTraceback\n  x"


def test_times_are_those_of_the_reader() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    assert str(render({"event": "down"}, zone)).startswith("04:00:05  down")
    assert str(render({"event": "down", "time": "odd"})).startswith("--:--:--  down")
