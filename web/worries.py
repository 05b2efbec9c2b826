"""What is not as it should be, told from the counts. Pure."""

from collections.abc import Iterator, Sequence

from feedmill._ledger.answers import Census, FeedState
from web.forecast import span
from web.house import Finding
from web.listing import counted

_LATE_MS = 5 * 60_000
_MOST_DEAD = 100


def worries(census: Census, feeds: Sequence[FeedState], now_ms: int) -> list[Finding]:
    """Find what an operator should know, the worst first."""
    return sorted(_found(census, feeds, now_ms), key=lambda one: one.level != "wrong")


def _found(census: Census, feeds: Sequence[FeedState], now_ms: int) -> Iterator[Finding]:
    waiting = [
        feed.next_at
        for feed in feeds
        if feed.enabled
        and not feed.stopped
        and not feed.leased
        and not {"all", f"feed:{feed.id}", f"site:{feed.site}"} & set(census.paused)
    ]
    late = now_ms - min((at for at in waiting if at is not None), default=now_ms)
    if late > _LATE_MS and not census.feeds_leased:
        yield Finding(
            "polls", "wrong", f"the next poll is {span(late)} late", "feeds are polled when they are due",
            "start `feedmill up` or `feedmill scheduler`, or see what its log says",
        )  # fmt: skip
    yield from _resting(census)
    if not census.balanced:
        yield Finding(
            "page records", "wrong", "the counts do not balance", "they do", "run `feedmill doctor`"
        )
    if census.paused:
        found = "everything" if "all" in census.paused else f"{len(census.paused)} feeds or sites"
        yield Finding(
            "paused", "warn", found, "nothing", "`feedmill pause` lists it, `feedmill resume` goes on"
        )
    health = counted(feeds)
    polled = sum(health.values()) - health["off"] - health["new"]
    if health["failing"]:
        level = "wrong" if health["failing"] * 2 > polled else "warn"
        yield Finding(
            "failing feeds", level, f"{health['failing']} of {polled}", "none", "see the feeds that fail"
        )
    if health["stopped"]:
        found = f"{health['stopped']} said that they are gone"
        yield Finding(
            "stopped feeds", "warn", found, "none", "take them off the list, or find where they went"
        )
    if census.dead:
        level = "wrong" if census.dead > _MOST_DEAD else "warn"
        yield Finding("dead letters", level, str(census.dead), "none", "see the dead letters")


def _resting(census: Census) -> Iterator[Finding]:
    """Find what keeps all work resting: groups that do not read, and a line that is down."""
    for full in census.full:
        yield Finding(
            f"stream {full.route or 'articles'}",
            "wrong",
            f"full with {full.size >> 20} MiB: pages wait for the group {full.group}",
            "protected groups read",
            f"start its consumers, or `feedmill groups --remove {full.group}`",
        )
    if census.offline_ms is not None:
        found = f"no site could be reached for {span(census.offline_ms)}"
        yield Finding("line", "wrong", found, "sites answer", "see this machine's network and DNS")
