"""`feedmill search`: articles of the stream by their words."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.commands.shared_options import Json

if TYPE_CHECKING:
    from pathlib import Path

    import redis

    from daemon.articles.stream_reader import StreamEntry
    from daemon.command_context import CommandContext
    from web.search.text_index import FoundTexts, TextQuery

_WAIT_S = 0.2
"""Seconds between two looks whether the index is complete."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill search '\"night market\"' -- -opera")(search)


def search(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORD...", help="All are wanted; -WORD is not, WORD* begins so."),
    ],
    best: Annotated[bool, typer.Option("--best", help="Show the best match first, not the newest.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, metavar="N", help="At most so many.")
    ] = 20,
    as_json: Json = False,
) -> None:
    """Find articles by their words, in what the stream holds.

    The index is the gateway's, in the data folder; it is made where none is there.
    """
    from daemon.articles.stream_reader import format_json, format_text
    from daemon.embedded_server.private_folder import make_private_folder
    from daemon.errors import InvalidRequestError
    from daemon.terminal.output import make_text_printable
    from feedmill._ledger.core.keys import Keys
    from feedmill._ledger.core.ledger_connections import connect_blocking
    from feedmill._signals import leave_on_signals
    from web.search.query_words import cut_excerpt, write_match
    from web.search.text_index import TextQuery

    leave_on_signals()
    query = TextQuery(write_match(" ".join(words)), is_best_first=best, limit=limit)
    if not query.match:
        raise InvalidRequestError("at least one word is wanted")
    options: CommandContext = context.obj
    loaded = options.load_config()
    make_private_folder(options.find_data_folder().path)
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        client.ping()
        stream, size = Keys(loaded.settings.redis.prefix).stream(), loaded.settings.web.search_size
        index = _complete_index(options.find_data_folder().path / "search", server.url, stream, size)
        found = _search_index(index, query)
        if not found.texts:
            typer.echo("nothing found", err=True)
        for entry, snippet in _read_found(client, stream, found):
            if as_json:
                typer.echo(format_json(entry))
            else:
                excerpt = "".join(part.text for part in cut_excerpt(snippet))
                typer.echo(f"{format_text(entry)}\n    {make_text_printable(excerpt)}")


def _complete_index(folder: "Path", redis_url: str, stream: str, size: int) -> "Path":
    """Bring the index up to what the stream holds; returns its file."""
    from feedmill._ledger.core.ledger_connections import connect_blocking
    from web.search.index_follower import SearchFollower

    follower = SearchFollower(folder, connect_blocking(redis_url), stream, size)
    follower.start()
    while not (follower.wait_complete(_WAIT_S) or follower.problem):
        pass
    follower.stop()
    return follower.path


def _search_index(index: "Path", query: "TextQuery") -> "FoundTexts":
    from daemon.errors import DaemonError
    from web.search.text_index import SearchTimeoutError, search_file

    try:
        return search_file(index, query)
    except SearchTimeoutError as error:
        raise DaemonError("this search takes too long: use rarer words, or more of them") from error


def _read_found(client: "redis.Redis", stream: str, found: "FoundTexts") -> "list[tuple[StreamEntry, str]]":
    """Read what was found from the stream; what it has dropped meanwhile is left out."""
    from daemon.articles.stream_reader import StreamEntry
    from feedmill.event import texts

    read = []
    for text in found.texts:
        stream_id = f"{text.place[0]}-{text.place[1]}"
        rows: Any = client.xrange(stream, stream_id, stream_id)
        if rows and (fields := texts(rows[0][1])).get("id") == text.article:
            read.append((StreamEntry(stream_id, fields), text.snippet))
    return read
