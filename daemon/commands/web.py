"""`feedmill web`: the gateway and its page."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket

    from config.load import Loaded
    from daemon.asked import Asked


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

    from config.log import secrets_of, set_up
    from daemon.pulse import Pulse, pulse_of
    from daemon.stopping import stop_on_signals
    from daemon.web_ports import ports_of
    from web.main import run
    from web.token import token_in

    asked: Asked = context.obj
    loaded = asked.load()
    settings = loaded.settings
    if host is not None:
        settings = dataclasses.replace(settings, web=dataclasses.replace(settings.web, host=host))
    set_up(settings.logging, role="web", secrets=secrets_of(settings))
    taken = _taken(loaded, host, port, taken_fd)
    token = token_in(asked.data_folder().path, settings.web.token)

    async def until_stopped(url: str, pulse: Pulse) -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        async with pulse.beating(stop):
            await run(
                redis_url=url,
                settings=settings,
                taken=taken,
                token=token,
                ports=ports_of(asked, loaded),
                folder=loaded.folder,
                stop=stop,
                started=pulse.ready,
            )

    with taken, pulse_of(asked, loaded, "web") as pulse, asked.server(loaded) as server:
        asyncio.run(until_stopped(server.url, pulse))


def _taken(loaded: "Loaded", host: str | None, port: int | None, fd: int) -> "socket.socket":
    import socket

    from web.listening import listen

    if fd >= 0:
        return socket.socket(fileno=fd)
    wanted = loaded.settings.web
    return listen(host or wanted.host, wanted.port if port is None else port)
