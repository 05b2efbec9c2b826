"""`feedmill consume`: a command on every article, as one consumer of a group."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_group
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
    from feedmill import Consumer
    from feedmill._group.consumer_options import ConsumerOptions


AHEAD = 16
"""Articles that are fetched at a time: bounds what goes back when the command ends."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(
        epilog="Example: feedmill consume --group archive -- sh -c 'jq -c .article >> articles.jsonl'"
    )(consume)


def consume(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(metavar="CMD…", help="What to run; it stands after `--`.")],
    group: Annotated[
        str,
        typer.Option(
            "--group",
            metavar="G",
            help="The group; made when it is missing.",
            autocompletion=complete_group,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="This consumer's own name, to come back under."),
    ] = None,
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar="WHERE", help="Where a new group begins: beginning, end, an id, a time."
        ),
    ] = "beginning",
    lines: Annotated[
        int,
        typer.Option("--lines", min=1, metavar="N", help="Give one process up to N articles, a line each."),
    ] = 1,
    answers: Annotated[
        bool,
        typer.Option("--answers", help="Run one process for all; it answers each line, `ok` or an error."),
    ] = False,
    timeout: Annotated[
        float | None, typer.Option("--timeout", min=0.1, metavar="S", help="Seconds that a process may take.")
    ] = None,
    deliveries: Annotated[
        int, typer.Option("--deliveries", min=1, metavar="N", help="Failed ones that make a dead letter.")
    ] = 5,
    claim_after: Annotated[
        float,
        typer.Option("--claim-after", min=0.1, metavar="S", help="Seconds until the dead are claimed from."),
    ] = 60.0,
    stream: Stream = "",
    sources: Sources = None,
    tags: Tags = None,
    langs: Langs = None,
    feeds: Feeds = None,
    events: Events = None,
    text_from: TextFrom = None,
    firsts: Firsts = False,
    count: Annotated[int, typer.Option("--count", min=0, metavar="N", help="End after N articles.")] = 0,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="End when there is nothing more at the moment.")
    ] = False,
) -> None:
    """Run a command on every article: JSON on its standard input, and exit status 0 acknowledges.

    Another status gives the article back; it comes again after a while. See feedmill help consuming.
    """
    from daemon.articles.consumer_command import end_on_signals, find_command
    from daemon.articles.stream_and_group_existence import require_stream
    from daemon.errors import InvalidRequestError
    from daemon.processes.run_description import describe_wait
    from feedmill import Consumer

    global_options: CommandContext = context.obj
    words = find_command(command)
    if answers and lines > 1:
        raise InvalidRequestError("--answers gives one line at a time; leave --lines out")
    loaded = global_options.load_config()
    options: ConsumerOptions = {
        **make_filter_options(sources, tags, langs, feeds, events, text_from, firsts=firsts),
        "start": start,
        "deliveries": deliveries,
        "claim_after": claim_after,
        "wait": not no_wait,
        "protect": True,
        "stream": stream,
        "prefix": loaded.settings.redis.prefix,
        "prefetch": min(lines, count) if count else max(lines, AHEAD),
    }
    with global_options.open_server(loaded) as server:
        require_stream(server.url, loaded, stream)
        if not no_wait and not count and sys.stderr.isatty():
            typer.echo(describe_wait(global_options, loaded), err=True)
        with Consumer(server.url, group, name, **options) as consumer, end_on_signals(consumer):
            failed = _consume(consumer, words, lines=lines, answers=answers, timeout=timeout, count=count)
    raise typer.Exit(1 if failed else 0)


def _consume(
    consumer: "Consumer", command: list[str], *, lines: int, answers: bool, timeout: float | None, count: int
) -> int:
    """Work until there is enough; returns how many articles were given back."""
    from contextlib import closing

    from daemon.articles.consumer_command import ResponderProcess, format_event_line, run_once

    done = failed = 0
    with closing(ResponderProcess(command)) as answering:
        for events in consumer.batches(lines):
            given = b"".join(format_event_line(event) for event in events)
            said = answering.ask_for_answer(given, timeout) if answers else run_once(command, given, timeout)
            if said is None:
                done += len(events)
            else:
                failed += len(events)
                typer.echo(f"feedmill: gave back {', '.join(event.id for event in events)}: {said}", err=True)
                consumer.give_back(events, said)
            if count and done + failed >= count:
                break
    return failed
