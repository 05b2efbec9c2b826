"""Operations on feeds: the list, polls, and what polls have seen."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from feedmill._ledger.answers import AppliedFeeds, ClaimedFeeds, FeedState, RecordedPoll
from feedmill._ledger.calls import Argument, Call, call, flat_entries, optional_number, text
from feedmill._ledger.identity import feed_id as id_of_feed
from feedmill._ledger.keys import Keys
from feedmill._ledger.links import site_of
from feedmill._ledger.records import FeedSpec, LeasedFeed, PollRecord

Sight = Literal["new", "older", "changed", "known"]
_SIGHTS: dict[bytes, Sight] = {b"n": "new", b"o": "older", b"c": "changed", b"k": "known"}

_encode = msgspec.json.Encoder().encode
_leased_feed = msgspec.msgpack.Decoder(LeasedFeed).decode
_feed_state = msgspec.msgpack.Decoder(FeedState).decode


def apply_feeds(
    keys: Keys, *, feeds: Sequence[FeedSpec], token: str, gone: Sequence[str] | None = None
) -> Call[AppliedFeeds]:
    """Make this the feed list: new feeds are due now, missing ones never; their seen entries stay.

    With `gone` feeds are listed beside those that are, and those of these ids are taken off; feed_list.py
    takes a long list apart.
    """
    specs = {spec.url: spec for spec in feeds}
    args = (
        _encode({"id": id_of_feed(url), "site": site_of(url), **msgspec.to_builtins(spec)})
        for url, spec in specs.items()
    )

    def decode(reply: Any) -> AppliedFeeds:
        added, changed, removed = (tuple(url.decode() for url in urls) for urls in reply[:3])
        return AppliedFeeds(added, changed, removed, int(reply[3]))

    off: tuple[Argument, ...] = (-1,) if gone is None else (len(gone), *gone)
    return call("apply_feeds", keys, decode, token, *off, *args)


def feed_ids(keys: Keys) -> Call[frozenset[str]]:
    """Read the ids of all listed feeds."""

    def decode(reply: Any) -> frozenset[str]:
        return frozenset(text(one) for one in reply)

    return call("feed_ids", keys, decode)


def claim_due(
    keys: Keys, *, owner: str, limit: int, lease_ms: int, per_site: int, gap_ms: int, token: str
) -> Call[ClaimedFeeds]:
    """Lease up to `limit` due feeds, passing the gate of each feed's site (a slot and the gap)."""

    def decode(reply: Any) -> ClaimedFeeds:
        return ClaimedFeeds(tuple(_leased_feed(feed) for feed in reply[0]), optional_number(reply[1]))

    return call("claim_due", keys, decode, token, owner, limit, lease_ms, per_site, gap_ms)


def unseen(keys: Keys, *, feed_id: str, pairs: Sequence[tuple[int, int]]) -> Call[list[Sight]]:
    """Tell for each (key, version) whether the feed's memory has it. Reads only.

    An entry that was last remembered in an earlier month answers "older" once: record_poll then renews what
    the ledger knows of it and of its article and makes no page. So count pages by record_poll's answer.
    """
    flat = (str(number) for pair in pairs for number in pair)
    return call("unseen", keys, lambda reply: [_SIGHTS[mark] for mark in reply], feed_id, *flat)


def record_poll(
    keys: Keys, *, feed_id: str, lease: str, record: PollRecord, token: str
) -> Call[RecordedPoll]:
    """Store a poll's outcome, make or reopen pages, remember the entries, schedule the next poll.

    A lease that is not the feed's present one is refused: the answer says `stale` and nothing is stored.
    """
    state = {
        name: value
        for name in record.__struct_fields__
        if name not in ("known", "found") and (value := getattr(record, name)) is not None
    }
    known = [str(number) for pair in record.known for number in pair]
    found = flat_entries(record.found)

    def decode(reply: Any) -> RecordedPoll:
        return RecordedPoll(int(reply[0]), int(reply[1]), int(reply[2]), stale=bool(reply[3]))

    return call(
        "record_poll", keys, decode, token, feed_id, lease, _encode(state), len(known), *known, *found
    )


def feeds(keys: Keys) -> Call[list[FeedState]]:
    """Read the state of every listed feed, by URL."""

    def decode(reply: Any) -> list[FeedState]:
        return sorted((_feed_state(state) for state in reply), key=lambda state: state.url)

    return call("feeds", keys, decode)
