"""`feedmill webhooks`: sends articles to receivers over HTTP."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from config.sections.webhook_tables import ListedWebhook
    from daemon.command_context import CommandContext


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
    from config.logging_setup import configure_logging, list_secrets
    from web.webhooks.payload import make_secret

    options: CommandContext = context.obj
    if new_secret:
        typer.echo(make_secret())
        return
    loaded = options.load_config()
    configure_logging(loaded.settings.logging, role="webhooks", secrets=list_secrets(loaded.settings))
    if ping is not None:
        _send_ping(loaded, _find_webhook(loaded, ping))
    else:
        _run_sender(options, loaded, until_idle=until_idle)


def _run_sender(options: "CommandContext", loaded: "LoadedConfig", *, until_idle: bool) -> None:
    import asyncio

    from daemon.errors import InvalidRequestError
    from daemon.health.process_liveness import Heartbeat, make_heartbeat
    from daemon.processes.signals import stop_on_signals
    from feedmill._signals import StopRequest
    from web.webhooks.main import run

    if not any(hook.enabled for hook in loaded.settings.webhooks):
        raise InvalidRequestError(
            "no [[webhooks]] table is enabled in feedmill.toml; see `feedmill help gateway`"
        )

    async def until_stopped(url: str, pulse: Heartbeat, request: StopRequest) -> dict[str, int]:
        stop = asyncio.Event()
        with stop_on_signals(stop, request):
            async with pulse.run_beats(stop):
                pulse.ready()
                return await run(redis_url=url, settings=loaded.settings, stop=stop, until_idle=until_idle)

    with (
        make_heartbeat(options, loaded, "webhooks") as heartbeat,
        options.open_server(loaded, waits=True) as server,
        StopRequest() as request,
    ):
        waiting = asyncio.run(until_stopped(server.url, heartbeat, request))
    for name, count in waiting.items():
        if count:
            typer.echo(f"{name}: {count} entries wait for another attempt")


def _find_webhook(loaded: "LoadedConfig", name: str) -> "ListedWebhook":
    from daemon.errors import InvalidRequestError

    for hook in loaded.settings.webhooks:
        if hook.name == name:
            return hook
    names = ", ".join(hook.name for hook in loaded.settings.webhooks) or "none"
    raise InvalidRequestError(f"no webhook is called {name}; there are: {names}")


def _send_ping(loaded: "LoadedConfig", hook: "ListedWebhook") -> None:
    import asyncio

    from web.webhooks.main import send_ping

    attempt = asyncio.run(send_ping(loaded.settings, hook))
    typer.echo(f"{hook.url}: {attempt.detail}")
    if not attempt.is_delivered:
        raise typer.Exit(1)
