"""The feed list as the operator writes it: `[[feeds]]` tables of feeds.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.document import Document, near, show
from config.errors import ConfigError, Mistake
from config.kinds import Flag, Kind, Several, Text
from config.units import Duration, UnfitError

FILE = "feeds.toml"
_LONGEST_URL = 2048
FEED_INTERVAL = Duration(0.1, 90 * 86400)
_KINDS: dict[str, Kind] = {
    "source": Text("one line of text, at most 200 characters", r"[^\x00-\x1f\x7f]{1,200}"),
    "tags": Several(
        Text("text without commas or line breaks, at most 64 characters", r"[^\x00-\x1f\x7f,]{1,64}")
    ),
    "interval": FEED_INTERVAL,
    "enabled": Flag(),
}
_KEYS = ["url", *_KINDS]
_URL = "an http or https URL with a host, without user or password, at most 2,048 characters"


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed of feeds.toml."""

    url: str
    source: str
    """Name of who publishes it; the site's name where the operator gives none."""
    tags: tuple[str, ...] = ()
    interval: float | None = None
    """Seconds between polls that the operator asks for."""
    enabled: bool = True


def site_name(url: str) -> str:
    """Name a site by its host, without the parts that only say what kind of server it is."""
    parts = urlsplit(url)
    host = re.sub(r"^(www|feeds?|rss|m)\.(?=.*\.)", "", parts.hostname or "")
    return f"{host}:{parts.port}" if parts.port not in (None, 80, 443) else host


def is_feed_url(value: object) -> bool:
    """Tell whether feedmill could poll this URL."""
    if not isinstance(value, str) or len(value) > _LONGEST_URL or re.search(r"[\s\x00-\x1f]", value):
        return False
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and parts.port != 0
        )
    except ValueError:
        return False


def read_feeds(document: Document, mistakes: list[Mistake]) -> tuple[ListedFeed, ...]:
    """Read all `[[feeds]]` tables; every mistake is added, feeds with mistakes are left out."""
    for key in document.values:
        if key != "feeds":
            found = f"unknown key{near(key, ['feeds'])}"
            mistakes.append(Mistake(document.where(key), key, found, "only [[feeds]] tables in this file"))
    tables = document.values.get("feeds", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        mistakes.append(Mistake(document.where("feeds"), "feeds", f"is {show(tables)}", "[[feeds]] tables"))
        return ()
    feeds: list[ListedFeed] = []
    first_line: dict[str, str] = {}
    for index, table in enumerate(tables):
        feed = _read_feed(document, index, table, mistakes)
        if feed is None:
            continue
        where = document.where("feeds", index, "url")
        if feed.url in first_line:
            found = f"{show(feed.url)} is listed a second time (first at {first_line[feed.url]})"
            mistakes.append(Mistake(where, f"feeds[{index + 1}].url", found, "each URL once"))
            continue
        first_line[feed.url] = where
        feeds.append(feed)
    return tuple(feeds)


def _read_feed(
    document: Document, index: int, table: Mapping[str, Any], mistakes: list[Mistake]
) -> ListedFeed | None:
    before = len(mistakes)

    def wrong(key: str, found: str, allowed: str) -> None:
        mistakes.append(
            Mistake(document.where("feeds", index, key), f"feeds[{index + 1}].{key}", found, allowed)
        )

    for key in table:
        if key not in _KEYS:
            wrong(key, f"unknown key{near(key, _KEYS)}", ", ".join(_KEYS))
    if "url" not in table:
        wrong("url", "is missing", _URL)
    elif not is_feed_url(table["url"]):
        wrong("url", f"is {show(table['url'])}", _URL)
    given: dict[str, Any] = {}
    for key, kind in _KINDS.items():
        if key in table:
            try:
                given[key] = kind.read(table[key])
            except UnfitError:
                wrong(key, f"is {show(table[key])}", kind.allowed)
    if len(mistakes) > before:
        return None
    given.setdefault("source", site_name(table["url"]))
    return ListedFeed(url=table["url"], **given)


def one_feed(table: Mapping[str, Any]) -> ListedFeed:
    """Read one feed that was given on a command line; raises ConfigError with its mistakes."""
    mistakes: list[Mistake] = []
    feed = _read_feed(Document("command line", {}, {}), 0, table, mistakes)
    if feed is None:
        raise ConfigError(
            [Mistake("command line", m.key.split(".")[1], m.found, m.allowed) for m in mistakes]
        )
    return feed
