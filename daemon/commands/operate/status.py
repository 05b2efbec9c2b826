"""`feedmill status`: feeds, pages and stream at a glance."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.global_options import GlobalOptions
    from daemon.health.ledger_snapshot import LedgerSnapshot
    from feedmill._ledger.core.feed_replies import FeedState
    from feedmill._ledger.core.replies import Census

_ENTRY_PLACES = {
    "page": "from pages",
    "feed": "from the feed",
    "left_out": "left out",
    "in_process": "in process",
}
"""Where entries are, in words."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill status --json")(status)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every feed's last outcome and next poll, and where all pages are."""
    from daemon.health.ledger_snapshot import read_snapshot, summarize_census
    from daemon.terminal.output import print_json

    options: GlobalOptions = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        snapshot = read_snapshot(server.url, loaded.settings.redis.prefix)
    if as_json:
        print_json({"counts": summarize_census(snapshot.census), "feeds": snapshot.feeds})
        return
    _print_feeds(snapshot)
    _print_counts(snapshot.census)


def _print_feeds(snapshot: "LedgerSnapshot") -> None:
    from daemon.terminal.output import print_table
    from feedmill._ledger.core.entry_counts import read_entry_counts

    columns = ("source", "outcome", "entries", "lost", "fails", "last poll", "next poll", "feed")
    rows = [
        (
            feed.source,
            _outcome(feed),
            feed.entries,
            read_entry_counts(feed.counts).lost or "",
            feed.failures or "",
            _since(feed.last_poll_at, snapshot.now_ms),
            _until(feed, snapshot.now_ms),
            feed.url,
        )
        for feed in snapshot.feeds
    ]
    if rows:
        print_table(columns, rows)
    else:
        typer.echo("no feeds yet: add one with `feedmill feeds add URL`, then run `feedmill up`")


def _outcome(feed: "FeedState") -> str:
    if not feed.enabled:
        return "off"
    flooding = "" if feed.flooding_since is None else "flooding"
    unreadable = "" if feed.unreadable_since is None else "unreadable"
    said = (feed.outcome or "not polled yet", flooding, unreadable, feed.detail[:60])
    return " ".join(part for part in said if part)


def _since(moment: int | None, now: int) -> str:
    from web.rendering.durations import format_span

    return "" if moment is None else f"{format_span(now - moment)} ago"


def _until(feed: "FeedState", now: int) -> str:
    from web.rendering.durations import format_span

    if feed.leased:
        return "now"
    if feed.next_at is None or not feed.enabled:
        return ""
    return "due" if feed.next_at <= now else f"in {format_span(feed.next_at - now)}"


def _print_counts(census: "Census") -> None:
    from daemon.terminal.output import format_count
    from web.rendering.durations import format_span

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
    if census.entries.get("listed"):
        others = ", ".join(
            f"{count} {_ENTRY_PLACES.get(name, name)}"
            for name, count in census.entries.items()
            if count and name != "listed"
        )
        typer.echo(
            f"entries: {census.entries['listed']} listed: {others}; `feedmill feeds why URL` says more"
        )
    made = ", ".join(f"{count} {event}" for event, count in census.published.items())
    typer.echo(f"stream: {format_count(census.stream_length, 'entry')}" + (f"; ever: {made}" if made else ""))
    if census.offline_ms is not None:
        typer.echo(
            f"offline for {format_span(census.offline_ms)}: no site can be reached; one request in 15 s "
            "asks again"
        )
    for full in census.full:
        typer.echo(
            f"full: {full.route or 'articles'} waits for group {full.group}; pages wait until it reads"
        )
    if "all" in census.paused:
        typer.echo("everything is paused: `feedmill resume all` goes on")
    elif census.paused:
        typer.echo(f"paused: {format_count(len(census.paused), 'feed or site')}; `feedmill pause` lists them")
    if not census.balanced:
        typer.echo("the counts do not balance: run `feedmill doctor`")
