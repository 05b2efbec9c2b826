"""`feedmill feeds dropped`: list the entries that gave no article."""

from typing import TYPE_CHECKING

import typer

from daemon.commands.shared_options import FeedNames, Json

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds dropped https://news.example/feed.xml")(dropped)


def dropped(context: typer.Context, feeds: FeedNames, as_json: Json = False) -> None:
    """List the last entries of feeds that gave no article, 50 a feed, the latest first."""
    from daemon.feeds.immediate_polls import FeedPolls
    from daemon.terminal.json_moments import format_moment
    from daemon.terminal.output import print_json, print_table
    from feedmill._ledger.core.ledger_connections import connect_blocking
    from web.rendering.durations import format_span

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        polls = FeedPolls(client, loaded.settings.redis.prefix)
        found = [(feed, entry) for feed in polls.find_feeds(feeds) for entry in polls.list_dropped(feed)]
        seconds, micros = client.time()
    if as_json:
        print_json(
            {
                "dropped": [
                    {"feed": feed.url, "source": feed.source, "id": entry.id, "reason": entry.reason,
                     "title": entry.title, "dropped_at": format_moment(entry.dropped_at)}
                    for feed, entry in found
                ]
            }
        )  # fmt: skip
        return
    now = seconds * 1000 + micros // 1000
    rows = [
        (f"{format_span(now - entry.dropped_at)} ago", feed.source, entry.reason, entry.title or entry.id)
        for feed, entry in found
    ]
    if rows:
        print_table(("dropped", "source", "reason", "title"), rows)
    else:
        typer.echo("none: every entry that came of these feeds gave an article, or still may")
