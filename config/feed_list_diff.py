"""Compares a new feed list with the one before."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from config.sections.feed_tables import ListedFeed
from feedmill._operator_rules.filter_rule_types import format_filters


@dataclass(frozen=True, slots=True)
class FeedListDiff:
    """What is different in a new list."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    """`URL: what: old → new`, once for each thing that changed."""
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Return whether anything is."""
        return bool(self.added or self.changed or self.removed)


def diff_feed_lists(old: Sequence[ListedFeed], new: Sequence[ListedFeed]) -> FeedListDiff:
    """Compare two lists, feed by feed; the order does not count."""
    before, after = {feed.url: feed for feed in old}, {feed.url: feed for feed in new}
    return FeedListDiff(
        added=tuple(url for url in after if url not in before),
        changed=tuple(
            _describe_change(url, field.name, before[url], feed)
            for url, feed in after.items()
            if url in before
            for field in fields(ListedFeed)
            if getattr(before[url], field.name) != getattr(feed, field.name)
        ),
        removed=tuple(url for url in before if url not in after),
    )


def _describe_change(url: str, name: str, old: ListedFeed, new: ListedFeed) -> str:
    before, after = (_format_value(name, getattr(feed, name)) for feed in (old, new))
    return f"{url}: {name}: {before} → {after}"


def _format_value(name: str, value: object) -> str:
    if name == "filters":
        return "; ".join(format_filters(str(value))) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
