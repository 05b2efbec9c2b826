"""`feedmill ready`: whether the processes of this machine work, for health checks."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.shared_options import Json

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill ready --here --role worker")(ready)


def ready(
    context: typer.Context,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="ROLE", help="Such a process must be alive; may be repeated."),
    ] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Count only processes of this host: in a container, its own.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check that the server answers and that the processes of this machine are alive; exit 1 when not."""
    from dataclasses import asdict

    from daemon.health.metrics_http import read_readiness
    from daemon.terminal.output import print_json, print_table

    options: CommandContext = context.obj
    checks = read_readiness(options, options.load_config(), roles=role or (), here=here)
    fine = all(check.ok for check in checks)
    if as_json:
        print_json({"ready": fine, "checks": [asdict(check) for check in checks]})
    else:
        rows = [("ok" if check.ok else "wrong", check.name, check.detail) for check in checks]
        print_table(("", "what", "found"), rows)
    raise typer.Exit(0 if fine else 1)
