"""`feedmill feeds why`: what decided when a feed is polled next."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked
    from feedmill._ledger.answers import FeedState


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds why https://news.example/feed.xml")(why)


def why(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="As it stands in the list.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell why a feed is polled next when it is; docs/polling.md explains the rules."""
    from daemon.commands.feeds_report import read_reports
    from daemon.errors import AskedWronglyError
    from daemon.look import look
    from daemon.output import ago, print_json, printable

    asked: Asked = context.obj
    loaded = asked.load()
    with asked.server(loaded) as server:
        prefix = loaded.settings.redis.prefix
        seen = look(server.url, prefix)
        state = next((feed for feed in seen.feeds if feed.url == url), None)
        sites = list(read_reports(server.url, prefix, 1, state.site)) if state else []
    if state is None:
        raise AskedWronglyError(
            f"{url} has not been handed to the scheduler; `feedmill feeds list` shows the list"
        )
    told = explain(state)
    told["site"] = sites[0]
    if as_json:
        print_json(told)
        return
    if state.stopped:
        when = "never: it said that it is gone"
    else:
        when = "now" if state.next_at is None else f"in {ago(state.next_at - seen.now_ms)}"
    typer.echo(f"next poll  {when}")
    typer.echo(f"because    {state.reason or 'it is new'}")
    for rule, seconds in told["said"].items():
        typer.echo(f"           {rule}: {ago(seconds * 1000)}")
    typer.echo(f"last poll  {state.outcome or 'none yet'}, {state.failures} failed in a row")
    if state.moved_to:
        typer.echo(printable(f"moved to   {state.moved_to}"))
    if (site := sites[0]).gap_ms is not None:
        whose = f"the operator: {site.reason or 'no reason given'}" if site.ruled else "what the site needs"
        pace = f"{site.per_site} at a time, {site.gap_ms / 1000:g} s apart"
        typer.echo(printable(f"site       {site.site}: {pace} ({whose})"))
    if site.robots_ignored:
        typer.echo(printable(f"robots     {site.site}: not obeyed ({site.robots_ignored})"))


def explain(state: "FeedState") -> dict[str, Any]:
    """Give what had a say in a feed's next poll, for a program; seconds by rule."""
    from scheduler.notes import read_notes

    notes = read_notes(state.notes)
    said = (word.partition("=") for word in notes.why.split())
    return {
        "url": state.url,
        "next_at_ms": state.next_at,
        "reason": state.reason,
        "said": {rule: float(seconds) for rule, _, seconds in said},
        "outcome": state.outcome,
        "failures": state.failures,
        "strain": notes.strain,
        "gaps": notes.gaps,
        "stopped": state.stopped,
        "moved_to": state.moved_to,
    }
