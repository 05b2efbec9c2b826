"""`feedmill tail`: articles as they land in the stream."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.shared_options import Stream

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill tail --from-start --count 10 --json")(tail)


def tail(
    context: typer.Context,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin with the oldest entry that is still there.")
    ] = False,
    count: Annotated[
        int | None, typer.Option("--count", min=1, metavar="N", help="End after N entries.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    no_follow: Annotated[
        bool, typer.Option("--no-follow", help="End when there is nothing more at the moment.")
    ] = False,
    stream: Stream = "",
) -> None:
    """Print the articles of the stream, and go on with those that come, until Ctrl-C."""
    from daemon.articles.stream_and_group_existence import require_stream
    from daemon.articles.stream_reader import follow_stream, format_json, format_text
    from daemon.processes.run_description import describe_wait
    from feedmill._signals import leave_on_signals

    leave_on_signals()
    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        require_stream(server.url, loaded, stream)
        if not no_follow and sys.stdout.isatty():
            typer.echo(describe_wait(options, loaded), err=True)
        entries = follow_stream(
            server,
            loaded.settings.redis.prefix,
            from_start=from_start,
            count=count,
            wait=not no_follow,
            route=stream,
        )
        for entry in entries:
            typer.echo(format_json(entry) if as_json else format_text(entry))
