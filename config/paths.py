"""Finds where the operator's files and feedmill's own data are. The one place that reads the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from config.sections.feed_tables import FEEDS_FILE


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


def find_config_folder(option: Path | None, environ: Mapping[str, str], here: Path) -> Path:
    """Find the config folder: `--config`, FEEDMILL_CONFIG, ./config with a feeds.toml, the user's own."""
    if option is not None:
        return option
    if named := environ.get("FEEDMILL_CONFIG"):
        return Path(named).expanduser()
    if (here / "config" / FEEDS_FILE).is_file():
        return here / "config"
    return find_user_config_folder()


def find_user_config_folder() -> Path:
    """Return the platform's folder for this user's configuration of feedmill."""
    return platformdirs.user_config_path("feedmill", appauthor=False)


def find_data_folder(option: Path | None, environ: Mapping[str, str]) -> Path:
    """Find the data folder: `--data-dir`, FEEDMILL_DATA_DIR, the platform's user data folder."""
    if option is not None:
        return option.absolute()
    if named := environ.get("FEEDMILL_DATA_DIR"):
        return Path(named).expanduser().absolute()
    return platformdirs.user_data_path("feedmill", appauthor=False)
