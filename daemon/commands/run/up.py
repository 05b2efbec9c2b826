"""`feedmill up`: run everything."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill --config ./config up --until-idle")(up)


def up(
    context: typer.Context,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when nothing is due, ready, leased or held.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --until-idle: print the last counts as JSON.")
    ] = False,
) -> None:
    """Run server, scheduler and workers in the foreground, until Ctrl-C."""
    from config.logging_setup import configure_logging, list_secrets
    from daemon.health.contact_check import require_contact
    from daemon.health.ledger_snapshot import summarize_census
    from daemon.processes.up_run import run_up
    from daemon.terminal.output import format_count, print_json_with_moments
    from web.rendering.durations import format_span

    options: CommandContext = context.obj
    loaded = options.load_config_with_feeds()
    require_contact(loaded, (feed.url for feed in loaded.feeds if feed.enabled))
    configure_logging(loaded.settings.logging, role="up", secrets=list_secrets(loaded.settings))
    census = run_up(options, loaded, until_idle=until_idle)
    if census is None:
        return
    if as_json:
        print_json_with_moments(summarize_census(census))
        return
    entries = sum(census.published.values())
    typer.echo(
        f"idle: {format_count(census.feeds, 'feed')}, {format_count(entries, 'stream entry')}, "
        f"{format_count(census.dead, 'dead page')}"
    )
    deferred = []
    if pages := census.deferred + census.ready:
        deferred.append(
            f"{format_count(pages, 'page')}, the next in {format_span(census.next_page_in_ms or 0)}"
        )
    if census.feeds_due:
        feeds = format_count(census.feeds_due, "feed")
        deferred.append(f"{feeds} of closed sites, the next in {format_span(census.next_feed_in_ms or 0)}")
    typer.echo(f"deferred: {'; '.join(deferred) or 'nothing'}")
