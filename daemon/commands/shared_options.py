"""Declares options that several commands share: those that choose articles, feeds, a stream, JSON."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import (
    complete_feed,
    complete_feed_or_source,
    complete_source,
    complete_stream,
    complete_tag,
)

if TYPE_CHECKING:
    from feedmill.stream_entry_filter import Choice

Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="S", help="Only of this source; may be repeated.", autocompletion=complete_source
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="T", help="Only with this tag; may be repeated.", autocompletion=complete_tag
    ),
]
Langs = Annotated[
    list[str] | None, typer.Option("--lang", metavar="L", help="Only in this language; may be repeated.")
]
Feeds = Annotated[
    list[str] | None,
    typer.Option(
        "--feed", metavar="URL", help="Only of this feed; may be repeated.", autocompletion=complete_feed
    ),
]
Events = Annotated[
    list[str] | None,
    typer.Option("--event", metavar="E", help="created, updated … (these two when not given), or all."),
]
TextFrom = Annotated[
    list[str] | None,
    typer.Option("--text-from", metavar="W", help="Only with words of `page`, `feed` or `transcript`."),
]
Firsts = Annotated[
    bool,
    typer.Option("--firsts", help="Only the first article of each story; with no other choice than --event."),
]
Stream = Annotated[
    str,
    typer.Option(
        "--stream",
        metavar="S",
        help="The stream of this route ([[routes]]), not all articles.",
        autocompletion=complete_stream,
    ),
]
FeedNames = Annotated[
    list[str],
    typer.Argument(
        metavar="FEED…",
        help="Its URL or source as listed, or `all` feeds.",
        autocompletion=complete_feed_or_source,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def make_filter_options(
    sources: list[str] | None,
    tags: list[str] | None,
    langs: list[str] | None,
    feeds: list[str] | None,
    events: list[str] | None,
    text_from: list[str] | None,
    *,
    firsts: bool,
) -> "Choice":
    """Make the choice that a consumer or a replay takes; raises InvalidRequestError."""
    from daemon.errors import InvalidRequestError
    from feedmill.stream_entry_filter import TEXT_SOURCES, USUAL_EVENTS

    if strange := set(text_from or ()).difference(TEXT_SOURCES):
        raise InvalidRequestError(f"--text-from {min(strange)}: page, feed or transcript")

    return {
        "sources": sources or (),
        "tags": tags or (),
        "langs": langs or (),
        "feeds": feeds or (),
        "text_from": text_from or (),
        "firsts": firsts,
        "events": () if events == ["all"] else (events or USUAL_EVENTS),
    }
