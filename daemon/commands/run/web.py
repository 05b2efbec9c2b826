"""`feedmill web`: the gateway and its page."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    from config.load import LoadedConfig
    from daemon.command_context import CommandContext
    from daemon.health.process_liveness import Heartbeat
    from feedmill._signals import StopRequest
    from web.http.auth_token import AccessToken


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill web --port 8420")(web)


def web(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", metavar="HOST", help="Listen on this address.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, metavar="N", help="Listen on this port.")
    ] = None,
    taken_fd: Annotated[int, typer.Option("--fd", hidden=True, help="A listening socket.")] = -1,
) -> None:
    """Serve articles over HTTP, and a page that shows what feedmill is doing, until Ctrl-C."""
    import asyncio
    import dataclasses
    from functools import partial

    from config.logging_setup import configure_logging, list_secrets
    from daemon.commands.run.gateway_wiring import make_gateway_dependencies
    from daemon.health.process_liveness import make_heartbeat
    from feedmill._signals import StopRequest
    from web.main import run

    options: CommandContext = context.obj
    loaded = options.load_config()
    settings = loaded.settings
    if host is not None:
        settings = dataclasses.replace(settings, web=dataclasses.replace(settings.web, host=host))
    configure_logging(settings.logging, role="web", secrets=list_secrets(settings))
    taken = _bind_or_take_port(loaded, host, port, taken_fd)
    token = _load_access_token(options, settings.web.token)

    with (
        taken,
        make_heartbeat(options, loaded, "web") as heartbeat,
        options.open_server(loaded, waits=True) as server,
        StopRequest() as request,
    ):
        serving = partial(
            run,
            redis_url=server.url,
            settings=settings,
            taken=taken,
            token=token,
            dependencies=make_gateway_dependencies(options, loaded),
            folder=loaded.folder,
        )
        asyncio.run(_serve_until_stopped(serving, heartbeat, request))


async def _serve_until_stopped(
    serving: "Callable[..., Awaitable[None]]", heartbeat: "Heartbeat", request: "StopRequest"
) -> None:
    import asyncio

    from daemon.processes.signals import stop_on_signals

    stop = asyncio.Event()
    with stop_on_signals(stop, request):
        async with heartbeat.run_beats(stop):
            await serving(stop=stop, started=heartbeat.ready)


def _load_access_token(options: "CommandContext", given: str) -> "AccessToken":
    """Load the token of the settings, or the one that the data folder keeps: it is made there once."""
    from daemon.embedded_server.private_folder import make_private_folder
    from web.http.token_file import load_token

    folder = options.find_data_folder().path
    if not given:
        make_private_folder(folder)
    return load_token(folder, given)


def _bind_or_take_port(
    loaded: "LoadedConfig", host: str | None, port: int | None, fd: int
) -> "socket.socket":
    import socket

    from web.http.listening_socket import bind_port

    if fd >= 0:
        return socket.socket(fileno=fd)
    wanted = loaded.settings.web
    return bind_port(host or wanted.host, wanted.port if port is None else port)
