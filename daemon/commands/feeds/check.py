"""`feedmill feeds check`: poll once, change nothing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.commands.name_completion import complete_feed

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from daemon.command_context import CommandContext
    from daemon.feeds.feed_check_result import FeedCheck

_PARALLEL_CHECKS = 8
"""Feeds that are checked at the same time; more would not gain much, as sites keep their gaps."""


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds check https://news.example/feed.xml")(check)


def check(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[URL|all]...", help="Else every feed of the list.", autocompletion=complete_feed
        ),
    ] = None,
    filters: Annotated[
        bool, typer.Option("--filters", help="Say which of its entries a listed feed's filters let pass.")
    ] = False,
    find: Annotated[
        bool, typer.Option("--find", help="Of one page, check the feeds that it leads to as well.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Poll feeds once and say what came back and what feedmill would do; exit 1 when one fails.

    Nothing is stored: no entry, no validator. One URL gets a full report, several a table.
    """
    import asyncio

    from config.sections.feed_tables import read_single_feed
    from daemon.errors import InvalidRequestError
    from daemon.feeds.one_off_fetch import find_running_server_url
    from daemon.terminal.output import make_text_printable, print_json, print_table

    options: CommandContext = context.obj
    loaded = options.load_config()
    if urls and urls != ["all"]:
        wanted = [read_single_feed({"url": url}).url for url in urls]
    else:
        wanted = [feed.url for feed in options.load_config_with_feeds().feeds if feed.enabled]
    listed = {feed.url: feed.filters for feed in options.load_config_with_feeds().feeds} if filters else {}
    if find and len(wanted) != 1:
        raise InvalidRequestError("--find takes one URL")
    with find_running_server_url(options, loaded) as redis_url:
        if find:
            names = [feed.source for feed in loaded.feeds]
            checks = asyncio.run(_find_all(wanted[0], loaded, redis_url, names))
        else:
            checks = asyncio.run(_check_all(wanted, loaded, redis_url, listed))
    if as_json:
        print_json(checks)
    elif filters:
        typer.echo("\n".join(make_text_printable(_show_filtering(one)) for one in checks))
    elif len(checks) == 1:
        typer.echo(make_text_printable(_at_length(checks[0])))
    else:
        columns = ("outcome", "entries", "newest", "title", "feed")
        print_table(columns, [_row(one) for one in checks])
    is_well = any if find else all
    raise typer.Exit(0 if is_well(one.outcome == "ok" for one in checks) else 1)


async def _find_all(
    url: str, loaded: "LoadedConfig", redis_url: str | None, names: list[str]
) -> "list[FeedCheck]":
    """Check an address, and where it is a page the feeds that it leads to; each with its proposed source."""
    from dataclasses import replace

    from daemon.feeds.feed_check_result import propose_source
    from daemon.feeds.feed_probe import FeedProbe, make_interval_bounds
    from daemon.feeds.one_off_fetch import open_fetcher
    from scheduler.sandbox.parser_pool import ParserPool

    async with open_fetcher(loaded.settings, redis_url) as fetch, ParserPool() as parser_pool:
        probe = FeedProbe(fetch, parser_pool, make_interval_bounds(loaded.settings))
        check, found = await probe.find_feeds(url)
    feeds = [replace(one, source=propose_source(one.title, one.url, names) or "") for one in found]
    return feeds if feeds and feeds[0].url == check.url else [check, *feeds]


async def _check_all(
    urls: list[str], loaded: "LoadedConfig", redis_url: str | None, filters: dict[str, str]
) -> "list[FeedCheck]":
    """Check several at once; the requests to one site keep apart."""
    import asyncio

    from daemon.feeds.feed_probe import FeedProbe, make_interval_bounds
    from daemon.feeds.one_off_fetch import open_fetcher
    from daemon.terminal.progress import ProgressLine
    from scheduler.sandbox.parser_pool import ParserPool

    slots = asyncio.Semaphore(_PARALLEL_CHECKS)
    async with open_fetcher(loaded.settings, redis_url) as fetch, ParserPool() as parser_pool:
        probe = FeedProbe(fetch, parser_pool, make_interval_bounds(loaded.settings))

        with ProgressLine("feeds check", "feeds", len(urls)) as progress:

            async def one(url: str) -> "FeedCheck":
                async with slots:
                    checked, _ = await probe.check_feed(url, filters.get(url, ""))
                progress.advance()
                return checked

            async with progress.refreshed():
                return await asyncio.gather(*(one(url) for url in urls))


def _row(one: "FeedCheck") -> list[Any]:
    newest = one.newest.isoformat() if one.newest else ""
    return [one.outcome, one.entries or "", newest, one.title, one.url]


def _show_filtering(one: "FeedCheck") -> str:
    """List the entries of one feed, each under what its filters do with it."""
    from feedmill._operator_rules.filter_rule_types import format_filters

    said = [f"{one.url}: {one.outcome}", *format_filters(one.filters)]
    said += [
        f"  {'filtered' if entry.is_filtered else 'passes  '}  {entry.title}" for entry in one.sorted_entries
    ]
    passing = sum(not entry.is_filtered for entry in one.sorted_entries)
    return "\n".join([*said, f"  {passing} of {len(one.sorted_entries)} entries pass"])


def _at_length(one: "FeedCheck") -> str:
    from daemon.feeds.feed_probe import describe_feed
    from daemon.terminal.request_remedies import find_remedy
    from web.rendering.durations import format_span
    from web.rendering.poll_reasons import explain_poll_reason

    status = f" (HTTP {one.status})" if one.status else ""
    detail = f": {one.detail}" if one.detail else ""
    said = [f"outcome    {one.outcome}{status}{detail}"]
    if remedy := find_remedy(one.outcome, one.detail, one.url):
        said.append(f"to do      {remedy}")
    if one.moved:
        said.append(f"redirects  {one.moved}")
    if one.form or one.entries:
        said.append(describe_feed(one))
        said.append(f"full text  in {one.full_text} of {one.entries} entries")
        said.append(f"validators {', '.join(one.validators) or 'none'}")
    if one.next_s is not None:
        reason = explain_poll_reason(one.next_reason)
        said.append(f"next poll  in {format_span(one.next_s * 1000)}, because of {reason}")
    said += [f"note       {note}" for note in one.notes]
    return "\n".join(said)
