"""`feedmill feeds add`: a feed by its URL, or the feeds of a site."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from config.feeds import ListedFeed
    from config.load import Loaded
    from daemon.asked import Asked
    from daemon.checking import Check


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds add https://news.example/ --tag world")(add)


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed's URL, or that of a site.")],
    source: Annotated[str | None, typer.Option("--source", help="Who publishes it.")] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="A tag; may be repeated.")] = None,
    interval: Annotated[str | None, typer.Option("--interval", help='Such as "30m".')] = None,
    take_all: Annotated[bool, typer.Option("--all", help="Take every feed that is found.")] = False,
    no_look: Annotated[
        bool, typer.Option("--no-look", help="List the URL as it stands, without a request.")
    ] = False,
) -> None:
    """Append a feed to feeds.toml; of a site, find the feeds, show them and ask which to take.

    Without a terminal to ask at, --all takes them all, or name one of them instead of the site.
    """
    from config.feeds import one_feed
    from daemon.errors import AskedWronglyError, DaemonError

    asked: Asked = context.obj
    given = {"source": source, "tags": tags or None, "interval": interval}
    said = {key: value for key, value in given.items() if value is not None}
    if "://" not in url and not no_look:
        url = f"https://{url}"
    feed = one_feed({"url": url, **said})
    chosen = [feed]
    if not no_look:
        loaded = asked.load()
        if any(listed.url == url for listed in loaded.feeds):
            raise AskedWronglyError(f"{url} is on the list already ({loaded.folder / 'feeds.toml'})")
        check, found = _find(asked, loaded, url)
        if not found:
            what = f"{check.outcome}: {check.detail}" if check.detail else check.outcome
            raise DaemonError(f"{url}: no feed found ({what}); with --no-look it is listed as it stands")
        taken = found if found[0].url == url or take_all else _choose(found)
        chosen = [one_feed({"url": one.url, **said}) for one in taken]
    path, added = append(asked, chosen)
    if chosen and not added:
        raise AskedWronglyError(f"{' '.join(feed.url for feed in chosen)} is on the list already ({path})")
    for feed in added:
        typer.echo(f"added to {path}: {feed.url}")


def _find(asked: "Asked", loaded: "Loaded", url: str) -> "tuple[Check, list[Check]]":
    import asyncio

    from daemon.looking import Looker, bounds_of
    from daemon.visits import ledger_at_hand, visits
    from scheduler.cage import Cage

    async def find(redis_url: str | None) -> Any:
        async with visits(loaded.settings, redis_url) as visit, Cage() as cage:
            return await Looker(visit, cage, bounds_of(loaded.settings)).find(url)

    with ledger_at_hand(asked, loaded) as redis_url:
        check, found = asyncio.run(find(redis_url))
    return check, found


def _choose(found: "list[Check]") -> "list[Check]":
    """Show the feeds and ask which to take; raises AskedWronglyError where nobody can be asked."""
    from daemon.errors import AskedWronglyError
    from daemon.looking import sample_of
    from daemon.output import counted, printable

    for number, one in enumerate(found, start=1):
        typer.echo(printable(f"{number}  {sample_of(one)}"))
    if not sys.stdin.isatty():
        raise AskedWronglyError(
            f"{counted(len(found), 'feed')} found: take them with --all, or name one of the URLs above"
        )
    answer = typer.prompt("which (numbers, all, none)", default="1")
    words = answer.replace(",", " ").split()
    if words == ["all"]:
        return found
    if words == ["none"]:
        return []
    try:
        return [found[int(word) - 1] for word in words if int(word) > 0]
    except (ValueError, IndexError):
        raise AskedWronglyError(f"{answer}: numbers from 1 to {len(found)}, all, or none") from None


def append(asked: "Asked", feeds: "list[ListedFeed]") -> "tuple[Path, list[ListedFeed]]":
    """Add to the list, after it has been found free of mistakes."""
    from daemon.feeds_file import FeedsFile

    loaded = asked.load()
    file = FeedsFile(loaded.folder)
    added = file.add(feeds)
    if added:
        file.save()
    return file.path, added
