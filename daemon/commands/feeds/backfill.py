"""`feedmill backfill`: fetch what a feed's site published before feedmill came."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_feed

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.command_context import CommandContext
    from feedmill._signals import StopRequest
    from scheduler.backfill.backfill_job import BackfillJob
    from scheduler.backfill.backfill_loop import StepResult


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill backfill https://news.example/feed.xml --since 2026-01-01")(
        backfill
    )


def backfill(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="FEED", help="As it stands in the list.", autocompletion=complete_feed)
    ],
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

    from daemon.errors import InvalidRequestError
    from feedmill._signals import StopRequest

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    options: CommandContext = context.obj
    if since.replace(tzinfo=UTC) > datetime.now(UTC):
        raise InvalidRequestError(f"--since {since:%Y-%m-%d} is still to come; name a day that has been")
    loaded = options.load_config()

    moment = int(since.replace(tzinfo=UTC).timestamp())
    with options.open_server(loaded) as server:
        _print_pauses(server.url, loaded.settings.redis.prefix, url)
        with StopRequest() as request:
            last = asyncio.run(_run_until_stopped(server.url, loaded.settings, url, moment, request))
    if last is None:
        raise InvalidRequestError(
            f"{url} is on the list, and no scheduler has taken it yet: `feedmill up` does"
            if any(feed.url == url for feed in loaded.feeds)
            else f"{url} is not on the list; `feedmill feeds list` shows it"
        )
    if not last.done:
        typer.echo("left here; the same command goes on", err=True)
        raise typer.Exit(1)
    _print_end(last.past)


async def _run_until_stopped(
    redis_url: str, settings: "Settings", url: str, since: int, request: "StopRequest"
) -> "StepResult | None":
    import asyncio

    from daemon.feeds.foreground_backfill import run_backfill
    from daemon.processes.signals import stop_on_signals

    stop = asyncio.Event()
    with stop_on_signals(stop, request):
        return await run_backfill(
            redis_url, settings, url, since=since, stop=stop, begun=_print_begun, tell=_print_step
        )


def _print_end(past: "BackfillJob") -> None:
    oldest = _format_day(past.oldest) if past.oldest else "no date"
    typer.echo(f"done: {past.pages} pages read, {past.new} entries found, the oldest of {oldest}")
    if past.lost or past.pending_steps:
        typer.echo(
            f"not all was read: {past.lost} pages gave no answer, {len(past.pending_steps)} are left",
            err=True,
        )


def _print_pauses(redis_url: str, prefix: str, url: str) -> None:
    """Print what keeps the command from working: it waits for the end of that."""
    from daemon.feeds.pauses import PauseStore, find_pauses_of_feed
    from daemon.terminal.output import make_text_printable
    from feedmill._ledger.core.ledger_connections import connect_blocking

    with connect_blocking(redis_url) as client:
        for one in find_pauses_of_feed(PauseStore(client, prefix).list_pauses(), url):
            typer.echo(
                make_text_printable(f"paused, so this waits: {one.what}; `feedmill resume {one.what}`"),
                err=True,
            )


def _print_begun(past: "BackfillJob") -> None:
    if past.pages:
        typer.echo(f"going on after {past.pages} pages and {past.new} entries", err=True)


def _print_step(stepped: "StepResult", wait_s: float) -> None:
    from daemon.terminal.output import make_text_printable

    past = stepped.past
    back = f", back to {_format_day(past.oldest)}" if past.oldest else ""
    wait = f"; waiting {wait_s:.0f} s" if wait_s >= 1 else ""
    typer.echo(
        make_text_printable(
            f"{stepped.outcome}  {stepped.listed} listed, {stepped.new} new{back}  {stepped.url}{wait}"
        ),
        err=True,
    )


def _format_day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
