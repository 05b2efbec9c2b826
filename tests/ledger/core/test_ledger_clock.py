"""The ledger's time: the server's clock may be set back, the ledger's goes on; a host's plays no part."""

from datetime import UTC, datetime

import pytest
from ledger_desk import DAY, HOUR, MINUTE, SECOND, Desk, story

from feedmill._ledger.server_clock import LedgerClock

YEARS = 10 * 365 * DAY
BACK = [2 * MINUTE, HOUR, YEARS]


@pytest.mark.parametrize("step", BACK)
def test_no_feed_sleeps_because_the_clock_was_set_back(desk: Desk, step: int) -> None:
    desk.apply("http://a.example/feed")
    desk.poll("http://a.example/feed", next_ms=5 * MINUTE)
    desk.now += SECOND
    desk.claim()  # the clock is looked at
    desk.now -= step
    for _ in range(10):  # somebody asks now and then
        assert desk.claim().feeds == ()
        desk.now += MINUTE // 2
    desk.now += 30 * SECOND
    assert len(desk.claim().feeds) == 1


@pytest.mark.parametrize("step", BACK)
def test_no_gate_stays_shut_because_the_clock_was_set_back(desk: Desk, step: int) -> None:
    desk.start(story(1), story(2))
    assert desk.pass_gate("m", "a.example", gap=SECOND, per_site=9).is_free
    desk.now -= step
    assert desk.pass_gate("n", "a.example", gap=SECOND, per_site=9).wait_ms <= 2 * SECOND


@pytest.mark.parametrize("step", BACK)
def test_no_live_lease_is_taken_and_no_dead_one_kept(desk: Desk, step: int) -> None:
    (page,) = desk.start(story(1))
    desk.now += 30 * SECOND
    desk.extend(page)
    desk.now -= step
    assert desk.reap().pages == 0
    desk.now += 50 * SECOND
    assert desk.reap().pages == 0
    desk.now += 20 * SECOND
    assert desk.reap().pages == 1


def test_a_lease_given_after_the_step_lasts_as_long_as_any(desk: Desk) -> None:
    desk.start(story(1))
    desk.now -= HOUR
    assert desk.reap().pages == 0
    desk.now += MINUTE + 5 * SECOND
    assert desk.reap().pages == 1
    (page,) = desk.take().pages
    desk.now += 55 * SECOND
    assert desk.reap().pages == 0
    assert desk.begin(page) == 1


@pytest.mark.parametrize("step", [2 * MINUTE, HOUR, YEARS])
def test_a_clock_that_is_set_ahead_ends_no_lease_before_its_time(desk: Desk, step: int) -> None:
    (page,) = desk.start(story(1))
    since = desk.reap().now_ms
    desk.now += step + 5 * SECOND
    late = desk.reap(since=since, elapsed=5 * SECOND)
    assert late.pages == 0
    assert desk.begin(page) == 1
    desk.now += MINUTE
    assert desk.reap(since=late.now_ms, elapsed=MINUTE).pages == 1


def test_the_ledger_comes_to_the_servers_time_again(desk: Desk) -> None:
    """An hour is made up within sixteen; a minute then takes 56 seconds of the ledger."""
    first = desk.census().now_ms
    desk.reap()
    desk.now -= HOUR
    after = desk.census().now_ms
    assert 0 <= after - first < SECOND
    for _ in range(16 * 60 + 20):
        desk.now += MINUTE
        desk.reap()
    assert desk.census().now_ms == desk.now


def test_steps_one_after_the_other_are_borne(desk: Desk) -> None:
    last = desk.census().now_ms
    for step in (HOUR, -HOUR, 3 * SECOND, -DAY, YEARS, -YEARS, -MINUTE):
        desk.now += step
        present = desk.census().now_ms
        assert present >= last - SECOND
        last = present


def test_a_process_takes_the_ledgers_time_and_its_own_monotonic_clock() -> None:
    ticks = [100.0]
    clock = LedgerClock(lambda: ticks[0])
    assert abs((clock() - datetime.now(UTC)).total_seconds()) < 60  # nothing is noted yet
    clock.set_ledger_ms(1_000_000)
    assert clock() == datetime.fromtimestamp(1000, UTC)
    ticks[0] += 5
    assert clock() == datetime.fromtimestamp(1005, UTC)
    assert (clock.at_ms(104.5), LedgerClock().at_ms(104.5)) == (1_004_500, None)
    clock.set_ledger_ms(1_004_950)  # an answer that was read late
    assert clock.at_ms(104.5) == 1_004_500
    for _ in range(4):  # the ledger has been set back
        clock.set_ledger_ms(1_000_000)
    assert clock() == datetime.fromtimestamp(1000, UTC)
