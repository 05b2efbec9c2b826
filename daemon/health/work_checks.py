"""Checks the progress of work, and this machine. Pure; each finding has a remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.sections.feed_tables import ListedFeed
from daemon.health.ledger_snapshot import LedgerSnapshot
from daemon.health.server_checks import Finding
from daemon.terminal.output import format_count
from feedmill._ledger.core.entry_accounting import read_entry_counts
from feedmill._ledger.core.feed_result_types import FeedState
from feedmill._ledger.core.operation_result_types import Census
from feedmill.groups import GroupState
from scheduler.polling.feed_state import read_poll_state
from web.rendering.durations import format_span

_MAX_CLOCK_DRIFT_MS = 5_000
"""Ms that this machine's clock may differ from the server's; less is the network's delay, or drift."""
_MAX_LATE_MS = 5 * 60_000
"""Ms that the most overdue poll may be late; less is a queue at one site's gate or a start."""
_MIN_FREE_BYTES = 2**30
"""Bytes that the data folder's disk must have free, or `_MIN_FREE_SHARE` of a small disk."""
_MIN_FREE_SHARE = 0.1
"""Share of the disk that suffices where a tenth is less than `_MIN_FREE_BYTES`."""
_MAX_FRAGMENTATION_RATIO = 1.5
"""Ratio of resident to used memory from which a server wastes enough to advise defragmentation."""
_MIN_FRAGMENTED_BYTES = 256 * 2**20
"""Bytes from which the ratio counts: with little data it is high on any server."""
_MAX_SHOWN_NAMES = 5
"""Names that a finding lists; the rest is counted, so that it stays one line."""

_MANY_SUSPENSIONS = 3
"""Suspensions of one template from which on its site is named: one or two are a redesign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineState:
    """Figures of this machine; None where it gives none."""

    now_ms: int
    folder: str
    free: int | None
    """Bytes on the disk of the data folder; None where the server is elsewhere."""
    total: int | None
    memory: int | None
    """Bytes that could be taken at once."""
    wanted: int
    """Bytes that the workers of `up` may take here."""


def check_machine(machine: MachineState, server_ms: int) -> Iterator[Finding]:
    """Check clock, disk and memory."""
    apart = abs(machine.now_ms - server_ms)
    wanted = "this clock and the server's agree"
    yield (
        Finding("clock", "ok", f"{apart} ms apart", wanted)
        if apart <= _MAX_CLOCK_DRIFT_MS
        else Finding(
            "clock", "warn", f"{format_span(apart)} apart", wanted,
            "set both by NTP: leases and polls go by the server's clock, the log by this one",
        )
    )  # fmt: skip
    if machine.free is not None and machine.total:
        found = f"{machine.free / 2**30:.1f} GiB free at {machine.folder}"
        enough = machine.free >= min(_MIN_FREE_BYTES, machine.total * _MIN_FREE_SHARE)
        wanted = "1 GiB free, or a tenth of the disk"
        yield (
            Finding("disk", "ok", found, wanted)
            if enough
            else Finding(
                "disk", "wrong", found, wanted, "make room: a server that cannot write takes no work"
            )
        )
    if machine.memory is not None:
        found = f"{machine.memory / 2**30:.1f} GiB available"
        wanted = f"{machine.wanted / 2**30:.1f} GiB, should every worker take what it may"
        yield (
            Finding("machine memory", "ok", found, wanted)
            if machine.memory >= machine.wanted / 4
            else Finding("machine memory", "warn", found, wanted, "lower workers.processes or workers.memory")
        )


def check_durability(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the server's log, memory and replicas by its INFO."""
    rewrite = str(info.get("aof_last_bgrewrite_status", "ok"))
    if rewrite != "ok":
        yield Finding(
            "rewrite of the log", "wrong", rewrite, "ok", "see the server's log: memory or disk ran out"
        )
    ratio, used = float(info.get("mem_fragmentation_ratio", 1)), int(info.get("used_memory", 0))
    if ratio > _MAX_FRAGMENTATION_RATIO and used > _MIN_FRAGMENTED_BYTES:
        yield Finding(
            "fragmentation",
            "warn",
            f"{ratio:.1f}",
            f"under {_MAX_FRAGMENTATION_RATIO}",
            "set `activedefrag yes`",
        )
    replicas = int(info.get("connected_slaves", 0))
    if replicas and "min_slaves_good_slaves" not in info:
        yield Finding(
            "replication",
            "warn",
            f"{format_count(replicas, 'replica')}, writes wait for none",
            "min-replicas-to-write",
            "set `min-replicas-to-write 1` and `min-replicas-max-lag 10`: a fail-over then loses seconds",
        )


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
    yield from _check_feeds(snapshot.feeds)


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


def _check_feeds(feeds: Sequence[FeedState]) -> Iterator[Finding]:
    failing = [feed for feed in feeds if feed.enabled and feed.failures]
    if failing:
        yield Finding(
            "failing feeds", "warn", _list_some([feed.source for feed in failing]), "none",
            "see `feedmill status`",
        )  # fmt: skip
    silent = [feed for feed in feeds if feed.enabled and read_poll_state(feed.notes).silent]
    if silent:
        yield Finding(
            "silent feeds", "warn", _list_some([feed.source for feed in silent]), "none",
            "`feedmill feeds why URL` says since when; the site may have moved its feed",
        )  # fmt: skip
    flooding = [feed for feed in feeds if feed.enabled and feed.flooding_since is not None]
    if flooding:
        yield Finding(
            "flooding feeds", "warn", _list_some([feed.source for feed in flooding]), "none",
            "some of their entries are left out: see polling.entries_per_day and polling.waiting_per_feed",
        )  # fmt: skip
    unreadable = [feed for feed in feeds if feed.enabled and feed.unreadable_since is not None]
    if unreadable:
        yield Finding(
            "unreadable feeds", "warn", _list_some([feed.source for feed in unreadable]), "none",
            "most of their last pages gave no article: see `feedmill feeds why URL` and `feeds dropped URL`",
        )  # fmt: skip
    losing = sorted(
        ((sum(counts.dropped.values()), feed.source, next(iter(counts.dropped)))
         for feed in feeds if (counts := read_entry_counts(feed.counts)).dropped), reverse=True,
    )  # fmt: skip
    if losing:
        found = [f"{source} ({number}, most as {reason})" for number, source, reason in losing]
        yield Finding(
            "dropped entries", "warn", _list_some(found), "none",
            "`feedmill feeds dropped URL` lists them, `feedmill feeds retry URL` gives them another try",
        )  # fmt: skip
    gone = [feed for feed in feeds if feed.enabled and feed.stopped]
    if gone:
        yield Finding(
            "feeds that are gone", "warn", _list_some([feed.source for feed in gone]), "none",
            "they answered 410: take them off feeds.toml, or find where they went",
        )  # fmt: skip


def check_retention_lag(groups: Sequence[GroupState], keep_ms: float) -> Iterator[Finding]:
    """Find groups that retention will pass over, or nearly."""
    for group in groups:
        if group.oldest_age is not None and group.oldest_age > keep_ms / 2:
            fate = "the stream keeps it" if group.protected else "retention drops it"
            fate += f" at {format_span(round(keep_ms))}"
            yield Finding(
                f"group {group.stream}: {group.group}" if group.stream else f"group {group.group}",
                "warn" if group.protected else "wrong",
                f"its oldest entry is {format_span(group.oldest_age)} old and not acknowledged; {fate}",
                "under half of stream.keep",
                "start its consumers, or more of them; `feedmill groups` shows who reads",
            )


def check_feed_list_drift(listed: Sequence[ListedFeed], feeds: Sequence[FeedState], file: str) -> Finding:
    """Compare feeds.toml with the list that the ledger polls."""
    here = {feed.url: (feed.source, feed.tags, feed.interval, feed.enabled, feed.text) for feed in listed}
    there = {feed.url: (feed.source, feed.tags, feed.interval, feed.enabled, feed.text) for feed in feeds}
    missing = [url for url in here if url not in there]
    more = [url for url in there if url not in here]
    other = [url for url in here if url in there and here[url] != there[url]]
    wanted = f"the ledger polls what {file} lists"
    if not (missing or more or other):
        return Finding("feed list", "ok", format_count(len(here), "feed"), wanted)
    if not there:
        found = f"{format_count(len(missing), 'feed')} listed, none handed to a scheduler yet"
        return Finding("feed list", "warn", found, wanted, "`feedmill up` polls them")
    found = f"{len(missing)} not applied, {len(more)} only in the ledger, {len(other)} different"
    remedy = (
        "`feedmill up`, or one `feedmill scheduler` without --follow, applies its own feeds.toml: is it this?"
    )
    return Finding("feed list", "warn", found, wanted, remedy)


def _list_some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MAX_SHOWN_NAMES])
    return f"{len(names)}: {shown}" + (", …" if len(names) > _MAX_SHOWN_NAMES else "")


def check_templates(suspensions: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    """Check how often templates were suspended: by source and host, with the latest reason."""
    often = sorted(
        ((times, name, why) for name, (times, why) in suspensions.items() if times >= _MANY_SUSPENSIONS),
        reverse=True,
    )
    if not often:
        return
    shown = [f"{name} {times} times ({why})" for times, name, why in often[:_MAX_SHOWN_NAMES]]
    more = [f"{len(often) - _MAX_SHOWN_NAMES} more"] if len(often) > _MAX_SHOWN_NAMES else []
    yield Finding(
        "templates",
        "warn",
        f"suspended: {', '.join((*shown, *more))}",
        f"under {_MANY_SUSPENSIONS} suspensions of a template",
        "see `feedmill sites show SITE`; such pages are read by the full way, at its cost",
    )
