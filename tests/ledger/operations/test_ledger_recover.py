"""What died is taken back: abandoned owners and expired leases."""

from ledger_desk import MINUTE, SECOND, Desk, story

HOUR = 60 * MINUTE


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


def test_a_page_that_ends_processes_while_more_is_requested_for_it_is_buried_in_the_end(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    for _ in range(11):
        desk.begin(page)
        desk.suspend(page)
        assert desk.abandon(max_attempts=3).buried == 0
        desk.now += 3 * HOUR
        (page,) = desk.take().pages
        assert page.attempts == 0
    desk.begin(page)
    desk.suspend(page)
    assert desk.abandon(max_attempts=3).buried == 1


def test_only_the_owners_own_pages_return(desk: Desk) -> None:
    desk.start(story(1))
    desk.abandon()
    desk.take(1, owner="w")
    assert desk.abandon("other").returned == 0
    assert desk.abandon("w").returned == 1
    assert desk.abandon("w").returned == 0


def test_slots_on_the_way_of_a_dead_owner_are_free_at_once(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    assert desk.pass_gate(page.id, "elsewhere.example", owner="w").is_free
    assert desk.pass_gate("other", "away.example", owner="v").is_free
    desk.now += SECOND
    assert not desk.pass_gate("next", "elsewhere.example").is_free
    answer = desk.abandon("w")
    assert (answer.returned, answer.slots) == (1, 1)
    assert desk.pass_gate("next", "elsewhere.example").is_free
    assert not desk.pass_gate("next", "away.example").is_free
    assert desk.abandon("nobody").slots == 0


def test_a_slot_that_was_left_is_nobodys(desk: Desk) -> None:
    assert desk.pass_gate("m", "x.example", owner="w").is_free
    assert desk.leave_gate("m", "x.example") == 1
    desk.now += SECOND
    assert desk.pass_gate("m", "x.example", owner="v").is_free
    assert desk.abandon("w").slots == 0
    assert not desk.pass_gate("n", "x.example").is_free


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


def test_what_was_being_fetched_in_a_row_of_ends_waits_longer_and_apart_and_dies_in_the_end(
    desk: Desk,
) -> None:
    pages = desk.start(story(1), story(2))
    for _ in range(5):
        assert desk.abandon().returned == 2
        assert len(desk.take(2).pages) == 2
    waits: list[int] = []
    for _ in range(6):
        answer = desk.abandon()
        assert (answer.returned, answer.buried) == (2, 0)
        began, back = desk.now, dict[str, int]()
        while len(back) < 2:
            back |= {page.id: desk.now - began for page in desk.take(2, lease=HOUR).pages}
            desk.now += SECOND
        assert len(set(back.values())) == 2
        waits.append(min(back.values()))
    assert waits == sorted(waits)
    assert 10 * SECOND <= waits[0] < 20 * SECOND
    assert 320 * SECOND <= waits[-1] < 640 * SECOND
    assert desk.abandon().buried == 2
    assert set(desk.dead()) == {page.id for page in pages}


def test_a_page_that_was_read_once_is_no_longer_suspected(desk: Desk) -> None:
    desk.start(story(1))
    for _ in range(30):
        desk.abandon(max_attempts=100)
        (page,) = desk.take(1).pages
        desk.begin(page)
        assert desk.abandon(max_attempts=100).returned == 1
        (page,) = desk.take(1).pages
    assert desk.dead() == {}
