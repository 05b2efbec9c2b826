"""What died is taken back: abandoned owners and expired leases."""

from ledger_desk import MINUTE, SECOND, Desk, story


def test_only_begun_pages_of_a_dead_owner_are_charged(desk: Desk) -> None:
    one, _ = desk.start(story(1), story(2))
    desk.begin(one)
    answer = desk.abandon()
    assert (answer.returned, answer.buried) == (2, 0)
    attempts = {page.id: page.attempts for page in desk.take(2).pages}
    assert attempts[one.id] == 1
    assert sum(attempts.values()) == 1


def test_a_page_that_used_up_its_attempts_is_buried_with_the_reason(desk: Desk) -> None:
    desk.start(story(1), story(2))
    desk.abandon()
    for _ in range(3):
        one, _two = sorted(desk.take(2).pages, key=lambda page: page.url)
        desk.begin(one)
        answer = desk.abandon(max_attempts=3)
    assert (answer.returned, answer.buried) == (1, 1)
    assert desk.dead() == {one.id: "memory"}


def test_only_the_owners_own_pages_return(desk: Desk) -> None:
    desk.start(story(1))
    desk.abandon()
    desk.take(1, owner="w")
    assert desk.abandon("other").returned == 0
    assert desk.abandon("w").returned == 1
    assert desk.abandon("w").returned == 0


def test_expired_pages_return_with_their_charge(desk: Desk) -> None:
    one, _ = desk.start(story(1), story(2))
    desk.begin(one)
    assert desk.reap().pages == 0
    desk.now += MINUTE
    answer = desk.reap()
    assert (answer.pages, answer.buried) == (2, 0)
    assert sorted(page.attempts for page in desk.take(2).pages) == [0, 1]


def test_a_page_that_outlives_its_attempts_is_buried_as_a_crash(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    for attempt in (1, 2):
        assert desk.begin(page) == attempt
        desk.now += MINUTE
        answer = desk.reap(max_attempts=2)
        for again in desk.take().pages:
            page = again
    assert (answer.pages, answer.buried) == (0, 1)
    assert desk.dead() == {page.id: "crash"}


def test_reaping_is_bounded(desk: Desk) -> None:
    desk.start(*(story(number) for number in range(5)))
    desk.now += MINUTE
    assert [desk.reap(limit=2).pages for _ in range(4)] == [2, 2, 1, 0]


def test_an_expired_feed_is_due_again(desk: Desk) -> None:
    desk.apply("http://a.example/feed")
    desk.claim(lease=SECOND)
    desk.now += SECOND
    assert desk.reap().feeds == 1
    (feed,) = desk.claim().feeds
    assert feed.due_at == desk.now - SECOND


def test_a_crash_after_holding_keeps_what_was_extracted(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.hold(page, b"blocks")
    desk.release()
    desk.take()
    desk.abandon()
    assert desk.take().pages[0].held == b"blocks"
