"""Describes in a line whether feedmill runs, for the head of the overview. Pure."""

from typing import Literal

import msgspec

from feedmill._ledger.core.operation_result_types import Census
from web.rendering.durations import format_about, format_span

_MAX_LATE_MS = 5 * 60_000
"""Ms that the most overdue poll may be late, as for `feedmill doctor`."""


class RunningState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether polls and pages make progress."""

    level: Literal["well", "warn", "wrong"]
    state: Literal["running", "late", "paused", "offline", "full", "stopped", "idle"]
    detail: str
    """In a sentence or two."""


def describe_running(
    census: Census, *, workers: int, late_ms: int, last_poll_at: int | None, now_ms: int
) -> RunningState:
    """Describe the state; what keeps everything from going on comes first."""
    if "all" in census.paused:
        return RunningState(
            level="warn", state="paused", detail="Everything is paused: `feedmill resume all`."
        )
    if census.offline_ms is not None:
        detail = f"No site can be reached for {format_span(census.offline_ms)}; it asks again all the time."
        return RunningState(level="wrong", state="offline", detail=detail)
    polled = "" if last_poll_at is None else f"Last poll {format_about(max(now_ms - last_poll_at, 0))} ago"
    if not workers:
        return _describe_stopped(census, late_ms, polled)
    if census.full:
        detail = f"The stream is full: pages wait until the group {census.full[0].group} has read."
        return RunningState(level="wrong", state="full", detail=detail)
    if late_ms > _MAX_LATE_MS:
        detail = f"A feed has been due for {format_span(late_ms)}. {polled}".rstrip() + "."
        return RunningState(level="wrong", state="late", detail=detail)
    number = "1 worker" if workers == 1 else f"{workers} workers"
    coming = "" if census.next_feed_in_ms is None else f", next in {format_about(census.next_feed_in_ms)}"
    head = f"{polled}{coming}. " if polled else ""
    return RunningState(level="well", state="running", detail=f"{head}{number}.")


def _describe_stopped(census: Census, late_ms: int, polled: str) -> RunningState:
    """Describe a feedmill without workers: with nothing to do that may be as it should."""
    waits = bool(census.ready) or late_ms > _MAX_LATE_MS
    last = f" {polled}." if polled else ""
    if waits:
        detail = f"No worker is signed on.{last} `feedmill up` starts it."
        return RunningState(level="wrong", state="stopped", detail=detail)
    return RunningState(
        level="warn", state="idle", detail=f"No worker is signed on, and nothing waits.{last}"
    )
