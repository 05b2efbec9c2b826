"""Pages that are asked for again: planned visits, changes that come often, dead letters that grow old."""

import itertools

import pytest
from ledger_desk import DAY, HOUR, MINUTE, MONTH, Desk, planned, story

A = "http://a.example/feed"


def out(desk: Desk, delay: int = HOUR) -> str:
    (page,) = desk.start(story(1))
    desk.publish(page, visit=planned(delay, link=page.url))
    return page.id


def test_a_planned_visit_is_no_page_before_it_is_due(desk: Desk) -> None:
    name = out(desk)
    desk.now += HOUR - 1
    assert desk.wake() == 0
    assert desk.census().discovered == 1
    desk.now += 1
    assert desk.wake() == 1
    (page,) = desk.take().pages
    assert (page.id, page.visit, page.known_rev, page.source, page.feed) == (name, "noted", 1, "A", A)
    assert page.entry.title == "as listed"
    assert desk.wake() == 0


def test_a_change_in_the_feed_makes_the_planned_visit_at_once(desk: Desk) -> None:
    name = out(desk, 3 * DAY)
    desk.now += DAY
    desk.poll(A, story(1, words="corrected"))
    (page,) = desk.take().pages
    assert (page.id, page.visit) == (name, "noted")
    desk.settle(page)
    desk.now += 3 * DAY
    assert desk.wake() == 0


@pytest.mark.parametrize("why", ["in process", "off the list", "retracted", "forgotten", "too often"])
def test_a_visit_is_dropped_that_makes_no_sense_any_more(desk: Desk, why: str) -> None:
    out(desk, 2 * DAY)
    desk.now += DAY
    if why in ("in process", "retracted"):
        desk.poll(A, story(1, words="corrected"))
    if why == "off the list":
        desk.apply("http://other.example/feed")
    if why == "retracted":
        (page,) = desk.take().pages
        desk.publish(page, event="retracted", fingerprint="retracted", visit=planned(MINUTE))
    desk.now += 6 * MONTH if why == "forgotten" else DAY
    before = desk.census()
    assert desk.wake(most=0 if why == "too often" else 20) == 0
    assert desk.census().discovered == before.discovered
    assert not desk.client.exists(desk.keys.visits())
    assert not desk.client.keys(desk.keys.visit("*"))


def test_an_entry_that_changes_at_every_poll_is_visited_less_and_less(desk: Desk) -> None:
    out(desk)
    visits = []
    desk.now += DAY
    for minute in range(0, 14 * 24 * 60, 10):
        desk.now += 10 * MINUTE
        desk.poll(A, story(1, words=f"words {minute}"))
        for page in desk.take().pages:
            assert page.entry.summary == f"words {minute}", "the newest words"
            visits.append(minute)
            desk.settle(page)
    assert len(visits) == 20
    gaps = [later - earlier for earlier, later in itertools.pairwise(visits)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 720


def test_dead_letters_expire_by_age_and_by_number(desk: Desk) -> None:
    for number, page in enumerate(desk.start(*(story(n) for n in range(6)))):
        desk.now += number
        desk.bury(page)
    assert desk.expire(most=4) == 2
    desk.now += 90 * DAY - 3
    assert desk.expire() == 3
    census = desk.census()
    assert (census.dead, census.settled) == (1, {"expired": 5})
    desk.poll(A, *(story(n) for n in range(6)))
    assert desk.census().discovered == 6, "still known"
