"""From the operator's feed list to the ledger's."""

from collections.abc import Sequence

from config.feeds import ListedFeed
from feedmill._ledger.records import FeedSpec


def feed_specs(feeds: Sequence[ListedFeed]) -> list[FeedSpec]:
    """Turn listed feeds into what the ledger keeps of them."""
    return [
        FeedSpec(
            url=feed.url, source=feed.source, tags=feed.tags, interval=feed.interval, enabled=feed.enabled
        )
        for feed in feeds
    ]
