"""`feedmill feeds check`: poll once, change nothing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.asked import Asked

_AT_ONCE = 8


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds check https://news.example/feed.xml")(check)


def check(
    context: typer.Context,
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL]...", help="Else every feed of the list.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Poll feeds once and say what came back, without touching the ledger; exit 1 when one fails."""
    import asyncio

    from config.feeds import one_feed
    from daemon.output import print_json, print_table

    asked: Asked = context.obj
    settings = asked.load().settings
    if urls:
        wanted = [one_feed({"url": url}).url for url in urls]
    else:
        wanted = [feed.url for feed in asked.load_with_feeds().feeds if feed.enabled]
    results = asyncio.run(_check_all(wanted, settings))
    if as_json:
        print_json(results)
    else:
        columns = ("outcome", "entries", "newest", "title", "feed")
        rows = [
            [result[column] or "" for column in ("outcome", "entries", "newest", "title", "url")]
            for result in results
        ]
        print_table(columns, rows)
    raise typer.Exit(0 if all(result["outcome"] == "ok" for result in results) else 1)


async def _check_all(urls: list[str], settings: "Settings") -> list[dict[str, Any]]:
    """Check several at once; feeds of one site would be asked together, so a site's come one by one."""
    import asyncio
    from collections import defaultdict

    from feedmill._ledger.identity import site_of

    turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(url: str) -> dict[str, Any]:
        async with turns[site_of(url)], slots:
            result = await _check_one(url, settings)
            if len(urls) > 1:
                await asyncio.sleep(settings.politeness.gap)
            return result

    return await asyncio.gather(*(one(url) for url in urls))


async def _check_one(url: str, settings: "Settings") -> dict[str, Any]:
    from daemon.commands.parse import parse_material
    from daemon.errors import DaemonError
    from daemon.material import read_material
    from feedmill._net.errors import NetError
    from scheduler.documents import ParsedFeed

    result: dict[str, Any] = dict.fromkeys(("url", "outcome", "detail", "title", "entries", "newest"))
    result["url"] = url
    try:
        parsed = await parse_material(await read_material(url, settings))
    except NetError as error:
        return {**result, "outcome": error.outcome, "detail": error.detail}
    except DaemonError as error:
        return {**result, "outcome": "http", "detail": str(error)}
    result["outcome"] = parsed.outcome
    if not isinstance(parsed, ParsedFeed):
        return {**result, "detail": parsed.detail}
    moments = [entry.published_at or entry.updated_at for entry in parsed.entries]
    newest = max((moment for moment in moments if moment), default=None)
    return {
        **result,
        "title": parsed.title,
        "entries": parsed.listed,
        "newest": newest.isoformat() if newest else None,
    }
