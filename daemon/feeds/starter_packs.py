"""Reads the starter packs: lists of feeds by topic or language that ship with feedmill, as OPML."""

from dataclasses import dataclass
from importlib.resources import files

from config.sections.feed_tables import ListedFeed
from daemon.errors import InvalidRequestError
from daemon.feeds.opml import read_opml

PREFIX = "pack:"
"""What stands before a pack's name where a file could be named as well."""
_SUFFIX = ".opml"


@dataclass(frozen=True, slots=True)
class StarterPack:
    """A list of feeds that ships with feedmill."""

    name: str
    feeds: tuple[ListedFeed, ...]


def list_starter_packs() -> list[StarterPack]:
    """Return all packs, by name."""
    return [read_starter_pack(name) for name in list_pack_names()]


def list_pack_names() -> list[str]:
    """Return the names of all packs, sorted."""
    names = (file.name for file in files("seeds").iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def read_starter_pack_opml(name: str) -> bytes:
    """Return a pack's OPML document; raises InvalidRequestError for a name that no pack has."""
    names = list_pack_names()
    if name not in names:
        raise InvalidRequestError(f"{name or '(no name)'}: no such pack; there are {', '.join(names)}")
    return files("seeds").joinpath(name + _SUFFIX).read_bytes()


def read_starter_pack(name: str) -> StarterPack:
    """Return a pack; raises InvalidRequestError for a name that no pack has."""
    feeds, _ = read_opml(read_starter_pack_opml(name))
    return StarterPack(name, tuple(feeds))
