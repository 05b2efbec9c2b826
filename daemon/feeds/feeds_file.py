"""Edits feeds.toml in place: the operator's comments, order and spacing stay."""

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from config.file_change_detection import read_list_mark
from config.parsing.duration_and_size import format_duration
from config.sections.feed_tables import FEEDS_FILE, ListedFeed, site_name
from daemon.errors import InvalidRequestError, ListChangedError, ListKeptError
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._signals import signals_blocked


class FeedsFile:
    """The feed list of one config folder; `save` writes it whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FEEDS_FILE
        text = self.path.read_text(encoding="utf-8-sig") if self.path.is_file() else ""
        self._document = tomlkit.parse(text)
        if not isinstance(self._document.get("feeds", tomlkit.aot()), AoT):
            raise InvalidRequestError(f"{self.path}: write the feeds as [[feeds]] tables to have them edited")

    @property
    def _feeds(self) -> AoT:
        if "feeds" not in self._document:
            self._document.append("feeds", tomlkit.aot())
        found = self._document["feeds"]
        assert isinstance(found, AoT)
        return found

    @property
    def urls(self) -> list[str]:
        """All URLs on the list, in its order."""
        return [str(table["url"]) for table in self._document.get("feeds", [])]

    def add(self, feeds: Iterable[ListedFeed]) -> list[ListedFeed]:
        """Append feeds that are not on the list yet, each URL once; return which those were."""
        here = set(self.urls)
        new = []
        for feed in feeds:
            if feed.url not in here:
                here.add(feed.url)
                new.append(feed)
                self._feeds.append(_table(feed))
        return new

    def remove(self, url: str) -> bool:
        """Take a feed off the list; False when it is not there."""
        if url not in self.urls:
            return False
        del self._feeds[self.urls.index(url)]
        return True

    def set_keys(self, url: str, given: Mapping[str, Any], *, replace: bool) -> dict[str, Any]:
        """Change a feed's table, None takes a key out; returns the table as it is then.

        With `replace` all keys go that are not given.
        """
        table = self._feeds[self.urls.index(url)]
        gone = [key for key in table if replace and key != "url" and key not in given]
        for key in (*gone, *(key for key, value in given.items() if value is None and key in table)):
            table.remove(key)
        body, after = table.value.body, []
        while body and body[-1][0] is None:  # comments behind the last key are about the next table
            after.append(body.pop())
        for key, value in given.items():
            if value is not None and table.get(key) != value:
                table[key] = _write_inline(value)
        body.extend(reversed(after))
        values: dict[str, Any] = table.unwrap()
        return values

    def save(self) -> None:
        """Write the file; a reader sees the old one or the new one. Raises ListKeptError."""
        try:
            self._save()
        except OSError as error:
            raise ListKeptError(self.path, error.strerror or str(error)) from error

    def _save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o644
        text = tomlkit.dumps(self._document).lstrip("\n")
        with signals_blocked():  # a signal now would leave the part behind
            descriptor, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{FEEDS_FILE}.")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(part, mode)  # noqa: PTH101  (a name, not a Path)
            Path(part).replace(self.path)


def find_listed_url(folder: Path, feed_id: str) -> str | None:
    """Find a feed's URL on the list by its id; None where it is not there, or the list cannot be read."""
    try:
        urls = FeedsFile(folder).urls
    except (OSError, UnicodeDecodeError, TOMLKitError, KeyError, TypeError, InvalidRequestError):
        return None
    return next((url for url in urls if name_feed(url) == feed_id), None)


@contextmanager
def edit_feeds_file(folder: Path, if_file: str | None = None) -> Iterator[FeedsFile]:
    """Open a folder's list for a change, one at a time; raises ListChangedError where it is not `if_file`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ListKeptError(folder / FEEDS_FILE, error.strerror or str(error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if if_file is not None and if_file != read_list_mark(folder):
            raise ListChangedError(folder / FEEDS_FILE)
        yield FeedsFile(folder)
    finally:
        os.close(descriptor)


def _write_inline(value: Any) -> Any:
    """Write a value on one line; tomlkit would write a list of tables as tables of their own."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, part in value.items():
            table.append(key, _write_inline(part))
        return table
    if isinstance(value, list):
        items = tomlkit.array()
        for part in value:
            items.append(_write_inline(part))
        return items
    return value


def _table(feed: ListedFeed) -> Table:
    table = tomlkit.table()
    table.trivia.indent = "\n"
    table.add("url", feed.url)
    if feed.source != site_name(feed.url):
        table.add("source", feed.source)
    if feed.tags:
        table.add("tags", list(feed.tags))
    if feed.interval is not None:
        table.add("interval", format_duration(feed.interval))
    if not feed.enabled:
        table.add("enabled", value=False)
    return table
