"""Compares a new feed list with the one before, and detects edits of feeds.toml."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from config.errors import ConfigError, ConfigProblem
from config.parsing.document import TomlDocument, display_path, read_document
from config.sections.feed_tables import FEEDS_FILE, ListedFeed, read_feeds
from feedmill._operator_rules.filter_rule_types import format_filters

FileSignature = tuple[int, int, int] | None
"""Inode, time of the last change in ns, and size of a file; None when it is not there."""


@dataclass(frozen=True, slots=True)
class FeedListDiff:
    """What is different in a new list."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    """`URL: what: old → new`, once for each thing that changed."""
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Return whether anything is."""
        return bool(self.added or self.changed or self.removed)


def diff_feed_lists(old: Sequence[ListedFeed], new: Sequence[ListedFeed]) -> FeedListDiff:
    """Compare two lists, feed by feed; the order does not count."""
    before, after = {feed.url: feed for feed in old}, {feed.url: feed for feed in new}
    return FeedListDiff(
        added=tuple(url for url in after if url not in before),
        changed=tuple(
            _describe_change(url, field.name, before[url], feed)
            for url, feed in after.items()
            if url in before
            for field in fields(ListedFeed)
            if getattr(before[url], field.name) != getattr(feed, field.name)
        ),
        removed=tuple(url for url in before if url not in after),
    )


def read_file_signature(folder: Path, name: str = FEEDS_FILE) -> FileSignature:
    """Read what a file is known by: the same signature means the same file. Symbolic links are followed."""
    try:
        status = (folder / name).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


class EditWatch:
    """Notices edits of a file: two looks in a row must see the same, so that none is read half written."""

    def __init__(self, folder: Path, name: str = FEEDS_FILE) -> None:
        self._folder, self._name = folder, name
        self._read = self._last = read_file_signature(folder, name)

    def is_edited(self, *, or_gone: bool = False) -> bool:
        """Return whether the file has changed since this was last true; a file that is gone only if asked."""
        before, self._last = self._last, read_file_signature(self._folder, self._name)
        if self._last == self._read or self._last != before or (self._last is None and not or_gone):
            return False
        self._read = self._last
        return True


def read_list_mark(folder: Path) -> str:
    """Return the signature of feeds.toml as one word; `none` where it is not there."""
    signature = read_file_signature(folder)
    return "none" if signature is None else "-".join(f"{number:x}" for number in signature)


def read_feed_list(folder: Path) -> tuple[ListedFeed, ...]:
    """Read feeds.toml by itself; raises ConfigError with all its mistakes.

    A file that is gone or empty is a mistake here: that is what an editor leaves for a moment, and no way to
    end all feeds.
    """
    path = folder / FEEDS_FILE
    problems: list[ConfigProblem] = []
    feeds: tuple[ListedFeed, ...] = ()
    if not path.is_file():
        problems.append(ConfigProblem(display_path(path), "", "is not there", "a file with [[feeds]] tables"))
    else:
        document: TomlDocument = read_document(path, problems)
        feeds = read_feeds(document, problems)
        if not feeds and not problems:
            allowed = "at least one [[feeds]] table; enabled = false keeps one without polling it"
            problems.append(ConfigProblem(display_path(path), "feeds", "lists no feed", allowed))
    if problems:
        raise ConfigError(problems)
    return feeds


def _describe_change(url: str, name: str, old: ListedFeed, new: ListedFeed) -> str:
    before, after = (_format_value(name, getattr(feed, name)) for feed in (old, new))
    return f"{url}: {name}: {before} → {after}"


def _format_value(name: str, value: object) -> str:
    if name == "filters":
        return "; ".join(format_filters(str(value))) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
