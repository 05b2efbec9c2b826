"""Filters, sorts and pages feeds for the API and the pages. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from feedmill._ledger.core.feed_operation_results import FeedState
from web.status.feed_attention import split_name

HEALTHS = ("failing", "stopped", "unreadable", "new", "quiet", "well", "off")
ORDERS = ("health", "source", "next", "last", "entries")


class FeedShape(msgspec.Struct, frozen=True, kw_only=True):
    """One feed; times in ms since the epoch."""

    id: str
    url: str
    site: str
    source: str
    tags: tuple[str, ...]
    health: Literal["failing", "stopped", "unreadable", "new", "quiet", "well", "off"]
    outcome: str | None
    detail: str
    status: int | None
    failures: int
    polls: int
    entries: int
    listed: int
    title: str | None
    last_poll_at: int | None
    next_at: int | None
    reason: str
    """The rule that decided the next poll; docs/polling.md explains them."""
    polling: bool
    moved_to: str | None
    interval: float | None
    text: str
    """Whose words its articles have: `auto`, `page` or `feed`."""
    counts: dict[str, int]
    """What became of the entries that it listed: `listed`, and where each of them is."""
    unreadable_since: int | None


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of feeds."""

    feeds: tuple[FeedShape, ...]
    total: int
    """Feeds that were asked for, on all pages."""
    health: dict[str, int]
    """All feeds of the list, by health."""


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """Which feeds, in which order, from where."""

    text: str = ""
    health: str = ""
    tag: str = ""
    order: str = "health"
    offset: int = 0
    limit: int = 50


def classify_health(feed: FeedState) -> str:
    """Return in a word how a feed is."""
    if not feed.enabled:
        return "off"
    if feed.stopped:
        return "stopped"
    if feed.failures:
        return "failing"
    if feed.unreadable_since is not None:
        return "unreadable"
    if not feed.polls:
        return "new"
    return "well" if feed.entries else "quiet"


def sort_feeds(feeds: Sequence[FeedState], order: str) -> list[FeedState]:
    """Sort feeds."""
    return sorted(feeds, key=lambda feed: (*_sort_key(order, feed), split_name(feed.source), feed.url))


def select_feeds(feeds: Sequence[FeedState], query: FeedQuery) -> tuple[list[FeedState], int]:
    """Return one page of the feeds that were asked for, of a list that is sorted, and how many there are."""
    text = query.text.casefold()
    chosen = [
        feed
        for feed in feeds
        if (not query.health or classify_health(feed) == query.health)
        and (not query.tag or query.tag in feed.tags)
        and (not text or any(text in words.casefold() for words in (feed.source, feed.url, feed.title or "")))
    ]
    return chosen[query.offset : query.offset + query.limit], len(chosen)


def _sort_key(order: str, feed: FeedState) -> tuple[float, ...]:
    match order:
        case "health":
            return (HEALTHS.index(classify_health(feed)), -feed.failures)
        case "next":
            return (float("inf") if feed.next_at is None else feed.next_at,)
        case "last":
            return (-(feed.last_poll_at or 0),)
        case "entries":
            return (-feed.entries,)
    return ()


def count_by_health(feeds: Sequence[FeedState]) -> dict[str, int]:
    """Count feeds by health."""
    counts = dict.fromkeys(HEALTHS, 0)
    for feed in feeds:
        counts[classify_health(feed)] += 1
    return counts


def shape_feed(feed: FeedState) -> dict[str, Any]:
    """Return a feed in the form of FeedShape."""
    names = set(FeedShape.__struct_fields__) - {"health", "polling"}
    return {
        **{name: getattr(feed, name) for name in names},
        "health": classify_health(feed),
        "polling": feed.leased,
    }


def read_poll_reasons(why: Mapping[str, Any]) -> dict[str, float]:
    """Return what decided a feed's next poll: seconds by rule."""
    return {str(rule): float(seconds) for rule, seconds in why.get("said", {}).items()}
