"""`feedmill pause` and `feedmill resume`: keep feedmill from a feed, a site or everything for a while."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_feed_or_site
from daemon.commands.shared_options import Json

if TYPE_CHECKING:
    from daemon.command_context import CommandContext

Whats = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[WHAT]...",
        help="`all`, a feed's URL as listed, or a site such as example.org.",
        autocompletion=complete_feed_or_site,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(epilog="Example: feedmill pause example.org")(pause)
    app.command(epilog="Example: feedmill resume all")(resume)


def pause(context: typer.Context, what: Whats = None, as_json: Json = False) -> None:
    """Pause polls of a feed, all requests to a site, or everything; without WHAT list what is paused."""
    from daemon.errors import InvalidRequestError
    from daemon.feeds.pauses import PauseStore, format_since
    from daemon.terminal.output import print_json_with_moments
    from feedmill._ledger.core.ledger_connections import connect_blocking
    from feedmill._ledger.identity.registrable_domain import find_site

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        pauses = PauseStore(client, loaded.settings.redis.prefix)
        own_sites = {find_site(feed.url) for feed in loaded.feeds} | {
            rule.site for rule in loaded.settings.sites
        }
        found = [(one, *pauses.resolve_name(one)) for one in what or ()]
        for _, name, site in found:
            if name.startswith("site:"):
                pauses.require_site(site, own_sites)
        for said, name, shown in found:
            done = pauses.pause(name)
            if done < 0:
                raise InvalidRequestError(f"{said}: no such feed is listed; `feedmill feeds list` shows them")
            if not as_json:
                typer.echo(f"{'paused' if done else 'paused before'}: {shown}")
        if as_json:
            print_json_with_moments({"paused": pauses.list_pauses()})
        elif not what:
            rows = pauses.list_pauses()
            for row in rows:
                typer.echo(f"{row.what}: since {format_since(row)}")
            if not rows:
                typer.echo("nothing is paused")


def resume(context: typer.Context, what: Whats = None, as_json: Json = False) -> None:
    """Go on with what was paused; `all` ends the pause of everything, feeds and sites stay paused."""
    from daemon.errors import InvalidRequestError
    from daemon.feeds.pauses import PauseStore
    from daemon.terminal.output import print_json_with_moments
    from feedmill._ledger.core.ledger_connections import connect_blocking

    options: CommandContext = context.obj
    if not what:
        raise InvalidRequestError("resume what? `feedmill pause` lists what is paused")
    loaded = options.load_config()
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        pauses = PauseStore(client, loaded.settings.redis.prefix)
        for one in what:
            name, shown = pauses.resolve_name(one)
            done = pauses.resume(name)
            if not as_json:
                typer.echo(f"{'goes on' if done else 'was not paused'}: {shown}")
        if as_json:
            print_json_with_moments({"paused": pauses.list_pauses()})
