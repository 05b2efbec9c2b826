"""Applies a feed list of any length in parts, so that the server is never busy with it for long."""

from collections.abc import Collection, Sequence

from feedmill._ledger.core.feed_replies import AppliedFeeds
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.identity.article_ids import name_feed
from feedmill._ledger.operations.feed_operations import apply_feeds

FEEDS_PER_CALL = 1000
"""Feeds in one call: about a tenth of a second of the server's time."""


def build_apply_calls(
    keys: Keys, *, feeds: Sequence[FeedSpec], known: Collection[str], token: str
) -> list[Call[AppliedFeeds]]:
    """Return the calls that together make this the feed list; `known` are the ids of the listed feeds.

    One call does for short lists, in one step.
    """
    if max(len(feeds), len(known)) <= FEEDS_PER_CALL:
        return [apply_feeds(keys, feeds=feeds, token=token)]
    gone = sorted(set(known).difference(name_feed(spec.url) for spec in feeds))
    parts: list[tuple[Sequence[FeedSpec], Sequence[str]]]
    parts = [(feeds[at : at + FEEDS_PER_CALL], ()) for at in range(0, len(feeds), FEEDS_PER_CALL)]
    parts += [((), tuple(gone[at : at + FEEDS_PER_CALL])) for at in range(0, len(gone), FEEDS_PER_CALL)]
    return [
        apply_feeds(keys, feeds=listed, gone=off, token=f"{token}{number}")
        for number, (listed, off) in enumerate(parts)
    ]


def merge_answers(answers: Sequence[AppliedFeeds]) -> AppliedFeeds:
    """Join the answers of all calls."""
    return AppliedFeeds(
        tuple(url for answer in answers for url in answer.added),
        tuple(url for answer in answers for url in answer.changed),
        tuple(url for answer in answers for url in answer.removed),
        max(answer.generation for answer in answers),
    )
