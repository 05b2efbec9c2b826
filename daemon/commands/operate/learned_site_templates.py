"""`feedmill sites …`: what workers have learned of the pages of a site, and how to have it forgotten."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.shared_options import Json
from daemon.terminal.command_help import CommandApp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from daemon.command_context import CommandContext
    from daemon.feeds.template_store import TemplateStore
    from worker.templates.template_description import DescribedTemplate

Site = Annotated[str, typer.Argument(metavar="SITE", help="A site such as example.org, or one of its URLs.")]

sites = CommandApp(
    help="Show or forget the templates that pages of a site are read by.",
    epilog="Example: feedmill sites show example.org",
    no_args_is_help=True,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    sites.command(epilog="Example: feedmill sites show example.org --json")(show)
    sites.command(epilog="Example: feedmill sites forget example.org --yes")(forget)
    app.add_typer(sites, name="sites")


def show(context: typer.Context, site: Site, as_json: Json = False) -> None:
    """Show the templates of a site as selectors, how far each is trusted, and why it was suspended."""
    from daemon.feeds.template_store import parse_site
    from daemon.terminal.output import print_json

    wanted = parse_site(site)
    with _open_store(context) as store:
        found = store.describe(store.list_names(wanted))
    if as_json:
        print_json({"site": wanted, "templates": found})
        return
    for one in found:
        _print_template(one)
    if not found:
        typer.echo(
            f"{wanted}: no templates yet; they are learned from the pages of its entries"
            " (unless `templates = false` stands under [workers])"
        )


def forget(
    context: typer.Context,
    site: Site,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget the templates of a site: its next pages are read by the full way, and learned from anew."""
    from daemon.errors import InvalidRequestError
    from daemon.feeds.template_store import parse_site
    from daemon.terminal.output import format_count, make_text_printable

    wanted = parse_site(site)
    with _open_store(context) as store:
        names = store.list_names(wanted)
        if not names:
            raise InvalidRequestError(f"{wanted} has no templates")
        for name in names:
            typer.echo(make_text_printable(name))
        if not yes and not typer.confirm("Forget what was learned of these?"):
            raise typer.Exit(1)
        forgotten = store.forget(names)
    typer.echo(f"forgotten: the templates of {format_count(forgotten, 'source')} at {wanted}")


def _print_template(one: "DescribedTemplate") -> None:
    """Print a template: a line on where it stands, then its paths."""
    from daemon.terminal.output import format_count, make_text_printable, print_table

    least, most = one.words
    suspended = f"; suspended {format_count(one.suspensions, 'time')}" if one.suspensions else ""
    reasons = f" (last: {', '.join(one.setbacks)})" if one.setbacks else ""
    typer.echo(
        make_text_printable(
            f"{one.source}, {one.host}: {one.state}, {one.standing}; learned from "
            f"{format_count(one.pages, 'page')} of {least} to {most} words{suspended}{reasons}"
        )
    )
    rows = [
        (
            "links" if path.is_linked else "",
            path.selector,
            path.text,
            path.left,
            ", ".join(f"{rule} {times}" for rule, times in path.rules.items()),
        )
        for path in one.paths
    ]
    marks = [(name, selector, "", "", "") for name, selector in one.marks.items()]
    columns = ("", "selector", "text", "left out", "taken by")
    print_table(columns, [("within", one.container, "", "", ""), *rows, *marks])


@contextmanager
def _open_store(context: typer.Context) -> "Iterator[TemplateStore]":
    from daemon.feeds.template_store import TemplateStore
    from feedmill._ledger.core.ledger_connections import connect_blocking

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        yield TemplateStore(client, loaded.settings.redis.prefix)
