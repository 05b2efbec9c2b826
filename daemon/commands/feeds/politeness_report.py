"""`feedmill feeds report`: what sites were sent, and whether it was polite."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_site

if TYPE_CHECKING:
    from daemon.command_context import CommandContext
    from daemon.feeds.site_request_report import SiteReport

_SITES_PER_READ = 500
"""Sites of one read: bounds how long the server works on it."""
_MAX_SITES = 100_000
"""Sites of one report at most: bounds the loop where sites are added while it reads."""


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command(epilog="Example: feedmill feeds report news.example")(report)


def report(
    context: typer.Context,
    site: Annotated[
        str | None,
        typer.Argument(
            metavar="[SITE]", help="A site or one of its URLs; else all.", autocompletion=complete_site
        ),
    ] = None,
    weeks: Annotated[
        int, typer.Option("--weeks", metavar="N", min=1, max=5, help="How many weeks, this one included.")
    ] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what each site was sent, from the record of all requests; exit 1 when a rule was broken."""
    from daemon.errors import InvalidRequestError
    from daemon.feeds.site_request_report import summarize_reports
    from daemon.terminal.output import print_json_with_moments, print_table

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        wanted = _site(site) if site else ""
        reports = list(read_reports(server.url, loaded.settings.redis.prefix, weeks, wanted))
    if site and not any(one.requests for one in reports):
        raise InvalidRequestError(f"{wanted} was sent nothing in {weeks} weeks")
    if as_json:
        print_json_with_moments({"ok": not any(one.broken for one in reports), "sites": reports})
    else:
        columns = ("site", "requests", "polls", "conditional", "304", "pages", "robots", "429/503",
                   "shortest gap", "at once", "pace", "broken")  # fmt: skip
        print_table(columns, (_row(one) for one in reports))
        for line in _describe_violations(reports):
            typer.echo(line)
        typer.echo(summarize_reports(reports))
    raise typer.Exit(1 if any(one.broken for one in reports) else 0)


def read_reports(url: str, prefix: str, weeks: int, site: str) -> "Iterator[SiteReport]":
    """Read the reports of all sites, the one asked last first, or of one."""
    from daemon.feeds.site_request_report import build_site_report
    from feedmill._ledger.core.keys import Keys
    from feedmill._ledger.core.ledger_client import SyncLedger
    from feedmill._ledger.core.ledger_connections import connect_blocking
    from feedmill._ledger.operations.site_request_operations import read_request_report

    keys = Keys(prefix)
    with connect_blocking(url) as client:
        ledger = SyncLedger(client, keys)
        for offset in range(0, 1 if site else _MAX_SITES, _SITES_PER_READ):
            found = ledger.run(
                read_request_report(keys, weeks=weeks, limit=_SITES_PER_READ, offset=offset, site=site)
            )
            yield from (build_site_report(one) for one in found)
            if len(found) < _SITES_PER_READ:
                return


def _site(named: str) -> str:
    from feedmill._ledger.identity.registrable_domain import find_site

    return find_site(named if "://" in named else f"http://{named}")


def _row(one: "SiteReport") -> tuple[object, ...]:
    share = f"{one.conditional} ({one.conditional / one.polls:.0%})" if one.polls else ""
    gap = "" if one.shortest_gap_ms is None else f"{one.shortest_gap_ms / 1000:.2f} s"
    pace = "" if one.gap_ms is None else f"{one.per_site}, {one.gap_ms / 1000:g} s apart"
    broken = ", ".join(f"{breach.rule} {breach.times}" for breach in one.broken)
    return (one.site, one.requests, one.polls, share, one.not_modified, one.pages, one.robots,
            one.refused or "", gap, one.at_once, pace, broken)  # fmt: skip


def _describe_violations(reports: "list[SiteReport]") -> Iterator[str]:
    """Describe what was broken, and what the operator has decided for single sites."""
    from daemon.terminal.output import make_text_printable

    for one in reports:
        if one.robots_ignored:
            yield make_text_printable(f"{one.site}: robots.txt is not obeyed: {one.robots_ignored}")
        elif one.reason:
            yield make_text_printable(f"{one.site}: has a pace of its own: {one.reason}")
        for breach in one.broken:
            yield make_text_printable(
                f"{one.site}: {breach.means}: {breach.times} times, last {breach.last_url}"
            )
