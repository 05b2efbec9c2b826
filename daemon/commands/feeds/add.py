"""`feedmill feeds add`: a feed by its URL, or the feeds of a site."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from config.load import LoadedConfig
    from config.sections.feed_tables import ListedFeed
    from daemon.command_context import CommandContext
    from daemon.feeds.feed_check_result import FeedCheck

MAX_ANSWER_CHARS = 1000
"""Bounds the line that is read as the answer."""


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds add https://news.example/ --tag world")(add)


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed's URL, or that of a site.")],
    source: Annotated[str | None, typer.Option("--source", metavar="S", help="Who publishes it.")] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="T", help="A tag; may be repeated.")
    ] = None,
    interval: Annotated[str | None, typer.Option("--interval", metavar="TIME", help='Such as "30m".')] = None,
    take_all: Annotated[bool, typer.Option("--all", help="Take every feed that is found.")] = False,
    no_look: Annotated[
        bool, typer.Option("--no-look", help="List the URL as it stands, without a request.")
    ] = False,
) -> None:
    """Append a feed to feeds.toml; of a site, find the feeds, show them and ask which to take.

    Without --source a feed gets its title as the name of its source. The answer may be piped in; without
    one, --all takes them all, or name one of them instead of the site.
    """
    from config.sections.feed_tables import read_single_feed
    from daemon.errors import DaemonError, InvalidRequestError
    from daemon.feeds.feed_probe import describe_missing_feed

    options: CommandContext = context.obj
    given = {"source": source, "tags": tags or None, "interval": interval}
    said = {key: value for key, value in given.items() if value is not None}
    schemeless = "://" not in url and not no_look
    if schemeless:
        url = f"https://{url}"
    feed = read_single_feed({"url": url, **said})
    chosen = [feed]
    taken: list[FeedCheck] = []
    if not no_look:
        loaded = options.load_config()
        if any(listed.url == url for listed in loaded.feeds):
            raise InvalidRequestError(f"{url} is on the list already ({loaded.folder / 'feeds.toml'})")
        check, found = _find_feeds(options, loaded, url)
        if schemeless and not found and check.status is None and check.outcome != "gate":
            url = f"http://{url.removeprefix('https://')}"  # nobody answered on https
            check, found = _find_feeds(options, loaded, url)
        if not found:
            raise DaemonError(f"{url}: no feed found: {describe_missing_feed(check)}")
        taken = found if found[0].url == url or take_all else _choose_feeds(found)
        names = [feed.source for feed in loaded.feeds]
        chosen = [read_single_feed({"url": one.url, **_name_source(one, names), **said}) for one in taken]
    path, added = append(options, chosen)
    if chosen and not added:
        raise InvalidRequestError(f"{' '.join(feed.url for feed in chosen)} is on the list already ({path})")
    broken = {one.url: one.detail for one in taken if one.outcome != "ok"}
    for feed in added:
        typer.echo(f"added to {path}: {feed.url}")
        if feed.url in broken:
            typer.echo(f"note: {feed.url} {broken[feed.url]}; polls read as far as it goes", err=True)


def _find_feeds(
    options: "CommandContext", loaded: "LoadedConfig", url: str
) -> "tuple[FeedCheck, list[FeedCheck]]":
    import asyncio

    from daemon.feeds.feed_probe import FeedProbe, make_interval_bounds
    from daemon.feeds.one_off_fetch import find_running_server_url, open_fetcher
    from daemon.terminal.progress import ProgressLine
    from scheduler.sandbox.parser_pool import ParserPool

    async def find(redis_url: str | None) -> Any:
        async with (
            open_fetcher(loaded.settings, redis_url) as fetch,
            ParserPool() as parser_pool,
            progress.refreshed(),
        ):

            async def fetch_counted(address: str) -> Any:
                progress.advance()
                return await fetch(address)

            probe = FeedProbe(fetch_counted, parser_pool, make_interval_bounds(loaded.settings))
            return await probe.find_feeds(url)

    with (
        find_running_server_url(options, loaded) as redis_url,
        ProgressLine("feeds add", "requests") as progress,
    ):
        check, found = asyncio.run(find(redis_url))
    return check, found


def _name_source(feed: "FeedCheck", names: list[str]) -> dict[str, str]:
    """Propose the feed's title as `source`, and add it to the `names` taken; empty where it has none."""
    from daemon.feeds.feed_check_result import propose_source

    name = propose_source(feed.title, feed.url, names)
    if name is None:
        return {}
    names.append(name)
    return {"source": name}


def _choose_feeds(found: "list[FeedCheck]") -> "list[FeedCheck]":
    """Show the feeds and ask which to take: at a terminal, or of a line that is piped in.

    Raises InvalidRequestError where there is no answer.
    """
    from daemon.errors import InvalidRequestError
    from daemon.feeds.feed_probe import describe_feed
    from daemon.terminal.output import format_count, make_text_printable

    for number, one in enumerate(found, start=1):
        typer.echo(make_text_printable(f"{number}  {describe_feed(one)}"))
    question = "take it (y, n)" if len(found) == 1 else "which (numbers, all, none)"
    if sys.stdin.isatty():
        answer = typer.prompt(question, default="y" if len(found) == 1 else "1")
    else:
        answer = sys.stdin.readline(MAX_ANSWER_CHARS)
    words = answer.replace(",", " ").lower().split()
    if not words:
        raise InvalidRequestError(
            f"{format_count(len(found), 'feed')} found: take them with --all, or name one of the URLs above"
        )
    if words == ["all"] or (words in (["y"], ["yes"]) and len(found) == 1):
        return found
    if words in (["none"], ["n"], ["no"]):
        return []
    try:
        return [found[int(word) - 1] for word in words if int(word) > 0]
    except (ValueError, IndexError):
        raise InvalidRequestError(f"{answer}: numbers from 1 to {len(found)}, all, or none") from None


def append(asked: "CommandContext", feeds: "list[ListedFeed]") -> "tuple[Path, list[ListedFeed]]":
    """Add to the list, after it has been found free of mistakes."""
    from daemon.feeds.feeds_file import edit_feeds_file
    from daemon.terminal.progress import ProgressLine

    with (
        edit_feeds_file(asked.load_config().folder) as file,
        ProgressLine(file.path.name, "feeds", len(feeds)) as progress,
    ):
        added = file.add(progress.count_items(feeds))
        if added:
            file.save()
    return file.path, added
