"""`feedmill init`: a config folder to begin with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.global_options import GlobalOptions


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill init ./config")(init)


def init(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to; else --config, else the user's folder.")
    ] = None,
) -> None:
    """Write feeds.toml and feedmill.toml to begin with; files that exist are left alone."""
    from config.paths import find_user_config_folder
    from daemon.feeds.starter_files import write_starter

    options: GlobalOptions = context.obj
    target = folder or options.config or find_user_config_folder()
    for path, written in write_starter(target):
        typer.echo(f"{'wrote' if written else 'left alone'}: {path}")
    typer.echo(f"next: feedmill --config {target} up")
