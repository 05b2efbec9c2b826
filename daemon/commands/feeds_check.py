"""`feedmill feeds check`: poll once, change nothing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from config.load import Loaded
    from daemon.asked import Asked
    from daemon.checking import Check

_AT_ONCE = 8


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds check https://news.example/feed.xml")(check)


def check(
    context: typer.Context,
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL|all]...", help="Else every feed of the list.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Poll feeds once and say what came back and what feedmill would do; exit 1 when one fails.

    Nothing is remembered: no entry, no validator. One URL is told of at length, several in a table.
    """
    import asyncio

    from config.feeds import one_feed
    from daemon.output import print_json, print_table, printable
    from daemon.visits import ledger_at_hand

    asked: Asked = context.obj
    loaded = asked.load()
    if urls and urls != ["all"]:
        wanted = [one_feed({"url": url}).url for url in urls]
    else:
        wanted = [feed.url for feed in asked.load_with_feeds().feeds if feed.enabled]
    with ledger_at_hand(asked, loaded) as redis_url:
        checks = asyncio.run(_check_all(wanted, loaded, redis_url))
    if as_json:
        print_json(checks)
    elif len(checks) == 1:
        typer.echo(printable(_at_length(checks[0])))
    else:
        columns = ("outcome", "entries", "newest", "title", "feed")
        print_table(columns, [_row(one) for one in checks])
    raise typer.Exit(0 if all(one.outcome == "ok" for one in checks) else 1)


async def _check_all(urls: list[str], loaded: "Loaded", redis_url: str | None) -> "list[Check]":
    """Check several at once; the requests to one site keep apart."""
    import asyncio

    from daemon.looking import Looker, bounds_of
    from daemon.visits import visits
    from scheduler.cage import Cage

    slots = asyncio.Semaphore(_AT_ONCE)
    async with visits(loaded.settings, redis_url) as visit, Cage() as cage:
        looker = Looker(visit, cage, bounds_of(loaded.settings))

        async def one(url: str) -> "Check":
            async with slots:
                return (await looker.check(url))[0]

        return await asyncio.gather(*(one(url) for url in urls))


def _row(one: "Check") -> list[Any]:
    newest = one.newest.isoformat() if one.newest else ""
    return [one.outcome, one.entries or "", newest, one.title, one.url]


def _at_length(one: "Check") -> str:
    from daemon.looking import sample_of
    from daemon.output import ago

    status = f" (HTTP {one.status})" if one.status else ""
    detail = f": {one.detail}" if one.detail else ""
    said = [f"outcome    {one.outcome}{status}{detail}"]
    if one.moved:
        said.append(f"redirects  {one.moved}")
    if one.form or one.entries:
        said.append(sample_of(one))
        said.append(f"full text  in {one.full_text} of {one.entries} entries")
        said.append(f"validators {', '.join(one.validators) or 'none'}")
    if one.next_s is not None:
        said.append(f"next poll  in {ago(one.next_s * 1000)}, because of {one.next_reason}")
    said += [f"note       {note}" for note in one.notes]
    return "\n".join(said)
