"""Asks for polls of feeds now, and awaits what they bring."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

import redis

from daemon.errors import InvalidRequestError
from feedmill._ledger.core.feed_operation_results import AskedPoll, DroppedEntry, FeedState
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.operations.feed_operations import ask_for_poll, list_dropped_entries, list_feeds

_FIRST_GAP_S = 0.2
"""First gap between two reads of the feeds that are awaited: a quick feed is shown without delay."""
_MAX_GAP_S = 2.0
"""Longest gap between two such reads; it grows up to here, as each reads the state of all feeds."""


@dataclass(frozen=True, slots=True)
class AwaitedFeed:
    """A feed that was asked for, as it was before, and what the ledger answered."""

    before: FeedState
    asked: AskedPoll

    @property
    def is_due(self) -> bool:
        """Whether it is polled as soon as its site's gate opens."""
        return self.asked.answer == "due"


class FeedPolls:
    """Polls that an operator asks for."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._keys = Keys(prefix)
        self._ledger = SyncLedger(client, self._keys)

    def find_feeds(self, words: Sequence[str]) -> list[FeedState]:
        """Find the feeds of these URLs and sources, or `all`, each once; raises InvalidRequestError."""
        every = self._ledger.run(list_feeds(self._keys))
        if "all" in words:
            return every
        found: dict[str, FeedState] = {}
        for word in words:
            meant = [feed for feed in every if word in (feed.url, feed.source)]
            if not meant:
                raise InvalidRequestError(
                    f"{word}: no feed of this URL or source is polled; `feedmill feeds list` shows the list"
                )
            found |= {feed.id: feed for feed in meant}
        return list(found.values())

    def ask(self, feeds: Sequence[FeedState], *, retry: bool) -> list[AwaitedFeed]:
        """Request a poll of each; with `retry` entries that gave no article get another try."""
        return [
            AwaitedFeed(
                feed,
                self._ledger.run(ask_for_poll(self._keys, feed_id=feed.id, retry=retry, token=uuid4().hex)),
            )
            for feed in feeds
        ]

    def await_polls(self, asked: Sequence[AwaitedFeed], *, patience_s: float) -> Iterator[FeedState]:
        """Yield each feed as its poll left it; those that are not polled in time are left out."""
        awaited = {one.before.id: one.asked.polls for one in asked if one.is_due}
        ends, gap_s = time.monotonic() + patience_s, _FIRST_GAP_S
        while awaited:
            for feed in self._ledger.run(list_feeds(self._keys)):
                if feed.id in awaited and feed.polls > awaited[feed.id] and not feed.leased:
                    del awaited[feed.id]
                    yield feed
            if not awaited or time.monotonic() >= ends:
                return
            time.sleep(gap_s)
            gap_s = min(gap_s * 1.5, _MAX_GAP_S)

    def list_dropped(self, feed: FeedState) -> list[DroppedEntry]:
        """List the last entries of a feed that gave no article, the latest first."""
        return self._ledger.run(list_dropped_entries(self._keys, feed_id=feed.id))
