"""`feedmill feeds packs`: the lists of feeds that ship with feedmill."""

from typing import Annotated

import typer

from daemon.commands.name_completion import complete_pack

_MAX_NAMES = 3
"""Sources that stand for a pack in the list of packs: a line each."""


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds packs science")(packs)


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
