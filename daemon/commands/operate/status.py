"""`feedmill status`: feeds, pages and stream at a glance."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.commands.name_completion import complete_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.load import LoadedConfig
    from daemon.command_context import CommandContext
    from daemon.health.ledger_snapshot import LedgerSnapshot
    from daemon.terminal.feed_rows import FeedRow
    from feedmill._ledger.core.feed_operation_results import FeedState
    from feedmill._ledger.core.operation_result_types import Census

_ENTRY_PLACES = {
    "page": "from pages",
    "feed": "from the feed",
    "left_out": "left out",
    "in_process": "in process",
}
"""Where entries are, in words."""
_MAX_SITES = 5
"""Redesigned sites that are named; the rest is counted."""
_MAX_DETAIL = 60
"""Characters that are shown of what a poll's outcome says beside its name."""


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
    from daemon.health.ledger_snapshot import read_snapshot, summarize_census
    from daemon.health.process_liveness import find_metrics_folder
    from daemon.processes.run_description import describe_places, describe_run, list_processes
    from daemon.terminal.output import format_count, make_text_printable, print_json_with_moments
    from feedmill._metrics.process_files import list_live_slots

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        snapshot = read_snapshot(server.url, loaded.settings.redis.prefix)
    _require_sources(snapshot, sources or ())
    live = list(list_live_slots(find_metrics_folder(options, loaded)))
    if as_json:
        print_json_with_moments(
            {
                "running": list_processes(live),
                "counts": summarize_census(snapshot.census),
                "feeds": [_describe_feed(feed) for feed in snapshot.feeds],
            }
        )
        return
    typer.echo(describe_run(live, snapshot.workers))
    has_page = any(one.role == "web" for one in live)
    typer.echo(make_text_printable(describe_places(options, loaded, has_page=has_page)))
    _print_counts(snapshot.census)
    _print_hindrances(snapshot.census)
    if snapshot.lacking:
        typer.echo(
            f"{snapshot.lacking} or more pages wait for a host with their credentials: see `feedmill doctor`"
        )
    if snapshot.redesigned:
        number, shown = len(snapshot.redesigned), ", ".join(snapshot.redesigned[:_MAX_SITES])
        more = ", …" if number > _MAX_SITES else ""
        typer.echo(
            make_text_printable(f"{format_count(number, 'site')} redesigned within a day: {shown}{more}")
        )
    if not snapshot.feeds:
        typer.echo(_describe_empty_list(loaded))
        return
    _print_feeds(snapshot, show_all=show_all, failing=failing, sources=sources or ())


def _describe_feed(feed: "FeedState") -> "dict[str, Any]":
    """Return a feed for a program: what the scheduler notes for itself is left out."""
    import msgspec

    return {name: value for name, value in msgspec.to_builtins(feed).items() if name != "notes"}


def _require_sources(snapshot: "LedgerSnapshot", sources: "Sequence[str]") -> None:
    from daemon.errors import InvalidRequestError

    known = {feed.source for feed in snapshot.feeds}
    for source in sources:
        if source not in known:
            raise InvalidRequestError(f"{source}: no feed has this source; `feedmill feeds list` shows all")


def _describe_empty_list(loaded: "LoadedConfig") -> str:
    """Describe why no feed is polled, and what comes next."""
    from daemon.terminal.output import format_count

    if not loaded.has_feeds_file:
        return f"no feeds.toml in {loaded.folder}: `feedmill init` writes one"
    if not loaded.feeds:
        return "no feeds yet: add one with `feedmill feeds add URL`, then run `feedmill up`"
    listed = format_count(len(loaded.feeds), "feed")
    return f"{listed} in feeds.toml, not handed to a scheduler yet: `feedmill up` polls them"


def _print_feeds(
    snapshot: "LedgerSnapshot", *, show_all: bool, failing: bool, sources: "Sequence[str]"
) -> None:
    from daemon.terminal.feed_rows import WIDE_COLUMNS, list_wide_cells, render_narrow_rows
    from daemon.terminal.output import format_count, make_text_printable, print_table
    from daemon.terminal.table import is_too_wide
    from web.status.feed_attention import choose_feeds, needs_attention

    shown = choose_feeds(snapshot.feeds, show_all=show_all, failing=failing, sources=sources)
    wide = [list_wide_cells(_make_row(feed, snapshot, units=2)) for feed in shown]
    if wide and is_too_wide(WIDE_COLUMNS, [[str(cell) for cell in row] for row in wide]):
        rows = [_make_row(feed, snapshot, units=1) for feed in shown]
        typer.echo("\n" + "\n".join(make_text_printable(line) for line in render_narrow_rows(rows)) + "\n")
    elif wide:
        print_table(WIDE_COLUMNS, wide)
    needy = sum(map(needs_attention, snapshot.feeds))
    total = format_count(len(snapshot.feeds), "feed")
    if len(shown) < len(snapshot.feeds):
        need = "needs" if needy == 1 else "need"
        typer.echo(f"{total}, {needy} of them {need} a look: --failing shows these, --all all")


def _make_row(feed: "FeedState", snapshot: "LedgerSnapshot", *, units: int) -> "FeedRow":
    from daemon.terminal.feed_rows import FeedRow
    from feedmill._ledger.core.entry_outcome_summary import read_entry_counts
    from web.status.feed_attention import describe_outcome

    return FeedRow(
        source=feed.source,
        outcome=describe_outcome(feed, snapshot.census.paused),
        detail=feed.detail[:_MAX_DETAIL] if feed.enabled else "",
        entries=feed.entries,
        lost=read_entry_counts(feed.counts).lost,
        failures=feed.failures,
        last_poll=_since(feed.last_poll_at, snapshot.now_ms, units),
        next_poll=_until(feed, snapshot.now_ms, units),
        url=feed.url,
    )


def _since(moment: int | None, now: int, units: int) -> str:
    from web.rendering.durations import format_span

    return "" if moment is None else f"{format_span(now - moment, units)} ago"


def _until(feed: "FeedState", now: int, units: int) -> str:
    from web.rendering.durations import format_span

    if feed.leased:
        return "now"
    if feed.next_at is None or not feed.enabled:
        return ""
    return "due" if feed.next_at <= now else f"in {format_span(feed.next_at - now, units)}"


def _print_counts(census: "Census") -> None:
    from daemon.terminal.output import format_count

    pages = {
        "ready": census.ready,
        "leased": census.leased,
        "held": census.held,
        "deferred": census.deferred,
        "dead": census.dead,
        **census.settled,
    }
    shown = ", ".join(f"{count} {name}" for name, count in pages.items() if count)
    typer.echo(f"pages:   {census.discovered} discovered" + (f": {shown}" if shown else ""))
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
    typer.echo(
        f"stream:  {format_count(census.stream_length, 'entry')}" + (f"; ever: {made}" if made else "")
    )


def _print_hindrances(census: "Census") -> None:
    """Print what keeps feedmill from working."""
    from daemon.health.work_checks import describe_pauses
    from web.rendering.durations import format_span

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
