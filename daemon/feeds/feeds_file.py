"""Edits feeds.toml in place: the operator's comments, order and spacing stay."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import tomlkit
from tomlkit.items import AoT, Table

from config.parsing.duration_and_size import format_duration
from config.sections.feed_tables import FEEDS_FILE, ListedFeed, site_name
from daemon.errors import InvalidRequestError
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

    def add(self, feeds: Sequence[ListedFeed]) -> list[ListedFeed]:
        """Append feeds that are not on the list yet; answers which those were."""
        here = set(self.urls)
        new = [feed for feed in feeds if feed.url not in here]
        for feed in new:
            self._feeds.append(_table(feed))
        return new

    def remove(self, url: str) -> bool:
        """Take a feed off the list; False when it is not there."""
        if url not in self.urls:
            return False
        del self._feeds[self.urls.index(url)]
        return True

    def save(self) -> None:
        """Write the file; a reader sees the old one or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o644
        text = tomlkit.dumps(self._document).lstrip("\n")
        with signals_blocked():  # a signal now would leave the part behind
            descriptor, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{FEEDS_FILE}.")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(part, mode)  # noqa: PTH101  (a name, not a Path)
            Path(part).replace(self.path)


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
