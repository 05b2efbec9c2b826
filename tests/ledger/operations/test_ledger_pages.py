"""A page under lease: attempts, giving back, holding, joining, ending."""

import pytest
from ledger_desk import DAY, HOUR, MINUTE, PRINT, SECOND, Desk, planned, story

from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations.dead_page_operations import list_dead_pages

A, B = "http://a.example/feed", "http://b.example/feed"


def test_begin_charges_one_attempt_a_lease(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    assert (desk.begin(page), desk.begin(page)) == (1, 1)
    desk.give_back(page, "memory", charge=True)
    (page,) = desk.take().pages
    assert page.attempts == 1
    assert desk.begin(page) == 2


def test_a_suspended_attempt_is_not_charged_and_is_charged_again_once(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    assert not desk.suspend(page)
    for _ in range(3):
        assert desk.begin(page) == 1
        assert desk.suspend(page)
        assert not desk.suspend(page)
    desk.abandon()
    (page,) = desk.take().pages
    assert page.attempts == 0
    assert desk.begin(page) == 1


@pytest.mark.parametrize(("charge", "attempts"), [(True, 1), (False, 0)])
def test_giving_back_may_take_the_charge_back(desk: Desk, charge: bool, attempts: int) -> None:
    (page,) = desk.start(story(1))
    desk.begin(page)
    desk.give_back(page, charge=charge)
    assert desk.take().pages[0].attempts == attempts


def test_giving_back_before_begin_takes_nothing_back(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.give_back(page, charge=False)
    assert desk.take().pages[0].attempts == 0


def test_failures_add_up_from_the_first_until_an_answer_comes(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    began = desk.now
    for failures in (1, 2):
        desk.give_back(page, "timeout")
        desk.now += MINUTE
        (page,) = desk.take().pages
        assert (page.failures, page.first_failed_at) == (failures, began)
    desk.begin(page)
    desk.give_back(page, "shutdown")
    (page,) = desk.take().pages
    assert (page.failures, page.first_failed_at) == (0, None)


def test_an_answer_that_shows_the_page_later_goes_on_with_the_run(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    began = desk.now
    for failures in (1, 2, 3):
        desk.begin(page)
        desk.give_back(page, "maintenance", charge=False)
        desk.now += MINUTE
        (page,) = desk.take().pages
        assert (page.failures, page.first_failed_at, page.attempts) == (failures, began, 0)
    desk.begin(page)
    desk.give_back(page, "error", charge=True)
    (page,) = desk.take().pages
    assert (page.failures, page.first_failed_at) == (1, desk.now)


def test_a_delayed_page_is_deferred(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.give_back(page, delay=MINUTE)
    census = desk.census()
    assert (census.ready, census.deferred, census.idle, census.next_page_in_ms) == (0, 1, True, MINUTE)
    assert desk.take().next_in_ms == MINUTE
    desk.now += MINUTE
    assert desk.census().ready == 1
    assert len(desk.take().pages) == 1


def test_every_end_needs_the_present_lease(desk: Desk) -> None:
    (old,) = desk.start(story(1))
    desk.now += MINUTE
    desk.reap()
    (new,) = desk.take().pages
    assert desk.begin(old) is None
    assert desk.publish(old) is None
    assert desk.resolve(old) is None
    assert desk.hold(old) is None
    assert not desk.settle(old)
    assert not desk.give_back(old)
    assert not desk.bury(old)
    assert desk.extend(old, new) == {new.id}
    assert desk.publish(new) is not None
    assert desk.stream() == [(new.id, 1)]


def test_an_expired_lease_that_nobody_took_still_holds(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.now += 2 * MINUTE
    assert desk.extend(page) == {page.id}
    assert desk.reap().pages == 0
    assert desk.settle(page)


def test_settled_pages_are_counted_by_outcome(desk: Desk) -> None:
    for page, outcome in zip(
        desk.start(story(1), story(2), story(3)), ("paywall", "pdf", "pdf"), strict=True
    ):
        assert desk.settle(page, outcome)
    census = desk.census()
    assert census.settled == {"paywall": 1, "pdf": 2}
    assert census.idle
    assert not list(desk.client.scan_iter(desk.keys.page("*")))


def test_the_dead_are_listed_retried_and_dropped(desk: Desk) -> None:
    one, two = desk.start(story(1), story(2))
    desk.begin(one)
    desk.bury(one, "crash")
    desk.now += SECOND
    desk.bury(two, "http_404")
    dead = desk.run(list_dead_pages(desk.keys, limit=10))
    assert [(page.id, page.reason, page.detail, page.attempts) for page in dead] == [
        (two.id, "http_404", "why", 0),
        (one.id, "crash", "why", 1),
    ]
    assert (dead[1].entry, dead[1].died_at) == (story(1), desk.now - SECOND)
    assert desk.retry(one.id)
    assert not desk.retry(one.id)
    assert desk.drop(two.id)
    assert not desk.drop(two.id)
    census = desk.census()
    assert (census.dead, census.ready, census.settled) == (0, 1, {"dropped": 1})
    assert desk.take().pages[0].attempts == 0


def test_the_dead_go_to_their_stream(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.bury(page, "http_404")
    ((_, fields),) = desk.client.xrange(desk.keys.dead_stream())
    assert fields == {
        b"id": page.id.encode(),
        b"url": b"http://a.example/1",
        b"reason": b"http_404",
        b"detail": b"why",
        b"attempts": b"0",
        b"source": b"A",
    }


def test_held_pages_come_back_first_and_pass_no_gate(desk: Desk) -> None:
    one, two, three = desk.start(story(1), story(2), story(3))
    assert (desk.hold(one), desk.hold(two, b"two")) == (1, 2)
    census = desk.census()
    assert (census.held, census.leased, census.idle, census.next_page_in_ms) == (2, 1, False, MINUTE)
    assert desk.take().pages == ()
    desk.give_back(three, close=DAY)
    assert desk.release() == 2
    assert desk.census().ready == 3
    back = desk.take(5).pages
    assert {(page.id, page.held) for page in back} == {(one.id, b"\x00\xff"), (two.id, b"two")}
    assert desk.release() == 0


def test_a_hold_ends_by_itself(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.hold(page)
    desk.now += MINUTE
    (back,) = desk.take().pages
    assert back.held == b"\x00\xff"
    assert desk.publish(back)
    assert desk.census().idle


def test_a_held_page_that_is_given_back_keeps_what_was_extracted(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.hold(page)
    desk.release()
    (page,) = desk.take().pages
    desk.give_back(page, "shutdown")
    assert desk.take().pages[0].held == b"\x00\xff"


def test_a_change_to_a_held_page_is_fetched_in_its_next_round(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.hold(page)
    desk.now += DAY
    desk.poll(A, story(1, words="corrected"))
    (page,) = desk.take().pages
    desk.publish(page)
    (again,) = desk.take().pages
    assert (again.held, again.entry.summary, again.known_rev) == (None, "corrected", 1)


def test_a_page_without_relatives_keeps_its_id(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    answer = desk.resolve(page, "http://a.example/1", "http://a.example/canonical")
    assert answer is not None
    assert (answer.id, answer.is_own, answer.known_rev) == (page.id, True, 0)
    desk.publish(page)
    desk.apply(A, B)
    by_canonical = story(9)
    assert desk.poll(B, by_canonical).new == 1
    (other,) = desk.take().pages
    joined = desk.resolve(other, "http://a.example/canonical")
    assert joined is not None
    assert (joined.id, joined.is_own, joined.known_rev, joined.known_fingerprint) == (
        page.id,
        False,
        1,
        PRINT,
    )
    assert desk.census().settled == {"joined": 1, "published": 1}


def test_a_page_joins_the_one_in_process_with_feeds_and_tags(desk: Desk) -> None:
    desk.apply(FeedSpec(url=A, source="A", tags=("x",)), FeedSpec(url=B, source="B", tags=("y",)))
    desk.poll(A, story(1), next_ms=DAY)
    desk.poll(B, story(2), next_ms=DAY)
    short, long = sorted(desk.take(2).pages, key=lambda page: -int(page.url[-1]))
    desk.give_back(long)
    answer = desk.resolve(short, long.url)
    assert answer is not None
    assert (answer.id, answer.is_own) == (long.id, False)
    assert not desk.settle(short)
    (page,) = desk.take(5).pages
    assert (page.id, page.tags) == (long.id, ("x", "y"))
    feeds = desk.client.hget(desk.keys.page(page.id), "feeds")
    assert feeds == f"{name_feed(A)}\n{name_feed(B)}".encode()


def test_two_pages_never_join_each_other(desk: Desk) -> None:
    one, two = desk.start(story(1), story(2))
    first = desk.resolve(one, two.url)
    second = desk.resolve(two, one.url)
    assert first is not None
    assert second is not None
    assert (first.id, first.is_own, second.id, second.is_own) == (two.id, False, two.id, True)
    desk.publish(two)
    assert desk.census().idle


def test_published_articles_stay_two(desk: Desk) -> None:
    one, two = desk.start(story(1), story(2))
    desk.publish(one)
    desk.publish(two)
    desk.now += DAY
    desk.poll(A, story(1, words="corrected"))
    (again,) = desk.take().pages
    answer = desk.resolve(again, two.url)
    assert answer is not None
    assert answer.is_own


def test_a_dead_page_takes_nobody_in(desk: Desk) -> None:
    one, two = desk.start(story(1), story(2))
    desk.bury(one)
    answer = desk.resolve(two, one.url)
    assert answer is not None
    assert answer.is_own


def test_a_change_goes_along_when_its_page_joins(desk: Desk) -> None:
    one, two = desk.start(story(1), story(2))
    desk.publish(one)
    desk.now += DAY
    desk.poll(A, story(2, words="corrected"))
    desk.resolve(two, one.url)
    (again,) = desk.take(5).pages
    assert (again.id, again.known_rev, again.entry.summary) == (one.id, 1, "corrected")
    assert desk.census().discovered == 3


def test_pages_behind_a_gate_that_stays_shut_are_taken_for_the_feeds_words(desk: Desk) -> None:
    one, two, three = desk.start(story(1), story(2), story(3))
    desk.publish(three, visit=planned(MINUTE, link=three.url))
    desk.give_back(two, "shutdown")
    desk.give_back(one, "http_503", delay=3 * HOUR, close=3 * HOUR)
    assert desk.take(9, words_after_ms=4 * HOUR).pages == ()
    desk.now += 2 * MINUTE
    desk.wake()
    assert desk.census().next_page_in_ms == 0
    (taken,) = pages = desk.take(9, words_after_ms=2 * HOUR).pages
    assert (taken.id, taken.shut_ms) == (two.id, 3 * HOUR - 2 * MINUTE)
    for page in pages:
        desk.give_back(page, "gate", delay=page.shut_ms)
    desk.now += 2 * MINUTE
    assert desk.take(9, words_after_ms=2 * HOUR).pages == ()
    desk.now += 3 * HOUR
    opened = desk.take(9, per_site=9, words_after_ms=2 * HOUR).pages
    assert [page.shut_ms for page in opened] == [0, 0, 0]


def test_a_short_pause_of_a_site_and_a_pause_by_the_operator_are_no_shut_gates(desk: Desk) -> None:
    one, two = desk.start(story(1), story(2))
    desk.give_back(two, "shutdown")
    desk.give_back(one, "http_503", delay=59 * SECOND, close=59 * SECOND)
    assert desk.take(9, words_after_ms=0).pages == ()
    desk.now += DAY
    desk.client.hset(desk.keys.paused(), "site:a.example", "1")
    desk.now += DAY
    assert desk.take(9, words_after_ms=0).pages == ()
