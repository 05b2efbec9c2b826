"""`feedmill status`: feeds, pages and stream at a glance."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daemon.global_options import GlobalOptions
    from daemon.health.ledger_snapshot import LedgerSnapshot
    from feedmill._ledger.core.feed_replies import FeedState
    from feedmill._ledger.core.replies import Census
    from feedmill._metrics.process_files import LiveSlot

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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, of all feeds.")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Show all feeds, also of a long list.")] = False,
    failing: Annotated[bool, typer.Option("--failing", help="Show the feeds that need a look, all.")] = False,
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="S",
            help="Show the feeds of this source; may be repeated.",
            autocompletion=complete_source,
        ),
    ] = None,
) -> None:
    """Show whether feedmill runs, where all pages are, and feeds: of a long list those that need a look."""
    from daemon.health.heartbeat import find_metrics_folder
    from daemon.health.ledger_snapshot import read_snapshot, summarize_census
    from daemon.terminal.output import print_json
    from feedmill._metrics.process_files import list_live_slots

    options: GlobalOptions = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        snapshot = read_snapshot(server.url, loaded.settings.redis.prefix)
    if as_json:
        print_json({"counts": summarize_census(snapshot.census), "feeds": snapshot.feeds})
        return
    _require_sources(snapshot, sources or ())
    _print_processes(list(list_live_slots(find_metrics_folder(options, loaded))), snapshot.workers)
    _print_counts(snapshot.census)
    if snapshot.lacking:
        typer.echo(
            f"{snapshot.lacking} or more pages wait for a host with their credentials: see `feedmill doctor`"
        )
    _print_feeds(snapshot, show_all=show_all, failing=failing, sources=sources or ())


def _require_sources(snapshot: "LedgerSnapshot", sources: "Sequence[str]") -> None:
    from daemon.errors import InvalidRequestError

    known = {feed.source for feed in snapshot.feeds}
    for source in sources:
        if source not in known:
            raise InvalidRequestError(f"{source}: no feed has this source; `feedmill feeds list` shows all")


def _print_processes(live: "Sequence[LiveSlot]", workers: int) -> None:
    """Print whether feedmill runs on this machine, as what and since when."""
    from importlib.metadata import version

    from daemon.health.machine_facts import read_process_age_s
    from daemon.terminal.output import format_count
    from web.rendering.durations import format_span

    name = f"feedmill {version('feedmill')}"
    if live:
        ages_s = [age_s for one in live if (age_s := read_process_age_s(one.pid)) is not None]
        runs = f"has been running for {format_span(round(max(ages_s) * 1000))}" if ages_s else "is running"
        typer.echo(f"{name} {runs}: {', '.join(f'{one.role} {one.pid}' for one in live)}")
    elif workers:
        typer.echo(f"{name} is not running here; {format_count(workers, 'worker')} elsewhere")
    else:
        typer.echo(f"{name} is not running: `feedmill up` starts it")


def _print_feeds(
    snapshot: "LedgerSnapshot", *, show_all: bool, failing: bool, sources: "Sequence[str]"
) -> None:
    from daemon.health.feed_attention import choose_feeds, describe_outcome, needs_attention
    from daemon.terminal.output import format_count, print_table
    from feedmill._ledger.core.entry_counts import read_entry_counts

    if not snapshot.feeds:
        typer.echo("no feeds yet: add one with `feedmill feeds add URL`, then run `feedmill up`")
        return
    columns = ("source", "outcome", "entries", "lost", "fails", "last poll", "next poll", "feed")
    shown = choose_feeds(snapshot.feeds, show_all=show_all, failing=failing, sources=sources)
    rows = [
        (
            feed.source,
            describe_outcome(feed, snapshot.census.paused),
            feed.entries,
            read_entry_counts(feed.counts).lost or "",
            feed.failures or "",
            _since(feed.last_poll_at, snapshot.now_ms),
            _until(feed, snapshot.now_ms),
            feed.url,
        )
        for feed in shown
    ]
    if rows:
        print_table(columns, rows)
    needy = sum(map(needs_attention, snapshot.feeds))
    total = format_count(len(snapshot.feeds), "feed")
    if len(shown) < len(snapshot.feeds):
        typer.echo(
            f"{total}, {needy} of them need a look: `feedmill status --failing` shows these, --all all"
        )


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
    from daemon.health.work_checks import describe_pauses
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
        typer.echo(f"paused: {describe_pauses(census.paused)}; `feedmill pause` lists them")
    if not census.balanced:
        typer.echo("the counts do not balance: run `feedmill doctor`")
