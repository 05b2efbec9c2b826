"""`feedmill backup` and `feedmill restore`: the ledger and its streams in one file, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(epilog="Example: feedmill backup /var/backups/feedmill.fmb")(backup)
    app.command(epilog="Example: feedmill restore /var/backups/feedmill.fmb")(restore)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; `-` is standard output.")],
    paused: Annotated[
        bool,
        typer.Option(
            "--paused", help="Read the server itself, for one that cannot be copied: all is paused."
        ),
    ] = False,
) -> None:
    """Write feeds, pages, streams and groups as they are at one moment, while everything goes on."""
    from daemon.backing_up import back_up

    asked: Asked = context.obj
    loaded = asked.load()
    with asked.server(loaded) as server:
        source = server.shown_url if server.embedded else server.url
        said = back_up(source, server.url, loaded.settings.redis.prefix, file, paused=paused)
    typer.echo(said, err=True)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote; `-` is standard input.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Remove the ledger that the server has, with its streams, first."),
    ] = False,
) -> None:
    """Bring a backup onto a server that has no ledger yet; nothing of feedmill must run on it."""
    from daemon.backing_up import bring_back

    asked: Asked = context.obj
    loaded = asked.load()
    with asked.server(loaded) as server:
        said = bring_back(server.url, loaded.settings.redis.prefix, file, replace=replace)
    typer.echo(said, err=True)
