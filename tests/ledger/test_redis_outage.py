"""Outages are noted once at their begin and end, and pauses double up to their bound."""

from feedmill._redis.outage import MAX_PAUSE_S, Backoff, Outage


def test_pauses_double_up_to_the_bound_and_begin_again_after_a_reset() -> None:
    backoff = Backoff()
    assert [backoff.take_pause_s() for _ in range(7)] == [0.1, 0.2, 0.4, 0.8, 1.6, MAX_PAUSE_S, MAX_PAUSE_S]
    backoff.reset()
    assert backoff.take_pause_s() == 0.1


def test_an_outage_begins_once_and_its_end_gives_how_long_it_was() -> None:
    outage = Outage()
    assert outage.end(5.0) is None
    assert [outage.begin(now) for now in (10.0, 11.0, 12.5)] == [True, False, False]
    assert outage.end(14.0) == 4.0
    assert outage.end(15.0) is None
    assert outage.begin(16.0)


def test_an_answer_begins_the_pauses_again() -> None:
    outage = Outage()
    outage.begin(1.0)
    outage.backoff.take_pause_s()
    outage.backoff.take_pause_s()
    outage.end(2.0)
    assert outage.backoff.take_pause_s() == 0.1
