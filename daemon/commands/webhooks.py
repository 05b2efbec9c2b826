"""`feedmill webhooks`: sends articles to receivers over HTTP."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import Loaded
    from config.webhooks import ListedWebhook
    from daemon.asked import Asked


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill webhooks --ping intranet")(webhooks)


def webhooks(
    context: typer.Context,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when there is nothing to send at the moment.")
    ] = False,
    ping: Annotated[
        str | None,
        typer.Option("--ping", metavar="NAME", help="Send a message that says nothing, and show the answer."),
    ] = None,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Print a new secret, and end.")] = False,
) -> None:
    """Send entries to the receivers of [[webhooks]], signed, in order per article, until Ctrl-C."""
    from config.log import secrets_of, set_up
    from web.hooks.message import new_secret as make_secret

    asked: Asked = context.obj
    if new_secret:
        typer.echo(make_secret())
        return
    loaded = asked.load()
    set_up(loaded.settings.logging, role="webhooks", secrets=secrets_of(loaded.settings))
    if ping is not None:
        _ping(loaded, _named(loaded, ping))
    else:
        _send(asked, loaded, until_idle=until_idle)


def _send(asked: "Asked", loaded: "Loaded", *, until_idle: bool) -> None:
    import asyncio

    from daemon.errors import AskedWronglyError
    from daemon.pulse import Pulse, pulse_of
    from daemon.stopping import stop_on_signals
    from web.hooks.main import run

    if not any(hook.enabled for hook in loaded.settings.webhooks):
        raise AskedWronglyError("no [[webhooks]] table is enabled in feedmill.toml; see docs/gateway.md")

    async def until_stopped(url: str, pulse: Pulse) -> dict[str, int]:
        stop = asyncio.Event()
        stop_on_signals(stop)
        async with pulse.beating(stop):
            pulse.ready()
            return await run(redis_url=url, settings=loaded.settings, stop=stop, until_idle=until_idle)

    with pulse_of(asked, loaded, "webhooks") as pulse, asked.server(loaded) as server:
        waiting = asyncio.run(until_stopped(server.url, pulse))
    for name, count in waiting.items():
        if count:
            typer.echo(f"{name}: {count} entries wait for another attempt")


def _named(loaded: "Loaded", name: str) -> "ListedWebhook":
    from daemon.errors import AskedWronglyError

    for hook in loaded.settings.webhooks:
        if hook.name == name:
            return hook
    names = ", ".join(hook.name for hook in loaded.settings.webhooks) or "none"
    raise AskedWronglyError(f"no webhook is called {name}; there are: {names}")


def _ping(loaded: "Loaded", hook: "ListedWebhook") -> None:
    import asyncio

    from web.hooks.main import send_ping

    attempt = asyncio.run(send_ping(loaded.settings, hook))
    typer.echo(f"{hook.url}: {attempt.said}")
    if not attempt.good:
        raise typer.Exit(1)
