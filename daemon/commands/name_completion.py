"""Completes feeds, sources, tags and sites of the feed list, and starter packs, for a shell."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.sections.feed_tables import ListedFeed

_MAX_SHOWN_NAMES = 200
"""Names that are offered: a shell asks before it lists more."""


def complete_feed(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the URL of a listed feed."""
    return _choose((feed.url for feed in _read_feeds(context)), incomplete)


def complete_source(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the source of a listed feed."""
    return _choose((feed.source for feed in _read_feeds(context)), incomplete)


def complete_tag(context: typer.Context, incomplete: str) -> list[str]:
    """Complete a tag of the feed list."""
    return _choose((tag for feed in _read_feeds(context) for tag in feed.tags), incomplete)


def complete_feed_or_source(context: typer.Context, incomplete: str) -> list[str]:
    """Complete what names listed feeds: a URL, a source, or `all`."""
    names = (name for feed in _read_feeds(context) for name in (feed.url, feed.source))
    return _choose(("all", *names), incomplete)


def complete_feed_or_site(context: typer.Context, incomplete: str) -> list[str]:
    """Complete what can be paused: a feed's URL, its site, or `all`."""
    from feedmill._ledger.identity.url_normalization import find_site

    names = (name for feed in _read_feeds(context) for name in (feed.url, find_site(feed.url)))
    return _choose(("all", *names), incomplete)


def complete_pack(incomplete: str) -> list[str]:
    """Complete the name of a starter pack."""
    from daemon.feeds.starter_packs import list_pack_names

    return _choose(tuple(list_pack_names()), incomplete)


def complete_topic(incomplete: str) -> list[str]:
    """Complete the name of a page of the documentation."""
    from daemon.terminal.manual import list_manual_pages

    return _choose(tuple(page.topic for page in list_manual_pages()), incomplete)


def _read_feeds(context: typer.Context) -> "tuple[ListedFeed, ...]":
    """Read the feed list that the line's global options name; a shell shows no mistakes of it."""
    from config.errors import ConfigError
    from daemon.errors import InvalidRequestError
    from daemon.global_options import GlobalOptions

    given = context.find_root().params
    options = GlobalOptions(config=given.get("config_folder"), data=given.get("data_dir"))
    try:
        return options.load_config().feeds
    except (ConfigError, InvalidRequestError, OSError):
        return ()


def _choose(names: "Iterator[str] | tuple[str, ...]", incomplete: str) -> list[str]:
    """Choose the names that begin with the word."""
    return sorted({name for name in names if name.startswith(incomplete)})[:_MAX_SHOWN_NAMES]
