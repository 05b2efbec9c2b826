"""The `feedmill` command: its global options, its commands, and the one place where errors end."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from daemon.asked import Asked
from daemon.commands import (
    backfill,
    backup,
    clean,
    config,
    consume,
    dead,
    demo,
    doctor,
    feeds,
    groups,
    init,
    metrics,
    parse,
    pause,
    ready,
    replay,
    roles,
    service,
    status,
    tail,
    up,
    url,
    web,
    webhooks,
)
from daemon.tied import tie_to

_UNTIL_STOPPED = ("up", "scheduler", "worker", "web", "webhooks", "metrics", "tail")
"""Commands that Ctrl-C ends as meant; what it breaks off elsewhere is not done."""


class _Commands(TyperGroup):
    """The commands; ends that are nobody's mistake become exit codes before the library has its own."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_quietly()
        except KeyboardInterrupt:
            raise typer.Exit(0 if ctx.invoked_subcommand in _UNTIL_STOPPED else 1) from None


app = typer.Typer(
    cls=_Commands,
    name="feedmill",
    help="Turn RSS and Atom feeds into a durable Redis stream of clean articles.",
    epilog="Example: feedmill --config ./config up",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _show_version(value: bool) -> None:  # noqa: FBT001  (the library's callback shape)
    if value:
        from importlib.metadata import version

        typer.echo(f"feedmill {version('feedmill')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config_folder: Annotated[
        Path | None,
        typer.Option("--config", metavar="DIR", help="Folder with feeds.toml and feedmill.toml."),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", metavar="DIR", help="Folder for the embedded server's data."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
    tied_to: Annotated[int, typer.Option("--tied-to", hidden=True, help="Die with this parent.")] = 0,
) -> None:
    """Global options stand before the command."""
    del version
    if tied_to:
        tie_to(tied_to)
    context.obj = Asked(config=config_folder, data=data_dir)


for module in (
    up,
    roles,
    web,
    webhooks,
    demo,
    init,
    url,
    status,
    doctor,
    ready,
    metrics,
    tail,
    consume,
    replay,
    dead,
    groups,
    pause,
    clean,
    parse,
    feeds,
    backfill,
    backup,
    config,
    service,
):
    module.add_to(app)


def main() -> None:
    """Run the command line; ends the process with 0 (well), 1 (something is wrong) or 2 (asked wrongly)."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  (the outermost place of the process)
        from daemon.report import report

        sys.exit(report(error))


def _leave_quietly() -> None:
    """End in peace when the reader of our output has gone (`feedmill tail | head`)."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
