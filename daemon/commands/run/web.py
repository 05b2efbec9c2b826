"""`feedmill web`: the gateway and its page."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket

    from config.load import LoadedConfig
    from daemon.command_context import GlobalOptions


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

    from config.logging_setup import configure_logging, list_secrets
    from daemon.commands.run.gateway_dependencies import make_gateway_dependencies
    from daemon.embedded_server.private_folder import make_private_folder
    from daemon.health.liveness_signal import Heartbeat, make_heartbeat
    from daemon.processes.signals import stop_on_signals
    from feedmill._signals import StopRequest
    from web.http.auth_token import load_token
    from web.main import run

    options: GlobalOptions = context.obj
    loaded = options.load_config()
    settings = loaded.settings
    if host is not None:
        settings = dataclasses.replace(settings, web=dataclasses.replace(settings.web, host=host))
    configure_logging(settings.logging, role="web", secrets=list_secrets(settings))
    taken = _bind_or_take_port(loaded, host, port, taken_fd)
    if not settings.web.token:
        make_private_folder(options.find_data_folder().path)
    token = load_token(options.find_data_folder().path, settings.web.token)

    async def until_stopped(url: str, pulse: Heartbeat, request: StopRequest) -> None:
        stop = asyncio.Event()
        with stop_on_signals(stop, request):
            async with pulse.run_beats(stop):
                await run(
                    redis_url=url,
                    settings=settings,
                    taken=taken,
                    token=token,
                    ports=make_gateway_dependencies(options, loaded),
                    folder=loaded.folder,
                    stop=stop,
                    started=pulse.ready,
                )

    with (
        taken,
        make_heartbeat(options, loaded, "web") as heartbeat,
        options.open_server(loaded, waits=True) as server,
        StopRequest() as request,
    ):
        asyncio.run(until_stopped(server.url, heartbeat, request))


def _bind_or_take_port(
    loaded: "LoadedConfig", host: str | None, port: int | None, fd: int
) -> "socket.socket":
    import socket

    from web.http.listening_socket import bind_port

    if fd >= 0:
        return socket.socket(fileno=fd)
    wanted = loaded.settings.web
    return bind_port(host or wanted.host, wanted.port if port is None else port)
