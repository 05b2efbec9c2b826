"""Changed bounds and the feeds that wait: when they are polled then."""

from dataclasses import replace
from random import Random

import pytest
from ledger_desk import DAY, HOUR, MINUTE, Desk
from poll_desk import BOUNDS, URL, Poll

from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._ledger.operations.feed_operations import list_waiting_feeds, move_polls
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.intervals.poll_rescheduling import reschedule_poll
from scheduler.polling.feed_state import read_poll_state

WIDE = replace(BOUNDS, min_interval=1, max_interval=60 * 86400)


def entry(number: int) -> Entry:
    return Entry(guid=f"g{number}", link=f"http://site.example/{number}", title=f"Story {number}")


@pytest.fixture
def poll(desk: Desk) -> Poll:
    return Poll(desk)


def fit(poll: Poll, bounds: IntervalBounds, *, seed: int = 1) -> FeedState:
    """Decide a waiting poll anew, put it where it belongs, and answer the feed as it is then."""
    desk = poll.desk
    (feed,) = desk.run(list_waiting_feeds(desk.keys, feed_ids=[desk.feed(URL).id]))
    state = read_poll_state(feed.notes)
    at = reschedule_poll(
        feed,
        arrival_rate=state.arrival_rate,
        hints=state.hints,
        why=state.why,
        bounds=bounds,
        rng=Random(seed),
    )
    if at != feed.next_at:
        moves = [(feed.id, feed.polls, at)]
        assert desk.run(move_polls(desk.keys, moves=moves, token=desk.token())) == 1
    return desk.feed(URL)


def wait_s(state: FeedState) -> float:
    return (state.next_at - state.last_poll_at) / 1000


@pytest.mark.parametrize(
    "headers", [{}, {"cache_control": "max-age=7200"}, {"etag": '"1"'}], ids=["none", "max-age", "etag"]
)
@pytest.mark.parametrize("seed", range(8))
def test_the_same_bounds_move_nothing(poll: Poll, headers: dict[str, str], seed: int) -> None:
    for number in range(3):
        poll.answered([entry(number)], after=HOUR, **headers)
        before = poll.desk.feed(URL)
        assert fit(poll, BOUNDS, seed=seed) == before
    poll.lost()
    before = poll.desk.feed(URL)
    assert fit(poll, BOUNDS, seed=seed) == before


def test_a_shorter_interval_counts_at_once(poll: Poll) -> None:
    poll.answered([entry(1)])
    before = wait_s(poll.desk.feed(URL))
    after = wait_s(fit(poll, replace(WIDE, interval=90)))
    assert before == pytest.approx(900, rel=0.06)
    assert after == pytest.approx(90, rel=0.06)
    poll.desk.now += 100_000
    assert [feed.url for feed in poll.desk.claim().feeds] == [URL]


@pytest.mark.parametrize(
    ("bounds", "seconds"),
    [
        (replace(BOUNDS, interval=3600), 3600),
        (replace(BOUNDS, min_interval=7200, interval=7200), 7200),
        (replace(BOUNDS, max_interval=400, interval=400), 400),
    ],
)
def test_bounds_that_rise_and_fall_count_at_once(poll: Poll, bounds: IntervalBounds, seconds: float) -> None:
    poll.answered([entry(1)])
    assert wait_s(fit(poll, bounds)) == pytest.approx(seconds, rel=0.06)


def test_a_learned_rhythm_is_kept_and_scaled(poll: Poll) -> None:
    for number in range(30):
        poll.answered([entry(number), entry(number + 1)], etag=f'"{number}"', after=20 * MINUTE)
    assert poll.desk.feed(URL).reason == "rhythm"
    before = wait_s(poll.desk.feed(URL))
    assert wait_s(fit(poll, replace(WIDE, interval=450))) == pytest.approx(before / 2, rel=0.12)


def test_what_the_server_wishes_still_makes_a_poll_later(poll: Poll) -> None:
    poll.answered([entry(1)], cache_control="max-age=7200")
    assert wait_s(fit(poll, replace(WIDE, interval=10))) == pytest.approx(7200, rel=0.06)


def test_a_back_off_is_held_within_the_bounds(poll: Poll) -> None:
    for _ in range(12):
        poll.answered(status=404)
    assert wait_s(poll.desk.feed(URL)) > DAY / 1000 * 0.94
    assert wait_s(fit(poll, replace(BOUNDS, max_interval=3600))) == 3600


@pytest.mark.parametrize("status", [429, 503])
def test_what_retry_after_asked_for_stays(poll: Poll, status: int) -> None:
    poll.answered(status=status, retry_after="36000")
    before = poll.desk.feed(URL)
    assert before.reason == "retry_after"
    assert fit(poll, replace(WIDE, interval=1, max_interval=60)) == before


def test_a_back_off_never_comes_before_a_shorter_retry_after(poll: Poll) -> None:
    for _ in range(8):
        poll.answered(status=404)
    poll.answered(status=503, retry_after="1800")
    assert poll.desk.feed(URL).reason == "error_backoff"
    assert wait_s(fit(poll, replace(WIDE, interval=1, max_interval=60))) == 1800


def test_a_moved_poll_waits_at_the_gate(poll: Poll) -> None:
    desk, other = poll.desk, "http://site.example/other"
    poll.answered([entry(1)])
    desk.apply(poll.spec, FeedSpec(url=other, source="Site"))
    desk.poll(other, close_site_ms=HOUR, next_ms=DAY)
    fit(poll, replace(WIDE, interval=1))
    desk.now += 10 * MINUTE
    assert desk.feed(URL).next_at < desk.now
    assert not desk.claim().feeds
    desk.now += HOUR
    assert [feed.url for feed in desk.claim().feeds] == [URL]


def test_feeds_that_do_not_wait_are_left_alone(poll: Poll) -> None:
    desk = poll.desk
    feed_id = desk.feed(URL).id
    assert desk.run(list_waiting_feeds(desk.keys, feed_ids=[feed_id, "unknown"])) == []  # due, never polled
    poll.answered([entry(1)])
    (feed,) = desk.run(list_waiting_feeds(desk.keys, feed_ids=[feed_id]))
    poll.claim(DAY)
    assert desk.run(list_waiting_feeds(desk.keys, feed_ids=[feed_id])) == []
    moves = [(feed_id, feed.polls, feed.next_at + DAY)]
    assert desk.run(move_polls(desk.keys, moves=moves, token=desk.token())) == 0


def test_a_poll_meanwhile_wins(poll: Poll) -> None:
    desk = poll.desk
    poll.answered([entry(1)])
    (feed,) = desk.run(list_waiting_feeds(desk.keys, feed_ids=[desk.feed(URL).id]))
    poll.answered([entry(2)])
    at = desk.feed(URL).next_at
    moves = [(feed.id, feed.polls, at + DAY)]
    assert desk.run(move_polls(desk.keys, moves=moves, token=desk.token())) == 0
    assert desk.feed(URL).next_at == at
