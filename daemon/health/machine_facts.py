"""Measures this machine: disk, memory, clock."""

import os
import shutil
import time
from pathlib import Path

from config.load import LoadedConfig
from daemon.command_context import CommandContext
from daemon.health.machine_checks import MachineState


def read_machine_state(options: CommandContext, loaded: LoadedConfig) -> MachineState:
    """Measure clock, disk and memory."""
    workers = loaded.settings.workers
    folder = options.find_data_folder().path
    disk = None
    if not loaded.settings.redis.url and folder.exists():
        disk = shutil.disk_usage(folder)
    return MachineState(
        now_ms=round(time.time() * 1000),
        folder=str(folder),
        free=disk.free if disk else None,
        total=disk.total if disk else None,
        memory=_available(),
        wanted=workers.processes * workers.memory,
    )


def read_process_age_s(pid: int) -> float | None:
    """Return how long a process of this machine has run; None where there is none (proc(5), starttime)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
        uptime_s = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return max(0.0, uptime_s - int(fields.split()[19]) / os.sysconf("SC_CLK_TCK"))


def _available() -> int | None:
    """Return the bytes that can be taken without swapping (proc(5), MemAvailable)."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
