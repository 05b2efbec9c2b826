"""What a new feed list changes, and whether feeds.toml has been edited."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from config.document import Document, read_document, shown_path
from config.errors import ConfigError, Mistake
from config.feeds import FILE, ListedFeed, read_feeds

Mark = tuple[int, int, int] | None
"""Inode, time of the last change in ns, and size of a file; None when it is not there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is different in a new list."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    """`URL: what: old → new`, once for each thing that changed."""
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether anything is."""
        return bool(self.added or self.changed or self.removed)


def plan(old: Sequence[ListedFeed], new: Sequence[ListedFeed]) -> Plan:
    """Compare two lists, feed by feed; the order does not count."""
    before, after = {feed.url: feed for feed in old}, {feed.url: feed for feed in new}
    return Plan(
        added=tuple(url for url in after if url not in before),
        changed=tuple(
            _change(url, field.name, before[url], feed)
            for url, feed in after.items()
            if url in before
            for field in fields(ListedFeed)
            if getattr(before[url], field.name) != getattr(feed, field.name)
        ),
        removed=tuple(url for url in before if url not in after),
    )


def mark_of(folder: Path) -> Mark:
    """Look at feeds.toml: the same mark means the same file. Symbolic links are followed."""
    try:
        status = (folder / FILE).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_list(folder: Path) -> tuple[ListedFeed, ...]:
    """Read feeds.toml by itself; raises ConfigError with all its mistakes.

    A file that is gone or empty is a mistake here: that is what an editor leaves for a moment, and no way to
    end all feeds.
    """
    path = folder / FILE
    mistakes: list[Mistake] = []
    feeds: tuple[ListedFeed, ...] = ()
    if not path.is_file():
        mistakes.append(Mistake(shown_path(path), "", "is not there", "a file with [[feeds]] tables"))
    else:
        document: Document = read_document(path, mistakes)
        feeds = read_feeds(document, mistakes)
        if not feeds and not mistakes:
            allowed = "at least one [[feeds]] table; enabled = false keeps one without polling it"
            mistakes.append(Mistake(shown_path(path), "feeds", "lists no feed", allowed))
    if mistakes:
        raise ConfigError(mistakes)
    return feeds


def _change(url: str, name: str, old: ListedFeed, new: ListedFeed) -> str:
    return f"{url}: {name}: {_show(getattr(old, name))} → {_show(getattr(new, name))}"


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
