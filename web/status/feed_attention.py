"""Chooses the feeds that an operator should look at, and puts feeds in the order that people expect. Pure."""

import re
from collections.abc import Sequence

from feedmill._ledger.core.entry_outcome_summary import count_lost, read_entry_counts
from feedmill._ledger.core.feed_operation_results import FeedState

MOST_SHOWN = 10
"""Feeds that are shown unasked: so many are read at a glance."""
_DIGITS = re.compile(r"(\d+)")


def needs_attention(feed: FeedState) -> bool:
    """Return whether something of a feed does not come out as it should."""
    if not feed.enabled:
        return False
    troubled = feed.flooding_since is not None or feed.unreadable_since is not None
    return bool(feed.failures or feed.stopped or troubled or count_lost(feed.counts))


def sort_by_name(feeds: Sequence[FeedState]) -> list[FeedState]:
    """Sort by source as people do: upper case beside lower, "Feed 9" before "Feed 10"."""
    return sorted(feeds, key=lambda feed: (split_name(feed.source), feed.url))


def sort_by_need(feeds: Sequence[FeedState]) -> list[FeedState]:
    """Sort those first that fail for longest, then by what they lost, then by name."""
    return sorted(
        feeds, key=lambda feed: (-feed.failures, -count_lost(feed.counts), split_name(feed.source), feed.url)
    )


def choose_needy(feeds: Sequence[FeedState]) -> tuple[list[FeedState], int]:
    """Choose the feeds that need a look most, at most MOST_SHOWN; and count all that need one."""
    needy = [feed for feed in feeds if needs_attention(feed)]
    return sort_by_need(needy)[:MOST_SHOWN], len(needy)


def choose_feeds(
    feeds: Sequence[FeedState], *, show_all: bool, failing: bool, sources: Sequence[str]
) -> list[FeedState]:
    """Choose what is shown: what was asked for; else all of a short list, or of a long one those in need."""
    chosen = [feed for feed in feeds if not sources or feed.source in sources]
    if failing:
        return sort_by_need([feed for feed in chosen if needs_attention(feed)])
    if show_all or sources or len(chosen) <= MOST_SHOWN:
        return sort_by_name(chosen)
    return sort_by_need([feed for feed in chosen if needs_attention(feed)])[:MOST_SHOWN]


def describe_need(feed: FeedState) -> str:
    """Describe in a few words why a feed needs a look."""
    counts = read_entry_counts(feed.counts)
    reasons = (
        "gone (410)" if feed.stopped else "",
        f"{feed.outcome}, {feed.failures} in a row" if feed.failures else "",
        "its last pages gave no article" if feed.unreadable_since is not None else "",
        "flooding: more new entries than are taken" if feed.flooding_since is not None else "",
        f"{counts.lost} of {counts.listed} entries gave no article" if counts.lost else "",
    )
    return "; ".join(reason for reason in reasons if reason)


def describe_outcome(feed: FeedState, paused: Sequence[str]) -> str:
    """Describe how a feed's last poll ended, without its detail, and what keeps it from the next.

    `paused` is as in Census.
    """
    if not feed.enabled:
        return "off"
    states = (
        "" if {"all", f"site:{feed.site}", f"feed:{feed.id}"}.isdisjoint(paused) else "paused",
        feed.outcome or "not polled yet",
        "" if feed.flooding_since is None else "flooding",
        "" if feed.unreadable_since is None else "unreadable",
    )
    return " ".join(state for state in states if state)


def split_name(name: str) -> list[tuple[int, str]]:
    """Split a name in runs of digits and other text, which compare as numbers and words."""
    parts = _DIGITS.split(name.casefold())
    return [(int(part[:18]), "") if part.isdecimal() else (-1, part) for part in parts]
