"""What is learned of the times of a feed's entries."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from scheduler.intervals.arrival_rate import (
    DAY_S,
    HOUR_S,
    ArrivalRate,
    choose_wait_s,
    expect_rate,
    read_rate,
    start_rate,
    update_rate,
    write_rate,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
WEEK = 7 * DAY_S
UNIT = 15.0


def office(weeks: int) -> list[float]:
    """Three entries an hour from nine to five on weekdays, before MONDAY."""
    return [
        MONDAY - week * WEEK + day * DAY_S + hour * HOUR_S + minute * 60
        for week in range(weeks, 0, -1)
        for day in range(5)
        for hour in range(9, 17)
        for minute in (5, 25, 45)
    ]


def learned(moments: list[float], *, polls: int = 1) -> ArrivalRate:
    """Learn moments in so many polls, as far as they come after the first five."""
    rhythm = start_rate(moments[:5], moments[4])
    size = max(1, len(moments) // polls)
    for start in range(5, len(moments), size):
        rhythm = update_rate(rhythm, moments[start : start + size])
    return rhythm


def wait_at(rhythm: ArrivalRate, moment: float, most: float = 1e9) -> float:
    return choose_wait_s(rhythm, moment, unit=UNIT, longest=DAY_S, most=most)


@pytest.mark.parametrize("polls", [1, 7, 400])
def test_office_hours_are_learned(polls: int) -> None:
    rhythm = learned(office(5), polls=polls)
    busy, night, sunday = (
        expect_rate(rhythm, MONDAY + at) for at in (11 * HOUR_S, 2 * HOUR_S, 6 * DAY_S + 11 * HOUR_S)
    )
    assert busy > 10 * night
    assert busy > 10 * sunday
    assert wait_at(rhythm, MONDAY + 11 * HOUR_S) < HOUR_S
    assert wait_at(rhythm, MONDAY + 18 * HOUR_S) > 3 * HOUR_S


def test_a_rate_is_learned_as_it_is() -> None:
    rhythm = learned(office(8), polls=900)
    assert expect_rate(rhythm, MONDAY + 11 * HOUR_S) * HOUR_S == pytest.approx(3, rel=0.5)


def test_a_poll_waits_for_the_hours_in_which_news_is_likely() -> None:
    weekly = learned([MONDAY - week * WEEK + 3 * DAY_S + 10 * HOUR_S for week in range(30, 0, -1)])
    before, on_the_day = (wait_at(weekly, MONDAY + at) for at in (DAY_S, 3 * DAY_S + 10 * HOUR_S))
    assert before > 2 * on_the_day


def test_a_feed_that_falls_silent_is_asked_less_and_less() -> None:
    rhythm = learned(office(5))
    waits = [wait_at(rhythm, MONDAY + days * DAY_S + 11 * HOUR_S) for days in (0, 14, 42, 140, 364)]
    assert waits == sorted(waits)
    assert waits[0] < HOUR_S / 2
    assert waits[-1] > 6 * HOUR_S


def test_a_feed_that_comes_back_is_asked_more_again() -> None:
    rhythm = learned(office(5))
    back = MONDAY + 20 * WEEK
    silent = wait_at(rhythm, back)
    for day in range(10):
        rhythm = update_rate(rhythm, [back + day * DAY_S + hour * HOUR_S for hour in range(24)])
    assert wait_at(rhythm, back + 10 * DAY_S) < silent / 4


def test_bursts_are_followed_where_a_feed_has_them() -> None:
    rng = Random(1)
    moments, at = [], MONDAY - 300 * DAY_S
    while (at := at + rng.expovariate(1 / (4 * DAY_S))) < MONDAY:
        end = at + 4 * HOUR_S
        while (at := at + rng.expovariate(6 / HOUR_S)) < end:
            moments.append(at)
    bursty = learned(moments, polls=len(moments))
    assert bursty.bursts > 0.6
    steady = learned([MONDAY - n * 5 * HOUR_S for n in range(900, 0, -1)], polls=900)
    assert steady.bursts < 0.1
    in_burst, after = bursty.last_arrival_at + 600, bursty.last_arrival_at + 12 * HOUR_S
    assert wait_at(bursty, in_burst) < wait_at(bursty, after) / 3


def test_entries_that_come_together_are_one_batch() -> None:
    moments = [MONDAY - n * DAY_S + second for n in range(90, 0, -1) for second in range(10)]
    rhythm = learned(moments, polls=90)
    assert rhythm.batch > 4
    assert rhythm.bursts < 0.2


def test_a_wait_ends_before_many_entries_are_expected() -> None:
    quick = learned([MONDAY - n * 60 for n in range(3000, 0, -1)])
    assert choose_wait_s(quick, MONDAY, unit=1e9, longest=DAY_S, most=30) == pytest.approx(3000, rel=0.6)
    assert choose_wait_s(quick, MONDAY, unit=1e9, longest=600, most=1e9) == 600


@pytest.mark.parametrize("moments", [[], [MONDAY - 5000 * DAY_S], [MONDAY + DAY_S], [MONDAY]])
def test_any_first_document_will_do(moments: list[float]) -> None:
    rhythm = start_rate(moments, MONDAY)
    assert 0 < wait_at(rhythm, MONDAY + DAY_S) <= DAY_S
    assert expect_rate(rhythm, MONDAY) > 0


def test_what_is_written_is_read_again() -> None:
    rhythm = learned(office(5), polls=100)
    text = write_rate(rhythm)
    again = read_rate(text)
    assert (len(text), text.isascii(), text.isprintable()) == (83, True, True)
    assert again is not None
    assert again.hours == pytest.approx(rhythm.hours, rel=0.002, abs=0.01)
    assert again.days == pytest.approx(rhythm.days, rel=0.002, abs=0.01)
    assert again.last_arrival_at == pytest.approx(rhythm.last_arrival_at, abs=1)
    assert write_rate(again) == text


def test_rounding_does_not_add_up() -> None:
    exact = stored = learned(office(1))
    for moment in office(30):
        later = [moment + 40 * WEEK]
        exact, again = update_rate(exact, later), read_rate(write_rate(stored))
        assert again is not None
        stored = update_rate(again, later)
    assert sum(stored.days) == pytest.approx(sum(exact.days), rel=0.05)
    assert stored.bursts == pytest.approx(exact.bursts, rel=0.1, abs=0.02)


@pytest.mark.parametrize("text", ["", "x", "!" * 82, "\\" * 83, "é" * 83])
def test_what_is_no_rhythm_is_none(text: str) -> None:
    assert read_rate(text) is None
    assert replace(start_rate([], 0.0)) is not None
