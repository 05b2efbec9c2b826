"""Finds the folders of the operator's configuration and of feedmill's own data."""

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from config.sections.feed_tables import FEEDS_FILE


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
