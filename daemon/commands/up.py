"""`feedmill up`: run everything."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked


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
    from config.log import secrets_of, set_up
    from daemon.contact import require_contact
    from daemon.look import counts
    from daemon.output import ago, counted, print_json
    from daemon.up import run

    asked: Asked = context.obj
    loaded = asked.load_with_feeds()
    require_contact(loaded, (feed.url for feed in loaded.feeds if feed.enabled))
    set_up(loaded.settings.logging, role="up", secrets=secrets_of(loaded.settings))
    census = run(asked, loaded, until_idle=until_idle)
    if census is None:
        return
    if as_json:
        print_json(counts(census))
        return
    entries = sum(census.published.values())
    typer.echo(
        f"idle: {counted(census.feeds, 'feed')}, {counted(entries, 'stream entry')}, "
        f"{counted(census.dead, 'dead page')}"
    )
    deferred = []
    if pages := census.deferred + census.ready:
        deferred.append(f"{counted(pages, 'page')}, the next in {ago(census.next_page_in_ms or 0)}")
    if census.feeds_due:
        feeds = counted(census.feeds_due, "feed")
        deferred.append(f"{feeds} of closed sites, the next in {ago(census.next_feed_in_ms or 0)}")
    typer.echo(f"deferred: {'; '.join(deferred) or 'nothing'}")
