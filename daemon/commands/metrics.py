"""`feedmill metrics`: what this machine's processes count, and how the ledger stands, for Prometheus."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import Loaded
    from daemon.asked import Asked


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
    from daemon.watching import metrics_of

    asked: Asked = context.obj
    loaded = asked.load()
    if listen is None:
        typer.echo(metrics_of(asked, loaded).decode(), nl=False)
        return
    _serve(asked, loaded, listen)


def _serve(asked: "Asked", loaded: "Loaded", listen: str) -> None:
    import signal
    import threading

    import structlog

    from config.log import secrets_of, set_up
    from daemon.pulse import BEAT_S, pulse_of
    from daemon.watching import serve

    set_up(loaded.settings.logging, role="metrics", secrets=secrets_of(loaded.settings))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with pulse_of(asked, loaded, "metrics") as pulse, serve(asked, loaded, listen) as port:
        threading.Thread(target=port.serve_forever, daemon=True, name="port").start()
        structlog.get_logger().info("metrics", listen=":".join(map(str, port.server_address[:2])))
        pulse.ready()
        while not stop.wait(BEAT_S):
            pulse.beat()
        pulse.stopping()
        port.shutdown()
