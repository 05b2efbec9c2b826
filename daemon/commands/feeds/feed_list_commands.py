"""`feedmill feeds list`, `remove`, `import`, `export` and `packs`, and the group that has them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.feeds import (
    add,
    check,
    dropped_entries,
    politeness_report,
    poll_and_retry,
    set_keys,
    why_next_poll,
)
from daemon.commands.name_completion import complete_feed, complete_pack
from daemon.terminal.command_help import CommandApp

if TYPE_CHECKING:
    from daemon.command_context import CommandContext

_MAX_NAMES = 3
"""Sources that the list of packs names of a pack, so that it takes one line."""

group = CommandApp(help="Read and edit the feed list.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    add.add_to(group)
    set_keys.add_to(group)
    check.add_to(group)
    why_next_poll.add_to(group)
    poll_and_retry.add_to(group)
    dropped_entries.add_to(group)
    politeness_report.add_to(group)
    group.command(epilog="Example: feedmill feeds packs science")(packs)
    app.add_typer(group, name="feeds", epilog="Example: feedmill feeds add https://news.example/feed.xml")


@group.command("list", epilog="Example: feedmill feeds list --json")
def list_feeds(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the feeds of feeds.toml."""
    from config.parsing.duration_and_size import format_duration
    from daemon.terminal.output import print_json, print_table

    options: CommandContext = context.obj
    feeds = options.load_config_with_feeds().feeds
    if as_json:
        print_json(feeds)
        return
    rows = [
        (
            feed.source,
            ", ".join(feed.tags),
            format_duration(feed.interval) if feed.interval else "",
            "" if feed.enabled else "off",
            feed.url,
        )
        for feed in feeds
    ]
    print_table(("source", "tags", "interval", "", "feed"), rows)


@group.command(epilog="Example: feedmill feeds remove https://news.example/feed.xml")
def remove(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="As it stands in the list.", autocompletion=complete_feed)
    ],
    if_file: Annotated[
        str | None, typer.Option("--if-file", metavar="MARK", help="Only if the list is as it was then.")
    ] = None,
) -> None:
    """Take a feed off feeds.toml; what was seen of it stays remembered."""
    from daemon.errors import InvalidRequestError
    from daemon.feeds.feeds_file import edit_feeds_file

    options: CommandContext = context.obj
    with edit_feeds_file(options.load_config_with_feeds().folder, if_file) as file:
        if not file.remove(url):
            raise InvalidRequestError(f"{url} is not on the list ({file.path})")
        file.save()
    typer.echo(f"removed from {file.path}: {url}")


@group.command("import", epilog="Example: feedmill feeds import subscriptions.opml")
def import_opml(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="An OPML file; - reads standard input; pack:NAME is a starter pack.",
        ),
    ],
) -> None:
    """Append the feeds of an OPML file to feeds.toml; folders become tags."""
    from daemon.commands.feeds.add import append
    from daemon.errors import InvalidRequestError
    from daemon.feeds.opml import breaks_off, read_opml
    from daemon.feeds.starter_packs import PREFIX, read_starter_pack_opml
    from daemon.terminal.input_source import is_url, name_input, read_local_input
    from daemon.terminal.output import format_count

    options: CommandContext = context.obj
    if is_url(source):
        raise InvalidRequestError(f"{source} is no file; `feedmill feeds add URL` takes a feed or a site")
    is_pack = source.startswith(PREFIX)
    document = read_starter_pack_opml(source.removeprefix(PREFIX)) if is_pack else read_local_input(source)
    name = name_input(source)
    try:
        feeds, skipped = read_opml(document)
    except InvalidRequestError as error:
        raise InvalidRequestError(
            f"{name}: {error}, as feed readers export it; `feedmill feeds add URL` takes one feed or site"
        ) from error
    if not feeds:
        passed = f" ({format_count(len(skipped), 'outline')} without one)" if skipped else ""
        raise InvalidRequestError(f"{name}: names no feed{passed}; an outline names it by xmlUrl")
    if breaks_off(document):
        typer.echo(f"note: {name} breaks off; feeds that stood behind its end are not taken", err=True)
    path, added = append(options, feeds)
    for item in skipped:
        typer.echo(f"skipped: {item.text}: {item.reason}", err=True)
    known = len(feeds) - len(added)
    left_out = f", {format_count(len(skipped), 'outline')} skipped" if skipped else ""
    typer.echo(f"{path}: {format_count(len(added), 'feed')} added, {known} were there{left_out}")


@group.command("export", epilog="Example: feedmill feeds export > subscriptions.opml")
def export_opml(
    context: typer.Context,
    target: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Else standard output.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is no exported list.")
    ] = False,
) -> None:
    """Write the feed list as OPML."""
    from daemon.feeds.opml import is_opml_of_feedmill, write_opml
    from daemon.terminal.output_files import replaced_file

    options: CommandContext = context.obj
    document = write_opml(options.load_config_with_feeds().feeds)
    if target is None:
        sys.stdout.buffer.write(document)
    else:
        with replaced_file(
            target, "OPML file of feedmill", lambda file: is_opml_of_feedmill(file.read_bytes()), force=force
        ) as out:
            out.write(document)
        typer.echo(f"wrote: {target}")


def packs(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="Show this pack's feeds; else all packs.", autocompletion=complete_pack
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the starter packs, or one pack's feeds; `feeds import pack:NAME` takes a pack in."""
    from daemon.feeds.starter_packs import PREFIX, list_starter_packs, read_starter_pack
    from daemon.terminal.output import print_json, print_table

    if name is not None:
        feeds = read_starter_pack(name.removeprefix(PREFIX)).feeds
        if as_json:
            print_json(feeds)
        else:
            print_table(("source", "tags", "feed"), [(f.source, ", ".join(f.tags), f.url) for f in feeds])
        return
    known = list_starter_packs()
    if as_json:
        print_json([{"name": pack.name, "feeds": [feed.url for feed in pack.feeds]} for pack in known])
        return
    rows = []
    for pack in known:
        names = list(dict.fromkeys(feed.source for feed in pack.feeds))
        more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
        rows.append((pack.name, str(len(pack.feeds)), ", ".join(names[:_MAX_NAMES]) + more))
    print_table(("pack", "feeds", "from"), rows)
