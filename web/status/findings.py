"""What is not as it should be, told from the counts. Pure."""

from collections.abc import Iterator, Sequence

from feedmill._ledger.core.feed_replies import FeedState
from feedmill._ledger.core.replies import Census
from web.app_context import FindingShape
from web.rendering.durations import format_span
from web.status.feed_list import count_by_health

_LATE_MS = 5 * 60_000
_MAX_DEAD = 100


def find_problems(census: Census, feeds: Sequence[FeedState], now_ms: int) -> list[FindingShape]:
    """Find what an operator should know, the worst first."""
    return sorted(_list_problems(census, feeds, now_ms), key=lambda one: one.level != "wrong")


def _list_problems(census: Census, feeds: Sequence[FeedState], now_ms: int) -> Iterator[FindingShape]:
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
        yield FindingShape(
            "polls", "wrong", f"the next poll is {format_span(late)} late",
            "feeds are polled when they are due",
            "start `feedmill up` or `feedmill scheduler`, or see what its log says",
        )  # fmt: skip
    yield from _find_pauses(census)
    if not census.balanced:
        yield FindingShape(
            "page records", "wrong", "the counts do not balance", "they do", "run `feedmill doctor`"
        )
    if census.paused:
        found = "everything" if "all" in census.paused else f"{len(census.paused)} feeds or sites"
        yield FindingShape(
            "paused", "warn", found, "nothing", "`feedmill pause` lists it, `feedmill resume` goes on"
        )
    health = count_by_health(feeds)
    polled = sum(health.values()) - health["off"] - health["new"]
    if health["failing"]:
        level = "wrong" if health["failing"] * 2 > polled else "warn"
        yield FindingShape(
            "failing feeds", level, f"{health['failing']} of {polled}", "none", "see the feeds that fail"
        )
    if health["stopped"]:
        found = f"{health['stopped']} said that they are gone"
        yield FindingShape(
            "stopped feeds", "warn", found, "none", "take them off the list, or find where they went"
        )
    if flooding := sum(feed.enabled and feed.flooding_since is not None for feed in feeds):
        found = f"{flooding} bring more entries than become pages"
        yield FindingShape(
            "flooding feeds", "warn", found, "none", "see `feedmill doctor`: entries are left out"
        )
    if unreadable := sum(feed.enabled and feed.unreadable_since is not None for feed in feeds):
        found = f"most of the last pages of {unreadable} gave no article"
        yield FindingShape(
            "unreadable feeds", "warn", found, "none", "see the feeds that are unreadable, and what they lost"
        )
    if census.dead:
        level = "wrong" if census.dead > _MAX_DEAD else "warn"
        yield FindingShape("dead letters", level, str(census.dead), "none", "see the dead letters")


def _find_pauses(census: Census) -> Iterator[FindingShape]:
    """Find what keeps all work resting: groups that do not read, and a line that is down."""
    for full in census.full:
        yield FindingShape(
            f"stream {full.route or 'articles'}",
            "wrong",
            f"full with {full.size >> 20} MiB: pages wait for the group {full.group}",
            "protected groups read",
            f"start its consumers, or `feedmill groups --remove {full.group}`",
        )
    if census.offline_ms is not None:
        found = f"no site could be reached for {format_span(census.offline_ms)}"
        yield FindingShape("line", "wrong", found, "sites answer", "see this machine's network and DNS")
