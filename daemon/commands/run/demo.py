"""`feedmill demo`: all of feedmill on a small newsroom of its own."""

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill demo --json")(demo)


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Run the whole daemon on a newsroom on this machine, without the internet."""
    from daemon.demo.demo_run import run

    raise typer.Exit(run(as_json))
