"""Reads and changes the environment of the process, for all others: no other module does."""

import os
from collections.abc import Mapping
from pathlib import Path


def read_environment() -> Mapping[str, str]:
    """Return the process's environment; no other module reads it."""
    return os.environ


def export_metrics_folder(folder: Path) -> None:
    """Name the folder of metrics where prometheus_client looks for it."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def pop_notify_socket() -> str:
    """Return systemd's socket, once: children are not meant (sd_notify(3)). Empty where there is none."""
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):  # it is told oftener than any watchdog of ours looks
        os.environ.pop(name, None)
    return os.environ.pop("NOTIFY_SOCKET", "")
