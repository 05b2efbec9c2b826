"""Checks the server and the ledger for the doctor, the gateway's page and its API alike. Pure."""

from collections.abc import Iterator

from daemon.health.group_checks import check_groups, check_routes
from daemon.health.ledger_snapshot import LedgerSnapshot
from daemon.health.server_checks import Finding, check_server
from daemon.health.site_credential_checks import check_lacking
from daemon.health.work_checks import check_durability, check_retention_lag, check_work
from feedmill._ledger.core.operation_result_types import Census
from web.rendering.durations import format_span


def check_snapshot(snapshot: LedgerSnapshot, keep_ms: float) -> list[Finding]:
    """Check all that a snapshot shows; `keep_ms` is how long the stream keeps its entries."""
    return [
        *check_server(snapshot.info),
        *check_page_records(snapshot.census),
        *check_durability(snapshot.info),
        *check_work(snapshot),
        *check_lacking(snapshot.lacking, snapshot.feeds),
        *check_groups(snapshot.groups),
        *check_retention_lag(snapshot.groups, keep_ms),
        *check_routes(snapshot.routes),
    ]


def check_page_records(census: Census) -> Iterator[Finding]:
    """Check the counts of pages, and what keeps all of them waiting."""
    here = census.ready + census.deferred + census.leased + census.held + census.dead
    ended = sum(census.settled.values())
    found = f"{census.discovered} discovered, {here} in process or dead, {ended} settled"
    wanted = "discovered = the others together"
    if census.balanced:
        yield Finding("page records", "ok", found, wanted)
    else:
        yield Finding("page records", "wrong", found, wanted, "report it, with this")
    if census.dead:
        yield Finding("dead letters", "warn", str(census.dead), "none", "see `feedmill dead list`")
    for full in census.full:
        yield Finding(
            f"stream {full.route or 'articles'}",
            "warn",
            f"full with {full.size >> 20} MiB: pages wait for the group {full.group}",
            "protected groups read",
            f"start its consumers, or `feedmill groups --remove {full.group}`",
        )
    if census.untold:
        yield Finding(
            "story events",
            "warn",
            f"{census.untold} could not be appended to the stream stories",
            "each appended",
            "see what the key holds (TYPE feedmill:stories), and whether the server is full",
        )
    if census.offline_ms is not None:
        found = f"no site could be reached for {format_span(census.offline_ms)}"
        yield Finding("line", "warn", found, "sites answer", "see this machine's network and DNS")
