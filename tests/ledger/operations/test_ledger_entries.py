"""What a poll's entries become: pages, changes, or nothing new."""

import msgspec
from ledger_desk import DAY, HOUR, MONTH, Desk, found, story

from feedmill._ledger.core.records import Entry, FeedSpec, PollRecord
from feedmill._ledger.identity import entry_identity
from feedmill._ledger.operations import feed_operations

A, B = "http://a.example/feed", "http://b.example/feed"


def test_a_new_entry_makes_one_page(desk: Desk) -> None:
    desk.apply(FeedSpec(url=A, source="A", tags=("x", "y")))
    answer = desk.poll(A, story(1), story(2))
    assert (answer.new, answer.changed, answer.listed_again) == (2, 0, 0)
    page = min(desk.take(2).pages, key=lambda page: page.url)
    assert (page.url, page.site, page.feed, page.tags) == ("http://a.example/1", "a.example", A, ("x", "y"))
    assert page.entry == story(1)
    assert (page.listed_at, page.known_rev, page.known_print) == (desk.now, 0, "")


def test_a_known_entry_makes_no_page(desk: Desk) -> None:
    desk.apply(A)
    assert desk.sights(A, story(1)) == ["new"]
    desk.poll(A, story(1))
    assert desk.sights(A, story(1), story(1, words="other"), story(2)) == ["known", "changed", "new"]
    answer = desk.poll(A, story(1))
    assert (answer.new, answer.changed, answer.listed_again) == (0, 0, 0)
    assert desk.census().discovered == 1


def test_an_entry_remembered_without_a_page_is_known(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, known=[story(1)])
    assert desk.sights(A, story(1)) == ["known"]
    assert desk.census().discovered == 0
    assert desk.feed(A).entries == 1


def test_the_same_entry_twice_in_a_document_is_one(desk: Desk) -> None:
    desk.apply(A)
    assert desk.poll(A, story(1), story(1)).new == 1
    assert desk.census().discovered == 1


def test_a_second_feed_joins_the_page_in_process(desk: Desk) -> None:
    desk.apply(FeedSpec(url=A, source="A", tags=("x",)), FeedSpec(url=B, source="B", tags=("x", "z")))
    desk.poll(A, story(1), next_ms=DAY)
    answer = desk.poll(B, story(1))
    assert (answer.new, answer.listed_again) == (0, 1)
    (page,) = desk.take(5).pages
    assert (page.feed, page.source, page.tags) == (A, "A", ("x", "z"))


def test_a_second_feed_lists_a_published_article_again(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.apply(A, B)
    answer = desk.poll(B, story(1))
    assert (answer.new, answer.listed_again) == (0, 1)
    assert desk.take().pages == ()
    assert desk.sights(B, story(1)) == ["known"]


def test_a_changed_entry_reopens_its_article(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.now += DAY
    answer = desk.poll(A, story(1, words="corrected"))
    assert (answer.new, answer.changed) == (0, 1)
    (again,) = desk.take().pages
    assert (again.id, again.known_rev, again.known_print) == (page.id, 1, "ab" * 16)
    assert again.entry == story(1, words="corrected")
    assert desk.census().discovered == 2


def test_a_changed_entry_replaces_the_words_of_a_waiting_page(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, story(1))
    assert desk.poll(A, story(1, words="corrected")).changed == 1
    (page,) = desk.take(5).pages
    assert page.entry.summary == "corrected"
    assert desk.census().discovered == 1


def test_a_change_during_the_work_makes_one_more_round(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.now += DAY
    desk.poll(A, story(1, words="second"))
    desk.poll(A, story(1, words="third"))
    assert desk.take().pages == ()
    desk.publish(page)
    (again,) = desk.take(5).pages
    assert (again.entry.summary, again.known_rev, again.attempts) == ("third", 1, 0)
    desk.publish(again)
    assert desk.stream() == [(page.id, 1), (page.id, 2)]
    assert desk.census().discovered == 2
    assert desk.take().pages == ()


def test_a_moved_link_with_the_same_guid_stays_the_same_article(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.now += DAY
    moved = msgspec.structs.replace(story(1), link="http://a.example/new-place")
    assert desk.poll(A, moved).changed == 1
    (again,) = desk.take().pages
    assert (again.id, again.url, again.known_rev) == (page.id, "http://a.example/new-place", 1)
    desk.publish(again)
    desk.apply(A, B)
    only_link = Entry(link="https://www.a.example/new-place/?utm_source=b", title="?")
    assert desk.poll(B, only_link).listed_again == 1


def test_a_changed_entry_of_a_waiting_page_may_change_its_site(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, story(1))
    desk.now += 1
    desk.poll(A, msgspec.structs.replace(story(1), link="http://elsewhere.example/1"))
    (page,) = desk.take(5).pages
    assert page.site == "elsewhere.example"
    assert desk.take().pages == ()
    assert desk.census().leased == 1


def test_new_words_give_a_dead_page_another_try(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.bury(page)
    desk.now += DAY
    assert desk.poll(A, story(1, words="corrected")).changed == 1
    (again,) = desk.take().pages
    assert (again.entry.summary, again.attempts, desk.census().dead) == ("corrected", 0, 0)


def test_a_dead_page_is_tried_less_and_less_and_not_for_ever(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.bury(page)
    tries = []
    desk.now += DAY
    for hour in range(24 * 20):
        desk.now += HOUR
        desk.poll(A, story(1, words=f"words {hour}"))
        for again in desk.take().pages:
            tries.append(hour)
            desk.bury(again)
    assert len(tries) == 20
    assert tries[-1] - tries[-2] >= 12 > tries[1] - tries[0]
    assert desk.census().dead == 1


def test_a_change_while_a_page_dies_is_another_try(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.now += DAY
    desk.poll(A, story(1, words="corrected"))
    desk.bury(page)
    assert desk.census().dead == 0
    (again,) = desk.take().pages
    assert again.entry.summary == "corrected"
    desk.publish(again)
    assert desk.take().pages == ()


def test_entries_are_remembered_while_listed_and_90_days_after(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    for _ in range(8):
        desk.now += MONTH
        assert desk.sights(A, story(1)) == ["older"]  # to be handed over in full once a month
        answer = desk.poll(A, story(1))
        assert (answer.new, answer.listed_again, answer.changed) == (0, 0, 0)
        assert desk.sights(A, story(1)) == ["known"]
    desk.now += 90 * DAY
    assert desk.poll(A, story(1, words="corrected")).changed == 1
    assert desk.take().pages[0].known_rev == 1


def test_what_is_no_longer_listed_is_forgotten(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.now += 121 * DAY
    assert desk.poll(A, story(1)).new == 1
    assert desk.take().pages[0].known_rev == 0


def test_a_large_feed_is_remembered_whole(desk: Desk) -> None:
    desk.apply(A)
    stories = [story(number) for number in range(2000)]
    assert desk.poll(A, *stories).new == 2000
    assert set(desk.sights(A, *stories)) == {"known"}
    assert desk.feed(A).entries == 2000
    assert all(
        desk.client.object("ENCODING", key) == b"intset"
        for key in desk.client.scan_iter(desk.keys.seen() + "*")
    )


def test_a_page_that_settled_without_an_entry_is_not_fetched_again(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.settle(page, "not_an_article")
    desk.apply(A, B)
    assert desk.poll(B, story(1)).listed_again == 1
    assert desk.census().settled == {"not_an_article": 1}


def test_an_entry_without_a_link_is_named_by_its_guid(desk: Desk) -> None:
    desk.apply(A)
    entry = Entry(guid="only", title="T", content="<p>All of it.</p>")
    assert desk.poll(A, entry).new == 1
    assert desk.take().pages[0].id == entry_identity.name_article(A, entry)


def test_what_a_restless_feed_makes_the_ledger_remember_is_bounded(desk: Desk) -> None:
    """Versions that are new at every poll fill the feed's memory; what is still listed is not lost in it."""
    desk.apply(A)
    desk.poll(A, story(0))
    renewed = 0
    for number in range(0, 90_000, 1500):
        (sight,) = desk.sights(A, story(0))
        assert sight in {"known", "older"}, number
        (claimed,) = desk.claim().feeds
        restless = tuple((at, at + 1) for at in range(number, number + 1500, 2))
        again = (found(A, story(0)),) if sight == "older" else ()
        record = PollRecord(
            outcome="ok", ok=True, next_ms=0, reason="test", listed=2, known=restless, found=again
        )
        made = desk.run(
            feed_operations.record_poll(
                desk.keys, feed_id=claimed.id, lease=claimed.token, record=record, token=desk.token()
            )
        )
        assert made.new == made.changed == 0
        renewed += sight == "older"
    assert len(list(desk.client.scan_iter(desk.keys.seen() + "*"))) == 128
    assert renewed
