"""`feedmill feeds`: the feed list. `check`, `report` and `why` stand in files of their own."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands import feeds_add, feeds_check, feeds_report, feeds_why

if TYPE_CHECKING:
    from daemon.asked import Asked

group = typer.Typer(help="Read and edit the feed list.", rich_markup_mode=None, no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    feeds_add.add_to(group)
    feeds_check.add_to(group)
    feeds_why.add_to(group)
    feeds_report.add_to(group)
    app.add_typer(group, name="feeds", epilog="Example: feedmill feeds add https://news.example/feed.xml")


@group.command("list", epilog="Example: feedmill feeds list --json")
def list_feeds(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the feeds of feeds.toml."""
    from config.units import write_duration
    from daemon.output import print_json, print_table

    asked: Asked = context.obj
    feeds = asked.load_with_feeds().feeds
    if as_json:
        print_json(feeds)
        return
    rows = [
        (
            feed.source,
            ", ".join(feed.tags),
            write_duration(feed.interval) if feed.interval else "",
            "" if feed.enabled else "off",
            feed.url,
        )
        for feed in feeds
    ]
    print_table(("source", "tags", "interval", "", "feed"), rows)


@group.command(epilog="Example: feedmill feeds remove https://news.example/feed.xml")
def remove(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="As it stands in the list.")],
) -> None:
    """Take a feed off feeds.toml; what was seen of it stays remembered."""
    from daemon.errors import AskedWronglyError
    from daemon.feeds_file import FeedsFile

    asked: Asked = context.obj
    file = FeedsFile(asked.load_with_feeds().folder)
    if not file.remove(url):
        raise AskedWronglyError(f"{url} is not on the list ({file.path})")
    file.save()
    typer.echo(f"removed from {file.path}: {url}")


@group.command("import", epilog="Example: feedmill feeds import subscriptions.opml")
def import_opml(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|-", help="An OPML file; - reads standard input.")],
) -> None:
    """Append the feeds of an OPML file to feeds.toml; folders become tags."""
    from daemon.commands.feeds_add import append
    from daemon.material import read_local
    from daemon.opml import read_opml

    asked: Asked = context.obj
    feeds, skipped = read_opml(read_local(source))
    path, added = append(asked, feeds)
    for item in skipped:
        typer.echo(f"skipped: {item.text}: {item.reason}", err=True)
    known = len(feeds) - len(added)
    typer.echo(f"{path}: {len(added)} feeds added, {known} were there, {len(skipped)} outlines skipped")


@group.command("export", epilog="Example: feedmill feeds export > subscriptions.opml")
def export_opml(
    context: typer.Context,
    target: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Else standard output.")] = None,
) -> None:
    """Write the feed list as OPML."""
    from daemon.opml import write_opml

    asked: Asked = context.obj
    document = write_opml(asked.load_with_feeds().feeds)
    if target is None:
        sys.stdout.buffer.write(document)
    else:
        target.write_bytes(document)
        typer.echo(f"wrote: {target}")
