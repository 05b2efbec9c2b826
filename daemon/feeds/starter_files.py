"""Writes the two configuration files that an operator begins with: those that ship, or made of packs."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from config import load
from config.parsing.duration_and_size import InvalidValueError
from config.sections import feed_tables
from config.sections.request_settings import CONTACT
from daemon.errors import InvalidRequestError
from daemon.feeds.feeds_file import edit_feeds_file
from daemon.feeds.starter_packs import read_starter_pack

_FIRST_SECTION = "# ──"
"""Begins the line over the first feeds of the shipped list; what stands above it explains the file."""
_CONTACT = '# contact = ""'
"""The line of the shipped settings that a given contact takes the place of."""


def write_starter(
    folder: Path, packs: Sequence[str] | None = None, contact: str = ""
) -> list[tuple[Path, bool]]:
    """Write the files that the folder lacks; return each path and whether it was written.

    The list has the feeds that ship with feedmill or, where packs are named, theirs; an empty sequence makes
    an empty list. Raises InvalidRequestError for an unknown pack, for a contact that cannot be used, and
    where something was asked for that a file of the folder has its own word on.
    """
    feeds = [feed for name in packs or () for feed in read_starter_pack(name).feeds]
    list_path, settings_path = folder / feed_tables.FEEDS_FILE, folder / load.SETTINGS_FILE
    settings = _read_shipped(load.SETTINGS_FILE)
    if contact:
        require_usable_contact(contact)
        settings = settings.replace(_CONTACT, f"contact = {json.dumps(contact, ensure_ascii=False)}", 1)
        if _is_there(settings_path):
            raise InvalidRequestError(f"{settings_path} is there and stays as it is: set contact in it")
    if packs is not None and _is_there(list_path):
        raise InvalidRequestError(
            f"{list_path} is there and stays as it is: add to it with `feedmill feeds add` or `feeds import`"
        )
    shipped = _read_shipped(feed_tables.FEEDS_FILE)
    if packs is not None:
        shipped = shipped.partition(_FIRST_SECTION)[0]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [
            (list_path, _write_missing(list_path, shipped)),
            (settings_path, _write_missing(settings_path, settings)),
        ]
    except OSError as error:
        said = "is a file; name a folder" if folder.is_file() else error.strerror
        raise InvalidRequestError(f"{folder}: {said}") from error
    if feeds:
        with edit_feeds_file(folder) as file:
            file.add(feeds)
            file.save()
    return written


def require_usable_contact(contact: str) -> None:
    """Raise InvalidRequestError for what the setting does not allow."""
    try:
        CONTACT.read(contact)
    except InvalidValueError:
        raise InvalidRequestError(f"contact {contact!r}: give {CONTACT.describe_allowed}") from None


def _read_shipped(name: str) -> str:
    return files("config").joinpath(name).read_text(encoding="utf-8")


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _write_missing(target: Path, text: str) -> bool:
    """Write a file that is not there; return whether it was written. No link is followed."""
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
