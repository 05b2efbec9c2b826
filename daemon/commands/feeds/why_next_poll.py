"""`feedmill feeds why`: what decided when a feed is polled next."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.commands.name_completion import complete_feed

if TYPE_CHECKING:
    from daemon.command_context import CommandContext
    from daemon.feeds.site_request_report import SiteReport
    from feedmill._ledger.core.feed_operation_results import FeedState


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds why https://news.example/feed.xml")(why)


def why(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="As it stands in the list.", autocompletion=complete_feed)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show why a feed's next poll is due when it is, and what became of its entries.

    The page feedmill help polling has all reasons.
    """
    from daemon.commands.feeds.politeness_report import read_reports
    from daemon.errors import InvalidRequestError
    from daemon.health.ledger_snapshot import read_snapshot
    from daemon.terminal.output import print_json_with_moments

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        prefix = loaded.settings.redis.prefix
        snapshot = read_snapshot(server.url, prefix)
        state = next((feed for feed in snapshot.feeds if feed.url == url), None)
        sites = list(read_reports(server.url, prefix, 1, state.site)) if state else []
    if state is None:
        listed = any(feed.url == url for feed in loaded.feeds)
        raise InvalidRequestError(
            f"{url} is on the list, and no scheduler has taken it yet: `feedmill up` does"
            if listed
            else f"{url} is not on the list; `feedmill feeds list` shows it"
        )
    told = explain(state)
    told["site"] = sites[0]
    if as_json:
        print_json_with_moments(told)
        return
    _print_next_poll(state, told["said"], snapshot.now_ms)
    _print_history(state, snapshot.now_ms)
    _print_site(sites[0])


def _print_next_poll(state: "FeedState", said: dict[str, float], now_ms: int) -> None:
    from web.rendering.durations import format_span
    from web.rendering.poll_reasons import explain_poll_reason

    if state.stopped:
        when = "never: it said that it is gone"
    else:
        when = "now" if state.next_at is None else f"in {format_span(state.next_at - now_ms)}"
    typer.echo(f"next poll  {when}")
    typer.echo(f"because    {explain_poll_reason(state.reason) or 'it is new'}")
    for rule, seconds in said.items():
        typer.echo(f"           {explain_poll_reason(rule)}: {format_span(seconds * 1000)}")


def _print_history(state: "FeedState", now_ms: int) -> None:
    """Print how the last poll went, and what became of the feed's entries."""
    from daemon.terminal.output import make_text_printable
    from feedmill._ledger.core.entry_outcome_summary import format_entry_counts, read_entry_counts
    from feedmill._operator_rules.filter_rule_types import format_filters
    from web.rendering.durations import format_span

    detail = f" ({state.detail})" if state.detail else ""
    last = f"{state.outcome or 'none yet'}{detail}, {state.failures} failed in a row"
    typer.echo(make_text_printable(f"last poll  {last}"))
    typer.echo(f"entries    {format_entry_counts(read_entry_counts(state.counts))}")
    for line in format_filters(state.filters):
        typer.echo(make_text_printable(f"filters    {line}"))
    if state.unreadable_since is not None:
        since = format_span(now_ms - state.unreadable_since)
        typer.echo(f"unreadable for {since}: most of its last pages gave no article")
    if state.moved_to:
        typer.echo(make_text_printable(f"moved to   {state.moved_to}"))


def _print_site(site: "SiteReport") -> None:
    """Print the pace of the feed's site, and whether its robots.txt is obeyed."""
    from daemon.terminal.output import make_text_printable

    if site.gap_ms is not None:
        whose = f"the operator: {site.reason or 'no reason given'}" if site.ruled else "what the site needs"
        pace = f"{site.per_site} at a time, {site.gap_ms / 1000:g} s apart"
        typer.echo(make_text_printable(f"site       {site.site}: {pace} ({whose})"))
    if site.robots_ignored:
        typer.echo(make_text_printable(f"robots     {site.site}: not obeyed ({site.robots_ignored})"))


def explain(state: "FeedState") -> dict[str, Any]:
    """Return what decided a feed's next poll, for a program; seconds by rule."""
    import json

    from scheduler.polling.feed_state import read_poll_state

    notes = read_poll_state(state.notes)
    said = (word.partition("=") for word in notes.why.split())
    return {
        "url": state.url,
        "next_at_ms": state.next_at,
        "reason": state.reason,
        "said": {rule: float(seconds) for rule, _, seconds in said},
        "outcome": state.outcome,
        "detail": state.detail,
        "failures": state.failures,
        "strain": notes.failure_score,
        "gaps": notes.gaps,
        "stopped": state.stopped,
        "moved_to": state.moved_to,
        "filters": json.loads(state.filters) if state.filters else {},
        "counts": state.counts,
        "unreadable_since_ms": state.unreadable_since,
    }
