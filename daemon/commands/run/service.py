"""`feedmill service`: feedmill as a service of systemd."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.terminal.command_help import CommandApp

if TYPE_CHECKING:
    from daemon.command_context import CommandContext
    from daemon.processes.systemd_units import ServicePaths

service = CommandApp(
    no_args_is_help=True,
    help="Run feedmill as a service of systemd.",
    epilog="Example: feedmill service install --user",
)

Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="up (everything, the default), or scheduler, worker, web, webhooks, metrics; may be repeated.",
    ),
]
Workers = Annotated[
    int, typer.Option("--workers", min=1, max=512, metavar="N", help="With --role worker: how many.")
]
Scope = Annotated[
    bool | None,
    typer.Option("--system/--user", help="For the machine (the default for root), or for this user alone."),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    service.command(epilog="Example: feedmill service show --role scheduler --role worker")(show)
    service.command(epilog="Example: feedmill --config /etc/feedmill service install --system")(install)
    service.command(epilog="Example: feedmill service uninstall --user")(uninstall)
    app.add_typer(service, name="service")


def show(context: typer.Context, role: Roles = None, system: Scope = None) -> None:
    """Print the units that `install` would write."""
    from daemon.processes.systemd_units import render_units

    for name, text in render_units(_place(context.obj, system=_is_system(system)), _roles(role)):
        typer.echo(f"# {name}\n{text}")


def install(
    context: typer.Context,
    role: Roles = None,
    workers: Workers = 1,
    system: Scope = None,
    start: Annotated[
        bool, typer.Option("--start/--no-start", help="Enable and start the units, or only write them.")
    ] = True,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Write the units there and do nothing else.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over units of these names that are not feedmill's.")
    ] = False,
) -> None:
    """Write the units, have them enabled, and start them; what is installed already is brought up to date."""
    from daemon.processes.systemd_install import install_units
    from daemon.processes.systemd_units import list_started_units, render_units

    for_all = _is_system(system)
    roles = _roles(role)
    place = _place(context.obj, system=for_all)
    for line in install_units(
        dict(render_units(place, roles)),
        list_started_units(roles, workers),
        place,
        system=for_all,
        start=start,
        into=into,
        force=force,
    ):
        typer.echo(line)


def uninstall(context: typer.Context, system: Scope = None) -> None:
    """Stop and remove every unit of feedmill; configuration and data stay."""
    from daemon.processes.systemd_install import uninstall_units

    del context
    for line in uninstall_units(system=_is_system(system)):
        typer.echo(line)


def _is_system(system: bool | None) -> bool:  # noqa: FBT001  (the option's value)
    import os

    return os.geteuid() == 0 if system is None else system


def _roles(role: list[str] | None) -> list[str]:
    from daemon.errors import InvalidRequestError
    from daemon.processes.systemd_units import ROLES

    roles = list(dict.fromkeys(role or ["up"]))
    for one in roles:
        if one not in ROLES:
            raise InvalidRequestError(f"--role {one}: there are {', '.join(ROLES)}")
    if "up" in roles and len(roles) > 1:
        raise InvalidRequestError("--role up runs everything: it goes with no other role")
    return roles


def _place(options: "CommandContext", *, system: bool) -> "ServicePaths":
    import shutil
    import sys

    from daemon.processes.systemd_units import ServicePaths

    beside = Path(sys.executable).with_name("feedmill")
    program = str(beside) if beside.exists() else shutil.which("feedmill") or str(beside)
    if not system:
        return ServicePaths(
            program=program,
            config=str(options.find_config_folder().absolute()),
            data=str(options.find_data_folder().path),
            user=None,
        )
    config = str(options.config.absolute()) if options.config is not None else ServicePaths().config
    return ServicePaths(program=program, config=config)
