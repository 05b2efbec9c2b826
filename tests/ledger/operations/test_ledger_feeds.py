"""The feed list, claims and schedules."""

import pytest
from ledger_desk import DAY, MINUTE, MONTH, SECOND, Desk, story

from feedmill._ledger.core.records import FeedSpec

A, B = "http://a.example/feed", "http://b.example/feed"


def test_a_list_is_compared_with_the_one_before(desk: Desk) -> None:
    first = desk.apply(A, B)
    assert (first.added, first.changed, first.removed, first.generation) == ((A, B), (), (), 1)
    same = desk.apply(B, A)
    assert (same.added, same.changed, same.removed, same.generation) == ((), (), (), 1)
    other = desk.apply(FeedSpec(url=A, source="A", tags=("x", "y")))
    assert (other.added, other.changed, other.removed, other.generation) == ((), (A,), (B,), 2)
    assert desk.feed(A).tags == ("x", "y")


def test_a_new_feed_is_due_at_once_and_claimed_once(desk: Desk) -> None:
    desk.apply(FeedSpec(url=A, source="A", tags=("x",), interval=60.0))
    assert desk.census().feeds_due == 1
    (feed,) = desk.claim(5).feeds
    assert (feed.url, feed.site, feed.source, feed.tags, feed.interval) == (A, "a.example", "A", ("x",), 60.0)
    assert (feed.due_at, feed.polls, feed.failures) == (desk.now, 0, 0)
    assert desk.claim(5).feeds == ()
    assert desk.census().feeds_leased == 1
    assert desk.feed(A).leased


def test_claims_tell_when_the_next_feed_comes(desk: Desk) -> None:
    assert desk.claim().next_in_ms is None
    desk.apply(A)
    desk.poll(A, next_ms=7 * SECOND)
    assert desk.claim().next_in_ms == 7 * SECOND
    assert desk.census().next_feed_in_ms == 7 * SECOND


def test_a_disabled_feed_is_listed_but_never_due(desk: Desk) -> None:
    desk.apply(FeedSpec(url=A, source="A", enabled=False))
    assert desk.claim().feeds == ()
    assert desk.census().feeds == 1
    assert desk.census().idle
    desk.apply(A)
    assert len(desk.claim().feeds) == 1


def test_a_removed_feed_stops_being_due_and_keeps_its_memory(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, story(1))
    desk.apply()
    assert desk.claim().feeds == ()
    assert desk.census().feeds == 0
    assert desk.apply(A).added == (A,)
    assert desk.sights(A, story(1)) == ["known"]


def test_a_feed_removed_during_its_poll_does_not_return(desk: Desk) -> None:
    desk.apply(A)
    (feed,) = desk.claim().feeds
    desk.apply()
    assert not desk.record(feed, story(1)).stale
    assert desk.claim().feeds == ()
    assert desk.census().idle is False  # the page that it listed is ready


def test_a_shorter_interval_brings_the_poll_forward(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, next_ms=DAY)
    desk.apply(FeedSpec(url=A, source="A", interval=60.0))
    assert desk.claim().next_in_ms == MINUTE


def test_a_poll_leaves_its_outcome(desk: Desk) -> None:
    desk.apply(A)
    fields = {"title": "The A", "etag": '"1"', "modified": "Mon", "body_hash": "h", "final_url": A + "/"}
    desk.poll(A, story(1), story(2), status=200, **fields)
    state = desk.feed(A)
    assert (state.outcome, state.status, state.polls, state.failures) == ("ok", 200, 1, 0)
    assert (state.title, state.final_url, state.entries, state.listed) == ("The A", A + "/", 2, 2)
    assert (state.last_poll_at, state.next_at, state.reason) == (desk.now, desk.now, "test")
    (feed,) = desk.claim().feeds
    assert (feed.etag, feed.modified, feed.body_hash) == ('"1"', "Mon", "h")


def test_failures_add_up_and_keep_the_validators(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, etag='"1"')
    for failures in (1, 2):
        desk.poll(A, outcome="timeout", ok=False, detail="30 s")
        assert desk.feed(A).failures == failures
    (feed,) = desk.claim().feeds
    assert (feed.failures, feed.etag) == (2, '"1"')
    desk.record(feed, outcome="not_modified")
    assert desk.feed(A).failures == 0


@pytest.mark.parametrize(("outcome", "kept"), [("not_modified", '"1"'), ("unchanged", '"1"'), ("ok", None)])
def test_a_document_without_validators_clears_them(desk: Desk, outcome: str, kept: str | None) -> None:
    desk.apply(A)
    desk.poll(A, etag='"1"')
    desk.poll(A, outcome=outcome)
    assert desk.claim().feeds[0].etag == kept


def test_once_a_month_a_feed_is_read_in_full(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, story(1), etag='"1"', body_hash="h")
    desk.now += MONTH
    (feed,) = desk.claim().feeds
    assert (feed.etag, feed.body_hash) == (None, None)
    desk.record(feed, story(1), etag='"1"')
    assert desk.claim().feeds[0].etag == '"1"'


def test_a_lost_lease_stores_nothing(desk: Desk) -> None:
    desk.apply(A)
    (old,) = desk.claim(lease=SECOND).feeds
    desk.now += SECOND
    assert desk.reap().feeds == 1
    (new,) = desk.claim().feeds
    assert desk.record(old, story(1)).stale
    assert desk.census().discovered == 0
    assert not desk.record(new, story(1)).stale
    assert desk.census().discovered == 1


def test_an_unknown_feed_is_stale(desk: Desk) -> None:
    desk.apply(A)
    (feed,) = desk.claim().feeds
    desk.client.delete(desk.keys.feed(feed.id))
    assert desk.record(feed, story(1)).stale
