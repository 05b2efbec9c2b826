"""`feedmill scheduler` and `feedmill worker`: one role alone, for many processes or many machines."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked


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

    from config.log import secrets_of, set_up
    from daemon.contact import require_contact
    from daemon.feed_specs import feed_specs
    from daemon.feeds_watch import keep_applied
    from daemon.look import look
    from daemon.pulse import Pulse, pulse_of
    from daemon.server_sound import require_sound
    from daemon.stopping import stop_on_signals
    from scheduler.main import run

    asked: Asked = context.obj
    loaded = asked.load() if follow else asked.load_with_feeds()
    set_up(loaded.settings.logging, role="scheduler", secrets=secrets_of(loaded.settings))
    feeds = None if follow else feed_specs(loaded.feeds)
    listed = [feed.url for feed in loaded.feeds if feed.enabled]

    async def until_stopped(url: str, pulse: Pulse) -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        watching = None
        if not (follow or once):
            watching = asyncio.create_task(keep_applied(loaded, url, stop), name="feeds.toml")
        async with pulse.beating(stop):
            await run(
                redis_url=url,
                settings=loaded.settings,
                feeds=feeds,
                stop=stop,
                once=once,
                meters=pulse.meters,
                started=pulse.ready,
            )
        if watching is not None:
            await watching

    with pulse_of(asked, loaded, "scheduler") as pulse, asked.server(loaded) as server:
        require_sound(server.url, accept_risks=loaded.settings.redis.accept_risks)
        if follow:
            listed = [
                feed.url for feed in look(server.url, loaded.settings.redis.prefix).feeds if feed.enabled
            ]
        require_contact(loaded, listed)
        asyncio.run(until_stopped(server.url, pulse))


def worker(
    context: typer.Context,
    burst: Annotated[bool, typer.Option("--burst", help="End when no ticket is left.")] = False,
) -> None:
    """Fetch, clean and publish pages: an RQ worker on the queue "feedmill"."""
    from config.log import secrets_of, set_up
    from daemon.pulse import pulse_of
    from daemon.server_sound import require_sound
    from worker.main import Watched, run

    asked: Asked = context.obj
    loaded = asked.load()
    set_up(loaded.settings.logging, role="worker", secrets=secrets_of(loaded.settings))
    with pulse_of(asked, loaded, "worker") as pulse, asked.server(loaded) as server:
        require_sound(server.url, accept_risks=loaded.settings.redis.accept_risks)
        watched = Watched(meters=pulse.meters, to_horse=pulse.to_horse, started=pulse.ready, beat=pulse.beat)
        run(redis_url=server.url, settings=loaded.settings, burst=burst, watched=watched)
