"""Polls on a real ledger with a moved clock: events, moves, lies, gaps, unsteady guids."""

from datetime import UTC, datetime

import pytest
from ledger_desk import DAY, MINUTE, NOON, Desk
from poll_desk import URL, Poll

from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._net import Redirect
from scheduler.parsing.document_models import MalformedDocument


def stories(*numbers: int, guid: str = "") -> list[Entry]:
    return [Entry(guid=f"{guid}{n}", link=f"http://site.example/{n}", title=f"S{n}") for n in numbers]


@pytest.fixture
def poll(desk: Desk) -> Poll:
    return Poll(desk)


@pytest.mark.parametrize(("outcome", "polls"), [("bad_url", 2), ("tls", 4), ("timeout", 8)])
def test_a_failing_feed_is_told_of_once_and_when_it_is_back(poll: Poll, outcome: str, polls: int) -> None:
    poll.answered(stories(1))
    for _ in range(polls - 1):
        poll.lost(outcome)
    assert poll.events() == []
    for _ in range(5):
        assert poll.lost(outcome).next_ms <= DAY
    assert poll.events() == ["failing"]
    poll.answered(stories(1))
    assert poll.events() == ["failing", "recovered"]


def test_a_feed_that_is_gone_rests_until_the_operator_changes_it(poll: Poll, desk: Desk) -> None:
    poll.answered(stories(1))
    poll.answered(status=410)
    assert poll.events() == ["gone"]
    assert desk.feed(URL).stopped
    desk.now += 100 * DAY
    assert desk.claim().feeds == ()
    desk.apply(FeedSpec(url=URL, source="Site", tags=("again",)))
    assert not desk.feed(URL).stopped
    assert len(desk.claim().feeds) == 1


THERE = "http://other.example/feed"


@pytest.mark.parametrize("status", [301, 302])
def test_what_is_gone_where_a_redirect_leads_may_come_back(poll: Poll, desk: Desk, status: int) -> None:
    poll.answered(stories(1))
    for _ in range(3):
        assert poll.answered(status=410, via=(Redirect(status, THERE),)).next_ms <= 1.05 * DAY
    assert poll.events() == ["failing"]
    poll.answered(stories(1, 2))
    assert (desk.feed(URL).stopped, poll.events()) == (False, ["failing", "recovered"])


def test_a_moved_feed_that_is_gone_there_is_asked_at_home(poll: Poll, desk: Desk) -> None:
    for _ in range(5):
        poll.answered(stories(1, 2), via=(Redirect(301, THERE),), after=DAY)
    poll.answered(status=410)
    assert poll.request is not None
    assert (poll.request.url, desk.feed(URL).moved_to) == (THERE, None)
    assert (desk.feed(URL).stopped, poll.events()) == (False, ["moved", "moved"])
    poll.answered(status=410)
    assert (poll.request.url, desk.feed(URL).stopped, poll.events()[2:]) == (URL, True, ["gone"])


def test_a_permanent_redirect_counts_after_days_of_this_very_feed(poll: Poll, desk: Desk) -> None:
    poll.answered(stories(1, 2))
    gone_there = (Redirect(301, THERE),)
    for _ in range(3):
        poll.answered(stories(1, 2), via=gone_there, after=DAY)
    assert desk.feed(URL).moved_to is None
    poll.answered(stories(1, 2), via=gone_there, after=DAY)
    state = desk.feed(URL)
    assert (state.moved_to, state.site, poll.events()) == (THERE, "other.example", ["moved"])
    poll.answered(stories(1, 2, 3), after=DAY)
    assert poll.request is not None
    assert poll.request.url == THERE
    poll.lost("dns")
    poll.answered(stories(1, 2, 3))
    assert poll.request.url == URL
    state = desk.feed(URL)
    assert (state.moved_to, state.site, poll.events()) == (None, "site.example", ["moved", "moved"])


def test_a_feed_that_was_listed_at_its_old_address_has_moved_too(poll: Poll, desk: Desk) -> None:
    poll.answered(status=500)
    for day in range(5):
        assert desk.feed(URL).moved_to is None
        poll.answered(stories(day, day + 1, day + 2), via=(Redirect(301, THERE),), after=DAY - MINUTE)
    assert (desk.feed(URL).moved_to, poll.events()) == (THERE, ["moved"])


@pytest.mark.parametrize(
    "answer",
    [
        {"entries": MalformedDocument(outcome="html"), "via": (Redirect(301, THERE),)},
        {"entries": stories(7, 8, guid="x"), "via": (Redirect(301, THERE),)},
        {"entries": stories(1, 2), "via": (Redirect(302, THERE),)},
    ],
)
def test_no_other_redirect_moves_a_feed(poll: Poll, desk: Desk, answer: dict[str, object]) -> None:
    poll.answered(stories(1, 2))
    for _ in range(2):
        for _ in range(3):
            poll.answered(stories(1, 2), via=(Redirect(308, THERE),), after=MINUTE)
        poll.answered(**answer, after=DAY)
    assert desk.feed(URL).moved_to is None


@pytest.mark.parametrize(
    "other",
    [
        stories(7, 8, guid="x"),  # a parked domain's own feed
        stories(
            1, *range(20, 30)
        ),  # a section was closed: the whole paper's feed, which lists one of its entries
    ],
)
def test_a_redirect_to_another_feed_never_moves_this_one(poll: Poll, desk: Desk, other: list[Entry]) -> None:
    poll.answered(stories(1, 2))
    for _ in range(12):
        poll.answered(other, via=(Redirect(301, THERE),), after=DAY)
    assert desk.feed(URL).moved_to is None
    for _ in range(4):  # the redirect was mended
        poll.answered(stories(1, 2, 3), after=DAY)
    for _ in range(4):
        poll.answered(stories(1, 2, 3), via=(Redirect(301, THERE),), after=DAY)
    assert desk.feed(URL).moved_to == THERE


def test_a_false_304_is_found_and_its_validators_are_dropped(poll: Poll) -> None:
    poll.answered(stories(1), etag='"same"')
    polls = 0
    while not poll.events():
        poll.answered(stories(2, 1), status=0, etag='"same"', after=MINUTE)
        polls += 1
        assert polls < 200
    assert poll.desk.now <= NOON + 3 * DAY
    assert poll.events() == ["false_304"]
    poll.answered(stories(3, 2, 1), etag='"same"')
    assert poll.request is not None
    assert {poll.request.conditional, poll.request.is_probe} == {False}
    for day in range(32):
        poll.answered(stories(3 + day, 2 + day, 1 + day), status=0, etag=f'"{day}"', after=DAY)
    assert poll.request.conditional or poll.request.is_probe  # another chance


def test_an_honest_304_is_tested_less_and_less(poll: Poll) -> None:
    poll.answered(stories(1), etag='"x"')
    outcomes = [poll.answered(stories(1), status=0, etag='"x"', after=DAY).outcome for _ in range(25)]
    full = [at for at, outcome in enumerate(outcomes) if outcome != "not_modified"]
    assert 3 <= len(full) <= 6
    assert full[-1] - full[-2] > full[1] - full[0]
    assert poll.events() == []


def dated(*hours: int) -> list[Entry]:
    """Make entries that came so many hours after the start."""
    return [
        Entry(guid=f"h{hour}", link=f"http://site.example/h{hour}", title=f"H{hour}",
              published_at=datetime.fromtimestamp(NOON / 1000 + hour * 3600, UTC))
        for hour in hours
    ]  # fmt: skip


def test_a_feed_whose_entries_are_overdue_is_told_of_and_its_return_too(poll: Poll, desk: Desk) -> None:
    for hour in range(0, 72, 3):
        poll.answered(dated(hour, hour - 3, hour - 6), after=3 * 60 * MINUTE - (desk.now - NOON) % 1)
    assert poll.events() == []
    last = desk.now
    while not poll.events():
        poll.answered(dated(69, 66, 63), after=6 * 60 * MINUTE)
        assert desk.now < last + 9 * DAY
    assert desk.now >= last + 2 * DAY
    poll.answered(dated(69, 66, 63), after=DAY)
    assert poll.events() == ["silent"]
    poll.answered(dated((desk.now - NOON) // 3_600_000, 69, 66), after=MINUTE)
    assert poll.events() == ["silent", "heard"]


def test_a_feed_that_was_never_lively_is_not_silent(poll: Poll) -> None:
    for _ in range(20):
        poll.answered(dated(-24, -200), after=3 * DAY)
    assert poll.events() == []


def test_a_reordered_document_is_unchanged(poll: Poll) -> None:
    assert poll.answered(stories(1, 2, 3)).outcome == "ok"
    assert poll.answered(stories(3, 1, 2)).outcome == "unchanged"
    assert poll.answered(stories(4, 3, 1, 2)).outcome == "ok"


def test_a_document_that_shares_no_entry_is_a_gap(poll: Poll) -> None:
    poll.answered(stories(1, 2, 3))
    poll.answered(stories(4, 3, 2))
    assert poll.events() == []
    assert poll.answered(stories(7, 6, 5), etag='"x"').reason == "gap"
    assert poll.events() == ["gap"]


def test_guids_that_change_at_every_poll_are_seen_through(poll: Poll, desk: Desk) -> None:
    for turn in range(3):
        poll.answered(stories(1, 2, 3, guid=f"turn{turn}-"))
    assert poll.events() == []
    assert poll.answered(stories(1, 2, 3, guid="turn4-")).found
    assert poll.answered(stories(1, 2, 3, guid="turn5-")).outcome == "unchanged"
    assert desk.census().discovered == 3


def test_a_feed_that_is_larger_than_is_read_is_well(desk: Desk) -> None:
    poll = Poll(desk)
    entries = [Entry(guid="1", link="http://site.example/1", title="One")]
    first = poll.answered(entries, is_cut=True, etag='"1"')
    assert (first.outcome, first.ok, first.etag) == ("truncated", True, '"1"')
    assert "larger than is read" in first.detail
    assert poll.answered(status=0).outcome == "not_modified"


def test_another_address_that_a_feed_names_is_told_once(desk: Desk) -> None:
    poll = Poll(desk)
    entries = [Entry(guid="1", link="http://site.example/1", title="One")]
    new = "http://new.example/feed"
    told = [
        [
            event[0]
            for event in poll.answered(
                [*entries, Entry(guid=str(n), link=f"http://site.example/{n}")], announced=to
            ).events
        ]
        for n, to in enumerate(["", new, new, "", new], start=2)
    ]
    assert ["feed_announced" in one for one in told] == [False, True, False, False, True]
    assert poll.desk.feed(URL).moved_to is None
