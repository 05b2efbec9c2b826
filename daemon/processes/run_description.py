"""Describes the running processes of a machine, and where their files and addresses are."""

import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from daemon.health.machine_facts import read_process_age_s
from daemon.health.process_liveness import find_metrics_folder
from daemon.terminal.json_moments import format_moment
from daemon.terminal.output import format_count
from daemon.terminal.server_errors import hide_password
from feedmill._metrics.process_files import LiveSlot, list_live_slots
from web.rendering.durations import format_span

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from daemon.command_context import CommandContext


def list_processes(live: Sequence[LiveSlot]) -> list[dict[str, Any]]:
    """List the processes of this machine for a program: role, process id, and since when each has run."""
    now_ms = time.time() * 1000
    found = []
    for one in live:
        age_s = read_process_age_s(one.pid)
        since = None if age_s is None else format_moment(now_ms - age_s * 1000)
        found.append({"role": one.role, "pid": one.pid, "since": since})
    return found


def describe_run(live: Sequence[LiveSlot], workers: int) -> str:
    """Describe in one line whether feedmill runs, as what and since when; `workers` counts all machines'."""
    name = f"feedmill {version('feedmill')}"
    if live:
        ordered = sorted(live, key=lambda one: (one.role != "up", one.role, one.pid))
        ages_s = [age_s for one in live if (age_s := read_process_age_s(one.pid)) is not None]
        runs = f"has been running for {format_span(round(max(ages_s) * 1000))}" if ages_s else "is running"
        return f"{name} {runs}: {', '.join(f'{one.role} {one.pid}' for one in ordered)}"
    if workers:
        return f"{name} is not running here; {format_count(workers, 'worker')} elsewhere"
    return f"{name} is not running: `feedmill up` starts it"


def describe_wait(options: "CommandContext", loaded: "LoadedConfig") -> str:
    """Describe what a command waits for, and with the embedded server whether anything can come."""
    live = list_live_slots(find_metrics_folder(options, loaded))
    if loaded.settings.redis.url or any(one.role in {"up", "worker"} for one in live):
        return "waiting for articles; Ctrl-C ends"
    return "waiting for articles, and feedmill is not running: `feedmill up` starts it; Ctrl-C ends"


def describe_places(options: "CommandContext", loaded: "LoadedConfig", *, has_page: bool) -> str:
    """Describe in one line where configuration, data and server are, and the page where one is served."""
    parts = [f"config {loaded.folder}"]
    url = loaded.settings.redis.url
    parts.append(f"Redis {hide_password(url)}" if url else f"data {options.find_data_folder().path}")
    if has_page:
        web = loaded.settings.web
        parts.append(f"page http://{web.host}:{web.port}/")
    return ", ".join(parts)
