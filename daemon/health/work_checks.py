"""Checks whether polls and pages make progress, and add up. Pure; each finding has a remedy."""

from collections.abc import Iterator, Sequence

from daemon.health.feed_checks import check_feeds
from daemon.health.ledger_snapshot import LedgerSnapshot
from daemon.health.server_checks import Finding
from daemon.terminal.output import format_count
from feedmill._ledger.core.operation_result_types import Census
from web.rendering.durations import format_span

_MAX_LATE_MS = 5 * 60_000
"""Ms that the most overdue poll may be late; less is a queue at one site's gate or a start."""


def check_work(snapshot: LedgerSnapshot) -> Iterator[Finding]:
    """Check whether polls and pages make progress."""
    census = snapshot.census
    if "all" in census.paused:
        yield Finding("paused", "warn", "everything", "nothing", "`feedmill resume all` goes on")
    elif census.paused:
        yield Finding(
            "paused",
            "warn",
            describe_pauses(census.paused),
            "nothing",
            "`feedmill pause` lists what is paused",
        )
    if snapshot.stale:
        yield Finding(
            "stale leases",
            "wrong",
            str(snapshot.stale),
            "none",
            "start `feedmill up` or `feedmill scheduler`: it returns them",
        )
    yield from _check_pace(census, snapshot.late_ms, snapshot.workers)
    yield from check_feeds(snapshot.feeds)


def describe_pauses(paused: Sequence[str]) -> str:
    """Count what is paused, named as in Census: `2 feeds and 1 site`."""
    kinds = {kind: sum(name.startswith(f"{kind}:") for name in paused) for kind in ("feed", "site")}
    return " and ".join(format_count(number, kind) for kind, number in kinds.items() if number)


def _check_pace(census: Census, late_ms: int, workers: int) -> Iterator[Finding]:
    if "all" in census.paused:
        return
    wanted = "feeds are polled when they are due"
    if late_ms > _MAX_LATE_MS:
        yield Finding(
            "polls", "wrong", f"a feed has been due for {format_span(late_ms)}", wanted,
            "is a scheduler running (`feedmill ready`)? is the site closed (`feedmill feeds why URL`)?",
        )  # fmt: skip
    else:
        yield Finding(
            "polls", "ok", "none is late" if not late_ms else f"{format_span(late_ms)} late at most", wanted
        )
    if census.ready and not workers:
        found = f"{format_count(census.ready, 'page')} ready, no worker is signed on"
        yield Finding("workers", "wrong", found, "at least one", "start `feedmill up` or `feedmill worker`")


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
