"""Completes names for a shell: feeds, sources, tags, sites, groups, streams, packs and topics."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.sections.feed_tables import ListedFeed
    from daemon.command_context import CommandContext

_ANSWER_S = 1.0
"""Seconds for which a shell may wait for a server while it completes a word."""
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
    from feedmill._ledger.identity.registrable_domain import find_site

    names = (name for feed in _read_feeds(context) for name in (feed.url, find_site(feed.url)))
    return _choose(("all", *names), incomplete)


def complete_site(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the site of a listed feed."""
    from feedmill._ledger.identity.registrable_domain import find_site

    return _choose((find_site(feed.url) for feed in _read_feeds(context)), incomplete)


def complete_group(context: typer.Context, incomplete: str) -> list[str]:
    """Complete a consumer group of a server that runs; none is started for it."""
    from config.errors import ConfigError
    from daemon.errors import InvalidRequestError

    options = _read_options(context)
    try:
        loaded = options.load_config()
        url = options.find_running_url(loaded)
        names = _list_groups(url, loaded.settings.redis.prefix) if url else ()
    except (ConfigError, InvalidRequestError, OSError):
        return []
    return _choose(names, incomplete)


def complete_stream(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the stream of a route."""
    from config.errors import ConfigError
    from daemon.errors import InvalidRequestError

    try:
        routes = _read_options(context).load_config().settings.routes
    except (ConfigError, InvalidRequestError, OSError):
        return []
    return _choose((route.stream for route in routes), incomplete)


def complete_pack(incomplete: str) -> list[str]:
    """Complete the name of a starter pack."""
    from daemon.feeds.starter_packs import list_pack_names

    return _choose(tuple(list_pack_names()), incomplete)


def complete_topic(incomplete: str) -> list[str]:
    """Complete the name of a page of the documentation."""
    from daemon.terminal.documentation_pages import list_documentation_pages

    return _choose(tuple(page.topic for page in list_documentation_pages()), incomplete)


def _list_groups(url: str, prefix: str) -> "tuple[str, ...]":
    """List the groups of all streams; none where the server does not answer."""
    from redis.exceptions import RedisError

    from feedmill._redis.clients import make_client
    from feedmill.groups import group_states

    try:
        with make_client(url, socket_timeout=_ANSWER_S, socket_connect_timeout=_ANSWER_S) as client:
            return tuple(one.group for one in group_states(client, prefix))
    except RedisError:
        return ()


def _read_options(context: typer.Context) -> "CommandContext":
    """Read the global options of the line that is completed."""
    from daemon.command_context import CommandContext

    given = context.find_root().params
    return CommandContext(config=given.get("config_folder"), data=given.get("data_dir"))


def _read_feeds(context: typer.Context) -> "tuple[ListedFeed, ...]":
    """Read the feed list that the line's global options name; a shell shows no mistakes of it."""
    from config.errors import ConfigError
    from daemon.errors import InvalidRequestError

    try:
        return _read_options(context).load_config().feeds
    except (ConfigError, InvalidRequestError, OSError):
        return ()


def _choose(names: "Iterator[str] | tuple[str, ...]", incomplete: str) -> list[str]:
    """Choose the names that begin with the word."""
    return sorted({name for name in names if name.startswith(incomplete)})[:_MAX_SHOWN_NAMES]
