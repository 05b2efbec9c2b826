"""Builds the ledger's feed list from the operator's (for what applies it)."""

from collections.abc import Sequence

from config.sections.feed_tables import ListedFeed
from feedmill._ledger.core.records import FeedSpec


def build_feed_specs(feeds: Sequence[ListedFeed]) -> list[FeedSpec]:
    """Turn listed feeds into what the ledger keeps of them."""
    return [
        FeedSpec(
            url=feed.url,
            source=feed.source,
            tags=feed.tags,
            interval=feed.interval,
            enabled=feed.enabled,
            text=feed.text,
            filters=feed.filters,
        )
        for feed in feeds
    ]
