"""`feedmill backfill`: fetch what a feed's site published before feedmill came."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked
    from scheduler.look_back import Stepped
    from scheduler.past import Past


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill backfill https://news.example/feed.xml --since 2026-01-01")(
        backfill
    )


def backfill(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="FEED", help="As it stands in the list.")],
    since: Annotated[
        datetime, typer.Option("--since", formats=["%Y-%m-%d"], metavar="DATE", help="How far back, in UTC.")
    ],
) -> None:
    """Look through a feed's older pages and news sitemaps; Ctrl-C leaves it, and the same command goes on.

    The articles are fetched by the workers, slowly: every other place at the site's gate is left to the news.
    """
    import asyncio
    import logging

    import structlog

    from daemon.backfill import backfill as work
    from daemon.errors import AskedWronglyError
    from daemon.stopping import stop_on_signals

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asked: Asked = context.obj
    loaded = asked.load()

    async def run(redis_url: str) -> "Stepped | None":
        stop = asyncio.Event()
        stop_on_signals(stop)
        moment = int(since.replace(tzinfo=UTC).timestamp())
        return await work(redis_url, loaded.settings, url, since=moment, stop=stop, begun=_begun, tell=_tell)

    with asked.server(loaded) as server:
        _tell_pauses(server.url, loaded.settings.redis.prefix, url)
        last = asyncio.run(run(server.url))
    if last is None:
        raise AskedWronglyError(
            f"{url} has not been handed to the scheduler; `feedmill feeds list` shows the list"
        )
    past = last.past
    if not last.done:
        typer.echo("left here; the same command goes on", err=True)
        raise typer.Exit(1)
    oldest = _day(past.oldest) if past.oldest else "no date"
    typer.echo(f"done: {past.pages} pages read, {past.new} entries found, the oldest of {oldest}")
    if past.lost or past.todo:
        typer.echo(f"not all was read: {past.lost} pages gave no answer, {len(past.todo)} are left", err=True)


def _tell_pauses(redis_url: str, prefix: str, url: str) -> None:
    """Say what keeps the command from working: it waits for the end of that."""
    from daemon.output import printable
    from daemon.pausing import Pauses, keeping
    from feedmill._ledger.connect import connect_sync

    with connect_sync(redis_url) as client:
        for one in keeping(Pauses(client, prefix).listed(), url):
            typer.echo(
                printable(f"paused, so this waits: {one.what}; `feedmill resume {one.what}`"), err=True
            )


def _begun(past: "Past") -> None:
    if past.pages:
        typer.echo(f"going on after {past.pages} pages and {past.new} entries", err=True)


def _tell(stepped: "Stepped", wait_s: float) -> None:
    from daemon.output import printable

    past = stepped.past
    back = f", back to {_day(past.oldest)}" if past.oldest else ""
    wait = f"; waiting {wait_s:.0f} s" if wait_s >= 1 else ""
    typer.echo(
        printable(
            f"{stepped.outcome}  {stepped.listed} listed, {stepped.new} new{back}  {stepped.url}{wait}"
        ),
        err=True,
    )


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
