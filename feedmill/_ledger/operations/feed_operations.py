"""Builds calls on feeds: the list, polls, and what polls have seen."""

from collections.abc import Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryIds, EntryStatus, EntryVerdict, Verdict
from feedmill._ledger.core.feed_operation_results import (
    AppliedFeeds,
    AskedPoll,
    ClaimedFeeds,
    DroppedEntry,
    FeedState,
    RecordedPoll,
    WaitingFeed,
)
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Argument, Call, build_call
from feedmill._ledger.core.records import FeedSpec, LeasedFeed, PollRecord
from feedmill._ledger.core.script_values import (
    decode_number,
    decode_optional_number,
    decode_text,
    flatten_entries,
)
from feedmill._ledger.identity.article_and_feed_ids import name_feed as id_of_feed
from feedmill._ledger.identity.registrable_domain import find_site

_ENTRY_STATUSES: dict[bytes, EntryStatus] = {b"n": "new", b"o": "older", b"c": "changed", b"k": "known"}

_VERDICTS: dict[bytes, Verdict] = {
    b"n": "new",
    b"o": "older",
    b"c": "changed",
    b"k": "known",
    b"f": "known_before",
    b"m": "met_again",
    b"u": "new_guid",
    b"v": "new_version",
    b"s": "split",
}

_encode = msgspec.json.Encoder().encode
_leased_feed = msgspec.msgpack.Decoder(LeasedFeed).decode
_feed_state = msgspec.msgpack.Decoder(FeedState).decode
_waiting_feed = msgspec.msgpack.Decoder(WaitingFeed).decode
_dropped_entry = msgspec.msgpack.Decoder(DroppedEntry).decode


def apply_feeds(
    keys: Keys, *, feeds: Sequence[FeedSpec], token: str, gone: Sequence[str] | None = None
) -> Call[AppliedFeeds]:
    """Make this the feed list: new feeds are due now, missing ones never; their seen entries stay.

    With `gone` feeds are listed beside those that are, and those of these ids are taken off; feed_list.py
    takes a long list apart.
    """
    specs = {spec.url: spec for spec in feeds}
    args = (
        _encode({"id": id_of_feed(url), "site": find_site(url), **msgspec.to_builtins(spec)})
        for url, spec in specs.items()
    )

    def decode(reply: Any) -> AppliedFeeds:
        added, changed, removed = (tuple(url.decode() for url in urls) for urls in reply[:3])
        return AppliedFeeds(added, changed, removed, int(reply[3]))

    off: tuple[Argument, ...] = (-1,) if gone is None else (len(gone), *gone)
    return build_call("apply_feeds", keys, decode, token, *off, *args)


def list_feed_ids(keys: Keys) -> Call[frozenset[str]]:
    """Read the ids of all listed feeds."""

    def decode(reply: Any) -> frozenset[str]:
        return frozenset(decode_text(one) for one in reply)

    return build_call("feed_ids", keys, decode)


def claim_due_feeds(
    keys: Keys, *, owner: str, limit: int, lease_ms: int, per_site: int, gap_ms: int, token: str
) -> Call[ClaimedFeeds]:
    """Lease up to `limit` due feeds, passing the gate of each feed's site (a slot and the gap)."""

    def decode(reply: Any) -> ClaimedFeeds:
        return ClaimedFeeds(tuple(_leased_feed(feed) for feed in reply[0]), decode_optional_number(reply[1]))

    return build_call("claim_due", keys, decode, token, owner, limit, lease_ms, per_site, gap_ms)


def classify_entries(
    keys: Keys, *, feed_id: str, pairs: Sequence[tuple[int, int]]
) -> Call[list[EntryStatus]]:
    """Return for each (key, version) whether the feed's memory has it. Reads only.

    An entry that was last remembered in an earlier month answers "older" once: record_poll then renews what
    the ledger knows of it and of its article and makes no page. So count pages by record_poll's answer.
    """
    flat = (str(number) for pair in pairs for number in pair)
    return build_call("unseen", keys, lambda reply: [_ENTRY_STATUSES[mark] for mark in reply], feed_id, *flat)


def compare_entries(
    keys: Keys, *, feed_id: str, entries: Sequence[EntryIds], pairs: Sequence[tuple[int, int]] = ()
) -> Call[tuple[list[EntryVerdict], list[EntryStatus]]]:
    """Return what entries are to what the ledger knows, and of other (key, version) as classify_entries does.

    Reads only.
    """
    flat = [part for entry in entries for part in _flatten_ids(entry)]
    more = (str(number) for pair in pairs for number in pair)
    split = 2 * len(entries)

    def decode(reply: Any) -> tuple[list[EntryVerdict], list[EntryStatus]]:
        verdicts = [
            EntryVerdict(_VERDICTS[mark.lower()], decode_text(article), mark.isupper())
            for mark, article in zip(reply[:split:2], reply[1:split:2], strict=True)
        ]
        return verdicts, [_ENTRY_STATUSES[mark] for mark in reply[split:]]

    return build_call("compare_entries", keys, decode, feed_id, len(entries), *flat, *more)


def _flatten_ids(ids: EntryIds) -> tuple[str | bytes, ...]:
    key, version, by = ids
    former = ("", "") if by.former is None else (str(by.former[0]), str(by.former[1]))
    return str(key), str(version), *former, by.link, by.own, by.words, by.sketch, "\n".join(by.nearby)


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
    found = flatten_entries(record.found)

    def decode(reply: Any) -> RecordedPoll:
        return RecordedPoll(
            int(reply[0]),
            int(reply[1]),
            int(reply[2]),
            stale=bool(reply[3]),
            left_out=int(reply[4]),
            filtered=int(reply[5]),
        )

    return build_call(
        "record_poll", keys, decode, token, feed_id, lease, _encode(state), len(known), *known, *found
    )


def list_feeds(keys: Keys) -> Call[list[FeedState]]:
    """Read the state of every listed feed, by URL."""

    def decode(reply: Any) -> list[FeedState]:
        return sorted((_feed_state(state) for state in reply), key=lambda state: state.url)

    return build_call("feeds", keys, decode)


def list_waiting_feeds(keys: Keys, *, feed_ids: Sequence[str]) -> Call[list[WaitingFeed]]:
    """Read what the next polls of those of the feeds were decided by that wait for their time."""
    return build_call("waiting_feeds", keys, lambda reply: [_waiting_feed(one) for one in reply], *feed_ids)


def move_polls(keys: Keys, *, moves: Sequence[tuple[str, int, int]], token: str) -> Call[int]:
    """Put next polls at other times, given as (feed id, polls so far, time in ms); returns how many.

    A feed that was polled meanwhile, is leased or was asked for stays as it is; no gate opens.
    """
    flat = (part for move in moves for part in move)
    return build_call("move_polls", keys, decode_number, token, *flat)


def ask_for_poll(keys: Keys, *, feed_id: str, retry: bool, token: str) -> Call[AskedPoll]:
    """Have a feed polled as soon as its site's gate opens, whatever the time of its next poll.

    With `retry` its listed entries that gave no article have another try then.
    """

    def decode(reply: Any) -> AskedPoll:
        return AskedPoll(answer=decode_text(reply[0]), polls=int(reply[1]), gate_ms=int(reply[2]))

    return build_call("poll_feed", keys, decode, token, feed_id, "retry" if retry else "poll")


def list_dropped_entries(keys: Keys, *, feed_id: str) -> Call[list[DroppedEntry]]:
    """Read the last entries of a feed that gave no article, the latest first."""
    return build_call("dropped", keys, lambda reply: [_dropped_entry(one) for one in reply], feed_id)
