"""The files that `feedmill init` writes: those that ship with feedmill."""

from importlib.resources import files
from pathlib import Path

from config import load
from config.sections import feed_tables
from daemon.errors import InvalidRequestError


def write_starter(folder: Path) -> list[tuple[Path, bool]]:
    """Copy the shipped files that the folder lacks; answers each path and whether it was written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidRequestError(f"{folder}: {error.strerror}") from error
    written = []
    for name in (feed_tables.FEEDS_FILE, load.SETTINGS_FILE):
        target = folder / name
        new = not target.exists()
        if new:
            target.write_bytes(files("config").joinpath(name).read_bytes())
        written.append((target, new))
    return written
