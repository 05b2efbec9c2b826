"""Proposes names for the sources of feeds that are put on the list: their own titles, kept apart. Pure."""

from collections.abc import Collection
from urllib.parse import urlsplit

MAX_NAME_CHARS = 200
"""As many as `source` may have in feeds.toml."""
MAX_TITLE_CHARS = 80
"""Titles beyond it are slogans rather than names; they are cut at a word."""


def propose_source(title: str, url: str, taken: Collection[str]) -> str | None:
    """Return a feed's title as one line, with its host where the name is taken; None without one."""
    name = " ".join("".join(char if char.isprintable() else " " for char in title).split())
    if len(name) > MAX_TITLE_CHARS:
        name = name[: MAX_TITLE_CHARS + 1].rpartition(" ")[0] or name[:MAX_TITLE_CHARS]
    if name and name in taken:
        name = f"{name} ({urlsplit(url).hostname})"
    return name[:MAX_NAME_CHARS] or None
