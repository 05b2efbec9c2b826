"""`feedmill status`: feeds, pages and stream at a glance."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked
    from daemon.look import Look
    from feedmill._ledger.answers import Census, FeedState


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill status --json")(status)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every feed's last outcome and next poll, and where all pages are."""
    from daemon.look import counts, look
    from daemon.output import print_json

    asked: Asked = context.obj
    loaded = asked.load()
    with asked.server(loaded) as server:
        seen = look(server.url, loaded.settings.redis.prefix)
    if as_json:
        print_json({"counts": counts(seen.census), "feeds": seen.feeds})
        return
    _print_feeds(seen)
    _print_counts(seen.census)


def _print_feeds(seen: "Look") -> None:
    from daemon.output import print_table

    columns = ("source", "outcome", "entries", "fails", "last poll", "next poll", "feed")
    rows = [
        (
            feed.source,
            _outcome(feed),
            feed.entries,
            feed.failures or "",
            _since(feed.last_poll_at, seen.now_ms),
            _until(feed, seen.now_ms),
            feed.url,
        )
        for feed in seen.feeds
    ]
    if rows:
        print_table(columns, rows)
    else:
        typer.echo("no feeds yet: add one with `feedmill feeds add URL`, then run `feedmill up`")


def _outcome(feed: "FeedState") -> str:
    if not feed.enabled:
        return "off"
    return " ".join(part for part in (feed.outcome or "not polled yet", feed.detail[:60]) if part)


def _since(moment: int | None, now: int) -> str:
    from daemon.output import ago

    return "" if moment is None else f"{ago(now - moment)} ago"


def _until(feed: "FeedState", now: int) -> str:
    from daemon.output import ago

    if feed.leased:
        return "now"
    if feed.next_at is None or not feed.enabled:
        return ""
    return "due" if feed.next_at <= now else f"in {ago(feed.next_at - now)}"


def _print_counts(census: "Census") -> None:
    from daemon.output import ago, counted

    pages = {
        "ready": census.ready,
        "leased": census.leased,
        "held": census.held,
        "deferred": census.deferred,
        "dead": census.dead,
        **census.settled,
    }
    shown = ", ".join(f"{count} {name}" for name, count in pages.items() if count)
    typer.echo(f"pages:  {census.discovered} discovered" + (f": {shown}" if shown else ""))
    made = ", ".join(f"{count} {event}" for event, count in census.published.items())
    typer.echo(f"stream: {counted(census.stream_length, 'entry')}" + (f"; ever: {made}" if made else ""))
    if census.offline_ms is not None:
        typer.echo(
            f"offline for {ago(census.offline_ms)}: no site can be reached; one request in 15 s asks again"
        )
    for full in census.full:
        typer.echo(
            f"full: {full.route or 'articles'} waits for group {full.group}; pages wait until it reads"
        )
    if "all" in census.paused:
        typer.echo("everything is paused: `feedmill resume all` goes on")
    elif census.paused:
        typer.echo(f"paused: {counted(len(census.paused), 'feed or site')}; `feedmill pause` lists them")
    if not census.balanced:
        typer.echo("the counts do not balance: run `feedmill doctor`")
