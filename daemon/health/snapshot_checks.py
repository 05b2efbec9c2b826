"""Checks the server and the ledger for the doctor, the gateway's page and its API alike. Pure."""

from daemon.health.feed_checks import check_lacking, check_redesigns
from daemon.health.group_checks import check_groups, check_retention_lag, check_routes
from daemon.health.ledger_snapshot import LedgerSnapshot
from daemon.health.server_checks import Finding, check_durability, check_server
from daemon.health.work_checks import check_page_records, check_work


def check_snapshot(snapshot: LedgerSnapshot, keep_ms: float) -> list[Finding]:
    """Check all that a snapshot shows; `keep_ms` is how long the stream keeps its entries."""
    return [
        *check_server(snapshot.info),
        *check_page_records(snapshot.census),
        *check_durability(snapshot.info),
        *check_work(snapshot),
        *check_lacking(snapshot.lacking, snapshot.feeds),
        *check_redesigns(snapshot.redesigned),
        *check_groups(snapshot.groups),
        *check_retention_lag(snapshot.groups, keep_ms),
        *check_routes(snapshot.routes),
    ]
