"""What became of each entry that a feed listed: counted once, whatever happens to its page."""

from random import Random

import pytest
from ledger_desk import DAY, HOUR, MINUTE, PRINT, Desk, story

from feedmill._ledger.core.entry_outcome_summary import read_entry_counts
from feedmill._ledger.core.feed_operation_results import AskedPoll, FeedState
from feedmill._ledger.core.records import Entry, FeedSpec, LeasedPage
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations import feed_operations
from feedmill._ledger.operations.publication_operations import publish_feed_words
from worker.pipeline.stand_in_policy import NO_PAGE

A, B = "http://a.example/feed", "http://b.example/feed"
DROPPED = ("not_html", "empty", "login", "robots", "index")


def state_of(desk: Desk, url: str = A) -> FeedState:
    states = desk.run(feed_operations.list_feeds(desk.keys))
    return next(state for state in states if state.url == url)


def publish_words(
    desk: Desk,
    page: LeasedPage,
    *,
    rev: int = 1,
    delay_ms: int | None = None,
    token: str = "",
    reason: str = "http_503",
) -> object:
    return desk.run(
        publish_feed_words(
            desk.keys,
            page_id=page.id,
            lease=page.token,
            rev=rev,
            event="created" if rev == 1 else "updated",
            fields={"id": page.id, "rev": str(rev)},
            fingerprint=PRINT + "0" * 8,
            reason=reason,
            delay_ms=delay_ms,
            token=token or desk.token(),
        )
    )


def test_every_end_of_a_page_is_counted_where_it_belongs(desk: Desk) -> None:
    published, worded, dropped, dead, waiting = desk.start(*(story(number) for number in range(5)))
    desk.publish(published)
    publish_words(desk, worded)
    desk.settle(dropped, "login")
    desk.bury(dead, "crash")
    assert waiting.known_rev == 0
    assert state_of(desk).counts == {
        "listed": 5,
        "page": 1,
        "feed:http_503": 1,
        "dropped:login": 1,
        "dead": 1,
        "in_process": 1,
    }


def test_words_are_out_once_and_the_page_waits_with_its_failures(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.give_back(page, "http_503")
    (page,) = desk.take().pages
    desk.begin(page)
    first = publish_words(desk, page, delay_ms=HOUR, token="words")
    again = publish_words(desk, page, delay_ms=HOUR, token="words")
    assert first == again
    assert desk.stream() == [(page.id, 1)]
    assert desk.census().deferred == 1
    assert desk.take().pages == ()
    desk.now += HOUR
    (later,) = desk.take().pages
    assert (later.known_rev, later.failures, later.attempts) == (1, 2, 0)
    assert later.first_failed_at is not None
    assert state_of(desk).counts == {"listed": 1, "feed:http_503": 1}
    desk.publish(later, rev=2)
    assert state_of(desk).counts == {"listed": 1, "page": 1}
    assert desk.census().settled == {"published": 1}


def test_words_that_are_out_are_not_appended_again_under_another_lease(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    publish_words(desk, page, delay_ms=0)
    (again,) = desk.take().pages
    publish_words(desk, again, delay_ms=HOUR)
    assert desk.stream() == [(page.id, 1)]
    assert desk.census().deferred == 1
    assert read_entry_counts(state_of(desk).counts).is_balanced


def test_a_page_that_ends_after_its_words_are_out_stays_counted_as_words(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    publish_words(desk, page, delay_ms=0)
    (again,) = desk.take().pages
    desk.settle(again, "robots")
    assert state_of(desk).counts == {"listed": 1, "feed:http_503": 1}


def test_an_entry_is_counted_for_each_feed_that_lists_it(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.apply(A, B)
    desk.poll(B, story(1), next_ms=DAY)
    assert state_of(desk, B).counts == {"listed": 1, "in_process": 1}
    desk.publish(page)
    assert state_of(desk, A).counts == state_of(desk, B).counts == {"listed": 1, "page": 1}


def test_an_entry_of_an_article_that_is_out_counts_as_joined(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.apply(A, B)
    desk.poll(B, story(1), next_ms=DAY)
    assert state_of(desk, B).counts == {"listed": 1, "joined": 1}


def test_a_changed_entry_is_counted_once(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.now += DAY
    desk.poll(A, story(1, words="corrected"))
    (again,) = desk.take().pages
    desk.publish(again, rev=2)
    assert state_of(desk).counts == {"listed": 1, "page": 1}


def test_what_was_dropped_is_listed_with_its_reason_and_said_once_a_reason(desk: Desk) -> None:
    pages = desk.start(*(story(number) for number in range(4)))
    for page, outcome in zip(pages, ("login", "login", "empty", "login"), strict=True):
        desk.settle(page, outcome)
    lost = desk.run(feed_operations.list_dropped_entries(desk.keys, feed_id=name_feed(A)))
    assert [(one.id, one.reason, one.title) for one in lost] == [
        (page.id, outcome, f"Story {number}")
        for number, (page, outcome) in reversed(
            list(enumerate(zip(pages, ("login", "login", "empty", "login"), strict=True)))
        )
    ]
    said = [fields for _, fields in desk.client.xrange(desk.keys.events_stream())]
    assert [(one[b"event"], one[b"reason"]) for one in said if one[b"event"] == b"entries_dropped"] == [
        (b"entries_dropped", b"login"),
        (b"entries_dropped", b"empty"),
    ]


def test_a_feed_whose_entries_lead_to_no_page_is_not_unreadable(desk: Desk) -> None:
    pages = desk.start(*(story(number) for number in range(6)))
    for page in pages[:4]:
        publish_words(desk, page, reason=NO_PAGE)
    assert state_of(desk).counts["feed:no_page"] == 4
    assert state_of(desk).unreadable_since is None
    for page in pages[4:]:
        publish_words(desk, page)
    assert state_of(desk).unreadable_since is None, "two pages are too few to judge by"


def test_a_feed_most_of_whose_last_pages_gave_nothing_is_unreadable_until_they_do(desk: Desk) -> None:
    pages = desk.start(*(story(number) for number in range(7)))
    for page in pages[:2]:
        publish_words(desk, page)
    assert state_of(desk).unreadable_since is None
    desk.settle(pages[2], "login")
    assert state_of(desk).unreadable_since == desk.now
    for page in pages[3:6]:
        desk.publish(page)
    assert state_of(desk).unreadable_since is None


def test_a_retry_makes_pages_of_dropped_entries_alone(desk: Desk) -> None:
    out, lost, other = desk.start(story(1), story(2), story(3))
    desk.publish(out)
    desk.settle(lost, "login")
    desk.settle(other, "empty")
    assert ask(desk).answer == "due"
    (feed,) = desk.claim().feeds
    assert feed.asked == "retry"
    desk.record(feed, story(1), story(2), story(3), retry=True, read=True, next_ms=DAY)
    again = desk.take(5, per_site=9).pages
    assert {page.id for page in again} == {lost.id, other.id}
    assert state_of(desk).counts == {"listed": 3, "page": 1, "in_process": 2}
    for page in again:
        desk.publish(page)
    assert state_of(desk).counts == {"listed": 3, "page": 3}
    desk.now += DAY
    assert desk.claim().feeds[0].asked == ""


def ask(desk: Desk, *, retry: bool = True) -> AskedPoll:
    call = feed_operations.ask_for_poll(desk.keys, feed_id=name_feed(A), retry=retry, token=desk.token())
    return desk.run(call)


def test_a_feed_that_is_not_polled_says_why(desk: Desk) -> None:
    assert ask(desk).answer == "unlisted"
    desk.apply(FeedSpec(url=A, source="A", enabled=False))
    assert ask(desk).answer == "off"
    desk.apply(A)
    desk.poll(A, stop=True)
    assert ask(desk).answer == "gone"


def test_a_poll_that_is_asked_for_comes_before_its_time_and_through_the_gate(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, story(1), next_ms=DAY)
    assert desk.claim().feeds == ()
    assert ask(desk, retry=False) == AskedPoll(answer="due", polls=1, gate_ms=0)
    (feed,) = desk.claim().feeds
    assert feed.asked == "poll"
    desk.record(feed, next_ms=DAY, close_site_ms=HOUR)
    assert ask(desk, retry=False).gate_ms == HOUR
    assert desk.claim().feeds == ()
    desk.now += HOUR
    assert len(desk.claim().feeds) == 1


def test_a_feed_keeps_its_choice_of_text_and_an_unchanged_list_changes_nothing(desk: Desk) -> None:
    desk.apply(FeedSpec(url=A, source="A", text="feed"))
    assert desk.apply(FeedSpec(url=A, source="A", text="feed")).changed == ()
    assert desk.apply(FeedSpec(url=A, source="A")).changed == (A,)
    assert desk.apply(FeedSpec(url=A, source="A")).changed == ()


def test_the_counts_of_a_feed_fit_in_a_kilobyte_whatever_the_reasons(desk: Desk) -> None:
    pages = desk.start(*(story(number) for number in range(60)))
    for number, page in enumerate(pages):
        if number % 2:
            desk.settle(page, f"a_reason_of_some_length_{number}"[-25:])
        else:
            publish_words(desk, page)
    key = desk.keys.feed_counts(name_feed(A))
    assert desk.client.memory_usage(key) - desk.client.memory_usage(desk.keys.generation()) < 1024
    assert read_entry_counts(state_of(desk).counts).is_balanced


def test_a_list_of_dropped_entries_is_bounded_with_titles_of_any_script(desk: Desk) -> None:
    long = "Die Brücke über den Fluß — 橋 " * 20
    entries = [
        Entry(guid=f"g{number}", link=f"http://a.example/{number}", title=long) for number in range(60)
    ]
    for page in desk.start(*entries):
        desk.settle(page, "empty")
    lost = desk.run(feed_operations.list_dropped_entries(desk.keys, feed_id=name_feed(A)))
    assert len(lost) == 50
    assert all(0 < len(one.title.encode()) <= 120 and long.startswith(one.title) for one in lost)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_all_that_was_listed_is_somewhere(desk: Desk, seed: int) -> None:
    rng = Random(seed)
    desk.apply(A, B)
    for _ in range(60):
        desk.now += rng.choice((MINUTE, HOUR, DAY))
        feeds = desk.claim(2, per_site=9).feeds
        for feed in feeds:
            listed = [story(rng.randrange(12), words=rng.choice(("a", "b"))) for _ in range(rng.randrange(4))]
            unique = list({entry.guid: entry for entry in listed}.values())
            desk.record(feed, *unique, next_ms=HOUR)
        for page in desk.take(3, per_site=9).pages:
            step = rng.randrange(6)
            rev = page.known_rev + 1
            if step == 0:
                desk.publish(page, rev=rev)
            elif step == 1:
                publish_words(desk, page, rev=rev)
            elif step == 2:
                publish_words(desk, page, rev=rev, delay_ms=MINUTE)
            elif step == 3:
                desk.settle(page, rng.choice(DROPPED))
            elif step == 4:
                desk.bury(page, "crash")
        desk.reap()
        for url in (A, B):
            assert read_entry_counts(state_of(desk, url).counts).is_balanced, state_of(desk, url).counts
