"""`feedmill replay`: prints again what the stream still holds; no group is set back."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.shared_options import (
    Events,
    Feeds,
    Firsts,
    Langs,
    Sources,
    Stream,
    Tags,
    TextFrom,
    make_filter_options,
)

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill replay --from-time 2026-11-23 --source Example --json")(replay)


def replay(
    context: typer.Context,
    from_time: Annotated[
        str | None, typer.Option("--from-time", metavar="TIME", help="Begin there: RFC 3339, or a day (UTC).")
    ] = None,
    from_id: Annotated[
        str | None, typer.Option("--from-id", metavar="ID", help="Begin with this entry of the stream.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="End before this time.")
    ] = None,
    stream: Stream = "",
    sources: Sources = None,
    tags: Tags = None,
    langs: Langs = None,
    feeds: Feeds = None,
    events: Events = None,
    text_from: TextFrom = None,
    firsts: Firsts = False,
    count: Annotated[
        int | None, typer.Option("--count", min=1, metavar="N", help="End after N articles.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print articles that the stream still holds, oldest first; no group is disturbed."""
    from itertools import islice

    from daemon.articles.stream_and_group_existence import require_stream
    from daemon.articles.stream_reader import StreamEntry, format_json, format_text
    from daemon.terminal.progress import ProgressLine
    from feedmill.stream_replay import replay as again

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        require_stream(server.url, loaded, stream)
        found = again(
            server.url,
            from_time=from_time,
            from_id=from_id,
            until=until,
            stream=stream,
            prefix=loaded.settings.redis.prefix,
            **make_filter_options(sources, tags, langs, feeds, events, text_from, firsts=firsts),
        )
        with ProgressLine("replay", "articles", count, beside_output=True) as progress:
            for event in islice(found, count):
                entry = StreamEntry(event.entry, dict(event.fields))
                typer.echo(format_json(entry) if as_json else format_text(entry))
                progress.advance()
