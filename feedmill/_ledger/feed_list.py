"""Applying a feed list of any length: in parts, so that the server is never busy with it for long."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

from feedmill._ledger.answers import AppliedFeeds
from feedmill._ledger.calls import Call
from feedmill._ledger.feed_calls import apply_feeds
from feedmill._ledger.identity import feed_id
from feedmill._ledger.keys import Keys
from feedmill._ledger.records import FeedSpec

AT_ONCE = 1000
"""Feeds in one call: a tenth of a second of the server's time."""
_DIGITS = "0123456789abcdef"


def calls_of(keys: Keys, *, feeds: Sequence[FeedSpec], token: str) -> list[Call[AppliedFeeds]]:
    """Give the calls that together make this the feed list, one for each beginning of the feeds' ids.

    One call does for a short list, which is then applied in one step.
    """
    width = 0
    while len(feeds) > AT_ONCE * len(_DIGITS) ** width:
        width += 1
    parts: dict[str, list[FeedSpec]] = defaultdict(list)
    for spec in feeds:
        parts[feed_id(spec.url)[:width]].append(spec)
    begins = ("".join(digits) for digits in product(_DIGITS, repeat=width))
    return [apply_feeds(keys, feeds=parts[begin], token=f"{token}{begin}", part=begin) for begin in begins]


def together(answers: Sequence[AppliedFeeds]) -> AppliedFeeds:
    """Join the answers of all calls."""
    return AppliedFeeds(
        tuple(url for answer in answers for url in answer.added),
        tuple(url for answer in answers for url in answer.changed),
        tuple(url for answer in answers for url in answer.removed),
        max(answer.generation for answer in answers),
    )
