"""`feedmill scheduler` and `feedmill worker`: one role alone, for many processes or many machines."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from daemon.command_context import CommandContext
    from daemon.health.process_liveness import Heartbeat
    from feedmill._signals import StopRequest


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(epilog="Example: feedmill scheduler --once")(scheduler)
    app.command(epilog="Example: feedmill worker --burst")(worker)


def scheduler(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due, keep tickets for it, and end.")
    ] = False,
    follow: Annotated[
        bool,
        typer.Option("--follow", help="Poll the list that another process has applied, not feeds.toml."),
    ] = False,
) -> None:
    """Poll feeds and keep tickets out while pages are ready."""
    import asyncio

    from config.logging_setup import configure_logging, list_secrets
    from daemon.health.contact_check import require_contact
    from daemon.health.process_liveness import make_heartbeat
    from daemon.health.server_admission import require_safe_server
    from feedmill._signals import StopRequest

    options: CommandContext = context.obj
    loaded = options.load_config() if follow else options.load_config_with_feeds()
    configure_logging(loaded.settings.logging, role="scheduler", secrets=list_secrets(loaded.settings))
    with (
        make_heartbeat(options, loaded, "scheduler") as heartbeat,
        options.open_server(loaded, waits=True) as server,
    ):
        require_safe_server(server.url, accept_risks=loaded.settings.redis.accept_risks)
        require_contact(loaded, _list_polled_urls(loaded, server.url, follow=follow))
        with StopRequest() as request:
            asyncio.run(_poll_until_stopped(loaded, server.url, heartbeat, request, once=once, follow=follow))


def _list_polled_urls(loaded: "LoadedConfig", redis_url: str, *, follow: bool) -> list[str]:
    """List the feeds that are polled: those of feeds.toml, or of the ledger where that is followed."""
    from daemon.health.ledger_snapshot import read_snapshot

    if follow:
        snapshot = read_snapshot(redis_url, loaded.settings.redis.prefix)
        return [feed.url for feed in snapshot.feeds if feed.enabled]
    return [feed.url for feed in loaded.feeds if feed.enabled]


async def _poll_until_stopped(
    loaded: "LoadedConfig",
    redis_url: str,
    heartbeat: "Heartbeat",
    request: "StopRequest",
    *,
    once: bool,
    follow: bool,
) -> None:
    """Run the scheduler; where it goes on and has a list of its own, edits of the files are applied."""
    import asyncio

    from daemon.feeds.feed_spec_building import build_feed_specs
    from daemon.processes.feeds_file_reload import apply_edits
    from daemon.processes.signals import stop_on_signals
    from scheduler.main import run

    stop = asyncio.Event()
    watching = None
    with stop_on_signals(stop, request):
        if not (follow or once):
            watching = asyncio.create_task(apply_edits(loaded, redis_url, stop), name="feeds.toml")
        async with heartbeat.run_beats(stop):
            await run(
                redis_url=redis_url,
                settings=loaded.settings,
                feeds=None if follow else build_feed_specs(loaded.feeds),
                stop=stop,
                once=once,
                meters=heartbeat.meters,
                started=heartbeat.ready,
            )
        if watching is not None:
            await watching


def worker(
    context: typer.Context,
    burst: Annotated[bool, typer.Option("--burst", help="End when no ticket is left.")] = False,
) -> None:
    """Fetch, clean and publish pages: an RQ worker on the queue "feedmill"."""
    from config.logging_setup import configure_logging, list_secrets
    from daemon.health.process_liveness import make_heartbeat
    from daemon.health.server_admission import require_safe_server
    from worker.main import ProcessHooks, run

    options: CommandContext = context.obj
    loaded = options.load_config()
    configure_logging(loaded.settings.logging, role="worker", secrets=list_secrets(loaded.settings))
    with (
        make_heartbeat(options, loaded, "worker") as heartbeat,
        options.open_server(loaded, waits=True) as server,
    ):
        require_safe_server(server.url, accept_risks=loaded.settings.redis.accept_risks)
        watched = ProcessHooks(
            meters=heartbeat.meters,
            after_fork=heartbeat.after_fork,
            on_started=heartbeat.ready,
            on_beat=heartbeat.beat,
        )
        run(redis_url=server.url, settings=loaded.settings, burst=burst, watched=watched)
