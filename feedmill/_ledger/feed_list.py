"""Applying a feed list of any length: in parts, so that the server is never busy with it for long."""

from collections.abc import Collection, Sequence

from feedmill._ledger.answers import AppliedFeeds
from feedmill._ledger.calls import Call
from feedmill._ledger.feed_calls import apply_feeds
from feedmill._ledger.identity import feed_id
from feedmill._ledger.keys import Keys
from feedmill._ledger.records import FeedSpec

AT_ONCE = 1000
"""Feeds in one call: about a tenth of a second of the server's time."""


def calls_of(
    keys: Keys, *, feeds: Sequence[FeedSpec], known: Collection[str], token: str
) -> list[Call[AppliedFeeds]]:
    """Give the calls that together make this the feed list; `known` are the ids of the feeds that are listed.

    One call does for short lists, in one step.
    """
    if max(len(feeds), len(known)) <= AT_ONCE:
        return [apply_feeds(keys, feeds=feeds, token=token)]
    gone = sorted(set(known).difference(feed_id(spec.url) for spec in feeds))
    parts: list[tuple[Sequence[FeedSpec], Sequence[str]]]
    parts = [(feeds[at : at + AT_ONCE], ()) for at in range(0, len(feeds), AT_ONCE)]
    parts += [((), tuple(gone[at : at + AT_ONCE])) for at in range(0, len(gone), AT_ONCE)]
    return [
        apply_feeds(keys, feeds=listed, gone=off, token=f"{token}{number}")
        for number, (listed, off) in enumerate(parts)
    ]


def together(answers: Sequence[AppliedFeeds]) -> AppliedFeeds:
    """Join the answers of all calls."""
    return AppliedFeeds(
        tuple(url for answer in answers for url in answer.added),
        tuple(url for answer in answers for url in answer.changed),
        tuple(url for answer in answers for url in answer.removed),
        max(answer.generation for answer in answers),
    )
