"""Defines the `feedmill` command: its global options, its commands, and the one place where errors end."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from daemon.command_context import CommandContext
from daemon.commands.articles import clean, consume, consumer_groups, dead, replay, search, tail
from daemon.commands.feeds import backfill, feed_list_commands, parse, pause
from daemon.commands.operate import (
    backup,
    config,
    doctor,
    help_topics,
    learned_site_templates,
    metrics,
    ready,
    server_url,
    status,
)
from daemon.commands.run import demo, init, scheduler_worker, service, up, web, webhooks
from daemon.terminal.command_help import CommandApp, DescribedGroup
from feedmill._signals import die_by_signals, die_with_parent


class _Commands(DescribedGroup):
    """The commands; ends without a mistake become exit codes before the library has its own."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_quietly()


app = CommandApp(
    cls=_Commands,
    name="feedmill",
    help="Turn RSS and Atom feeds into a durable Redis stream of clean articles.",
    epilog="Example: feedmill --config ./config up",
    pretty_exceptions_enable=False,
    no_args_is_help=True,
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
        typer.Option(
            "--data-dir",
            metavar="DIR",
            readable=False,  # what its server finds names the owner and the way out
            help="Folder for the embedded server's data.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
    tied_to: Annotated[int, typer.Option("--tied-to", hidden=True, help="Die with this parent.")] = 0,
) -> None:
    """Global options stand before the command."""
    del version
    if tied_to:
        die_with_parent(tied_to)
    context.obj = CommandContext(config=config_folder, data=data_dir)


for module in (
    up,
    scheduler_worker,
    web,
    webhooks,
    demo,
    init,
    server_url,
    status,
    doctor,
    ready,
    metrics,
    tail,
    search,
    consume,
    replay,
    dead,
    consumer_groups,
    pause,
    learned_site_templates,
    clean,
    parse,
    feed_list_commands,
    backfill,
    backup,
    config,
    service,
    help_topics,
):
    module.add_to(app)


def main() -> None:
    """Run the command line; ends the process with 0 (well), 1 (something is wrong) or 2 (asked wrongly)."""
    die_by_signals()  # until a command that has something to give back takes them over
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except Exception as error:  # noqa: BLE001  (the outermost place of the process)
        from daemon.terminal.error_report import print_error

        sys.exit(print_error(error))


def _leave_quietly() -> None:
    """End without an error when the reader of our output has gone (`feedmill tail | head`)."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
