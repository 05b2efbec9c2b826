"""`feedmill backup` and `feedmill restore`: the ledger and its streams in one file, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


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
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is no backup of feedmill.")
    ] = False,
) -> None:
    """Write feeds, pages, streams and groups as they are at one moment, while everything goes on."""
    from daemon.backup.backup_writing import write_backup
    from feedmill._signals import StopRequest

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server, StopRequest() as stop:
        source = server.shown_url if server.embedded else server.url
        prefix = loaded.settings.redis.prefix
        said = write_backup(source, server.url, prefix, file, paused=paused, force=force, stop=stop)
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
    from daemon.backup.backup_restore import restore_backup

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        said = restore_backup(server.url, loaded.settings.redis.prefix, file, replace=replace)
    typer.echo(said, err=True)
