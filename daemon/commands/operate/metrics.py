"""`feedmill metrics`: what this machine's processes count, and how the ledger stands, for Prometheus."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from daemon.command_context import CommandContext


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill metrics --listen 127.0.0.1:9464")(metrics)


def metrics(
    context: typer.Context,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen", metavar="HOST:PORT", help="Serve /metrics, /livez and /readyz until Ctrl-C."
        ),
    ] = None,
) -> None:
    """Print all metrics, or serve them: one such process a machine, where no gateway runs."""
    from daemon.health.metrics_http import render_metrics

    options: CommandContext = context.obj
    loaded = options.load_config()
    if listen is None:
        typer.echo(render_metrics(options, loaded).decode(), nl=False)
        return
    _serve(options, loaded, listen)


def _serve(options: "CommandContext", loaded: "LoadedConfig", listen: str) -> None:
    import threading

    import structlog

    from config.logging_setup import configure_logging, list_secrets
    from daemon.health.metrics_http import serve_metrics
    from daemon.health.process_liveness import BEAT_EVERY_S, make_heartbeat
    from feedmill._signals import StopRequest

    configure_logging(loaded.settings.logging, role="metrics", secrets=list_secrets(loaded.settings))
    with (
        StopRequest() as stop,
        make_heartbeat(options, loaded, "metrics") as heartbeat,
        serve_metrics(options, loaded, listen) as port,
    ):
        threading.Thread(target=port.serve_forever, daemon=True, name="port").start()
        structlog.get_logger().info("metrics", listen=":".join(map(str, port.server_address[:2])))
        heartbeat.ready()
        while not stop.wait(BEAT_EVERY_S):
            heartbeat.beat()
        heartbeat.stopping()
        port.shutdown()
