"""The line: when no site can be reached it is no site's fault, and one request at a time asks again."""

import pytest
from ledger_desk import DAY, MINUTE, SECOND, Desk, story

from feedmill._ledger.core.records import RequestRecord

FEEDS = [f"http://{name}.example/feed" for name in "abcdef"]


def fails(desk: Desk, url: str, outcome: str = "dns") -> None:
    """Poll one feed in vain."""
    desk.poll(url, outcome=outcome, ok=False, next_ms=DAY, notes="strained", close_site_ms=DAY)


def events(desk: Desk) -> list[str]:
    return [fields[b"event"].decode() for _, fields in desk.client.xrange(desk.keys.events_stream())]


def go_offline(desk: Desk) -> None:
    desk.apply(*FEEDS)
    for url in FEEDS[1:4]:
        fails(desk, url)


def test_half_of_the_sites_in_a_row_are_the_line_and_it_is_said_once(desk: Desk) -> None:
    desk.apply(*FEEDS)
    for url in FEEDS[:2]:
        fails(desk, url)
        assert desk.census().offline_ms is None
    fails(desk, FEEDS[2])
    assert desk.census().offline_ms == 0
    assert events(desk) == ["offline"]
    desk.now += 15 * SECOND
    (probe,) = desk.claim(100, per_site=100).feeds
    desk.record(probe, outcome="timeout", ok=False, next_ms=DAY)
    assert desk.census().offline_ms == 15 * SECOND
    assert events(desk) == ["offline"]


def test_an_answer_in_between_means_that_the_line_works(desk: Desk) -> None:
    desk.apply(*FEEDS)
    for url in FEEDS[:2]:
        fails(desk, url)
    desk.poll(FEEDS[5], outcome="http_500", ok=False, status=500, next_ms=DAY)
    fails(desk, FEEDS[2])
    assert desk.census().offline_ms is None


def test_one_site_alone_is_never_the_line(desk: Desk) -> None:
    desk.apply("http://a.example/feed", "http://a.example/other")
    for _ in range(9):
        fails(desk, "http://a.example/feed")
        desk.now += DAY
    assert desk.census().offline_ms is None


def test_while_offline_a_feed_keeps_its_history_and_is_tried_again_soon(desk: Desk) -> None:
    go_offline(desk)
    before = desk.feed(FEEDS[1])
    assert (before.failures, before.outcome) == (1, "dns")
    third = desk.feed(FEEDS[3])
    assert (third.failures, third.outcome) == (0, "offline")
    assert third.next_at is not None
    assert third.next_at - desk.now <= 15 * SECOND


def test_while_offline_one_request_at_a_time_is_let_out(desk: Desk) -> None:
    go_offline(desk)
    assert desk.claim(100, per_site=100).feeds == ()
    assert desk.claim(100).next_in_ms == 15 * SECOND
    desk.now += 15 * SECOND
    assert len(desk.claim(100, per_site=100).feeds) == 1
    assert desk.claim(100, per_site=100).feeds == ()


def test_pages_are_not_charged_and_not_worn_out_by_a_line_that_is_down(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    go_offline(desk)
    for _ in range(20):
        desk.give_back(page, "dns", delay=DAY)
        assert desk.take(9).pages == ()
        desk.now += 15 * SECOND
        (page,) = desk.take(9).pages
        assert page.failures == 0
        assert page.first_failed_at is None
    assert desk.census().leased == 1


@pytest.mark.parametrize("reason", ["robots_unreachable", "timeout"])
def test_what_else_fails_for_want_of_a_line_is_not_held_against_a_page(desk: Desk, reason: str) -> None:
    (page,) = desk.start(story(1))
    go_offline(desk)
    desk.give_back(page, reason, delay=DAY)
    assert desk.census().next_page_in_ms == 15 * SECOND


def test_the_first_answer_lets_all_go_on_and_is_said(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    go_offline(desk)
    desk.give_back(page, "connect")
    desk.now += 8 * 60 * MINUTE
    (probe,) = desk.claim(1).feeds
    desk.record(probe, status=200, next_ms=DAY)
    assert desk.census().offline_ms is None
    assert events(desk) == ["offline", "online"]
    assert len(desk.take(9).pages) == 1
    assert len(desk.claim(100, per_site=100).feeds) > 1


def test_a_page_that_was_answered_ends_it_too(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    go_offline(desk)
    desk.give_back(page, "http_500")
    desk.sent(
        RequestRecord(
            site="a.example", url=page.url, kind="page", name="p", age=9, lasted=8, latency=7, status=500
        )
    )
    assert desk.census().offline_ms is None
