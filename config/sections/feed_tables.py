"""Reads the feed list as the operator writes it: `[[feeds]]` tables of feeds.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from config.errors import COMMAND_LINE, ConfigError, ConfigProblem
from config.parsing.document import TomlDocument, display_path, format_toml_value, read_document, suggest_word
from config.parsing.duration_and_size import DurationKind, InvalidValueError
from config.parsing.value_kinds import BooleanKind, ChoiceKind, ListKind, TextKind, ValueKind
from config.sections import entry_filter_tables

FEEDS_FILE = "feeds.toml"
_MAX_URL_CHARS = 2048
"""Characters of a feed's URL: as many as a request may have."""
FEED_INTERVAL = DurationKind(0.1, 90 * 86400)
_KINDS: dict[str, ValueKind] = {
    "source": TextKind("one line of text, at most 200 characters", r"[^\x00-\x1f\x7f]{1,200}"),
    "tags": ListKind(
        TextKind("text without commas or line breaks, at most 64 characters", r"[^\x00-\x1f\x7f,]{1,64}")
    ),
    "interval": FEED_INTERVAL,
    "enabled": BooleanKind(),
    "text": ChoiceKind(("auto", "page", "feed")),
}
_KEYS = ["url", *_KINDS, *entry_filter_tables.KEYS]
_PASSWORD = re.compile(r"^(\s*[a-z]{1,20}://)[^/?#\s]*@", re.IGNORECASE)
"""What stands before a host in a URL: a user, mostly with a password."""
_URL = "an http or https URL with a host, without user or password, at most 2,048 characters"


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed of feeds.toml."""

    url: str
    source: str
    """Name of its publisher; the site's name where the operator gives none."""
    tags: tuple[str, ...] = ()
    interval: float | None = None
    """Seconds between polls that the operator asks for."""
    enabled: bool = True
    text: Literal["auto", "page", "feed"] = "auto"
    """Whose words its articles have: `page` alone, `feed` alone, or the feed's where a page gives none."""
    filters: str = ""
    """Which of its entries become pages, as the ledger stores it; "" for all."""


def site_name(url: str) -> str:
    """Name a site by its host, without the parts that only name the kind of server."""
    parts = urlsplit(url)
    host = re.sub(r"^(www|feeds?|rss|m)\.(?=.*\.)", "", parts.hostname or "")
    return f"{host}:{parts.port}" if parts.port not in (None, 80, 443) else host


def is_feed_url(value: object) -> bool:
    """Return whether feedmill could poll this URL."""
    if not isinstance(value, str) or len(value) > _MAX_URL_CHARS or re.search(r"[\s\x00-\x1f]", value):
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


def read_feeds(document: TomlDocument, problems: list[ConfigProblem]) -> tuple[ListedFeed, ...]:
    """Read all `[[feeds]]` tables; every mistake is added, feeds with mistakes are left out."""
    for key in document.values:
        if key != "feeds":
            found = f"unknown key{suggest_word(key, ['feeds'])}"
            allowed = "only [[feeds]] tables in this file; settings stand in feedmill.toml"
            problems.append(ConfigProblem(document.locate_key(key), key, found, allowed))
    tables = document.values.get("feeds", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(
            ConfigProblem(
                document.locate_key("feeds"), "feeds", f"is {format_toml_value(tables)}", "[[feeds]] tables"
            )
        )
        return ()
    feeds: list[ListedFeed] = []
    first_line: dict[str, str] = {}
    for index, table in enumerate(tables):
        feed = _read_feed(document, index, table, problems)
        if feed is None:
            continue
        where = document.locate_key("feeds", index, "url")
        if feed.url in first_line:
            found = f"{format_toml_value(feed.url)} is listed a second time (first at {first_line[feed.url]})"
            problems.append(ConfigProblem(where, f"feeds[{index + 1}].url", found, "each URL once"))
            continue
        first_line[feed.url] = where
        feeds.append(feed)
    return tuple(feeds)


def _read_feed(
    document: TomlDocument, index: int, table: Mapping[str, Any], problems: list[ConfigProblem]
) -> ListedFeed | None:
    before = len(problems)

    def wrong(key: str, found: str, allowed: str) -> None:
        problems.append(
            ConfigProblem(
                document.locate_key("feeds", index, key.partition("[")[0]),
                f"feeds[{index + 1}].{key}",
                found,
                allowed,
            )
        )

    for key in table:
        if key not in _KEYS:
            wrong(key, f"unknown key{suggest_word(key, _KEYS)}", ", ".join(_KEYS))
    if "url" not in table:
        wrong("url", "is missing", _URL)
    elif not is_feed_url(table["url"]):
        wrong("url", *_describe_wrong_url(table["url"]))
    given: dict[str, Any] = {}
    for key, kind in _KINDS.items():
        if key in table:
            try:
                given[key] = kind.read(table[key])
            except InvalidValueError:
                wrong(key, f"is {format_toml_value(table[key])}", kind.describe_allowed)
    given["filters"] = entry_filter_tables.read_entry_filters(table, wrong)
    if len(problems) > before:
        return None
    given.setdefault("source", site_name(table["url"]))
    return ListedFeed(url=table["url"], **given)


def _describe_wrong_url(url: object) -> tuple[str, str]:
    """Describe a URL that cannot be a feed's, and what is allowed; a password in it is not shown."""
    host = _PASSWORD.sub(r"\1***@", url) if isinstance(url, str) else url
    if host != url:
        return (
            f"is {format_toml_value(host)}",
            f"{_URL}; these stand under [[sites]] (feedmill help how-to-login)",
        )
    return f"is {format_toml_value(url)}", _URL


def read_single_feed(table: Mapping[str, Any]) -> ListedFeed:
    """Read one feed that was given on a command line; raises ConfigError with its mistakes."""
    problems: list[ConfigProblem] = []
    feed = _read_feed(TomlDocument(COMMAND_LINE, {}, {}), 0, table, problems)
    if feed is None:
        raise ConfigError(
            [ConfigProblem(COMMAND_LINE, m.key.partition(".")[2], m.found, m.allowed) for m in problems]
        )
    return feed


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
