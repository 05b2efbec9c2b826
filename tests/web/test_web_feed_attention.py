"""Which feeds `status` shows unasked, in what order, and what stands in their rows."""

from typing import Any

import pytest

from feedmill._ledger.core.entry_outcome_summary import count_lost, read_entry_counts
from feedmill._ledger.core.feed_operation_results import FeedState
from web.status.feed_attention import (
    MOST_SHOWN,
    choose_feeds,
    describe_outcome,
    needs_attention,
    sort_by_name,
    sort_by_need,
)


def feed(source: str, **more: Any) -> FeedState:
    url = f"http://{source.replace(' ', '')}.example/feed"
    return FeedState(id=url, url=url, site="mill.example", source=source, outcome="ok", **more)


@pytest.mark.parametrize(
    ("state", "needy"),
    [
        ({}, False),
        ({"failures": 1}, True),
        ({"failures": 9, "enabled": False}, False),
        ({"stopped": True}, True),
        ({"flooding_since": 1}, True),
        ({"unreadable_since": 1}, True),
        ({"counts": {"listed": 3, "page": 3}}, False),
        ({"counts": {"listed": 3, "page": 2, "dropped:empty": 1}}, True),
    ],
)
def test_what_does_not_come_out_as_it_should_needs_attention(state: dict[str, Any], needy: bool) -> None:
    assert needs_attention(feed("Mill", **state)) is needy


def test_names_are_sorted_as_people_sort_them() -> None:
    names = ["mill 10", "Mill 9", "Äcker", "9 to 5", "mill", "10 Downing Street", "Mill 9b"]
    assert [one.source for one in sort_by_name([feed(name) for name in names])] == [
        "9 to 5",
        "10 Downing Street",
        "mill",
        "Mill 9",
        "Mill 9b",
        "mill 10",
        "Äcker",
    ]


def test_those_that_fail_for_longest_come_first() -> None:
    feeds = [feed("a"), feed("b", failures=2), feed("c", failures=7), feed("d", failures=2)]
    assert [one.source for one in sort_by_need(feeds)] == ["c", "b", "d", "a"]


def test_a_short_list_is_shown_whole_and_of_a_long_one_the_needy() -> None:
    short = [feed(str(number)) for number in range(MOST_SHOWN)]
    assert len(choose_feeds(short, show_all=False, failing=False, sources=())) == MOST_SHOWN
    long = [*short, *(feed(f"bad {number}", failures=number + 1) for number in range(30))]
    shown = choose_feeds(long, show_all=False, failing=False, sources=())
    assert [one.failures for one in shown] == list(range(30, 30 - MOST_SHOWN, -1))
    assert len(choose_feeds(long, show_all=True, failing=False, sources=())) == 40
    assert len(choose_feeds(long, show_all=False, failing=True, sources=())) == 30
    assert [one.source for one in choose_feeds(long, show_all=False, failing=False, sources=("3",))] == ["3"]


@pytest.mark.parametrize(
    ("paused", "said"),
    [
        ((), "ok"),
        (("all",), "paused ok"),
        (("site:mill.example",), "paused ok"),
        (("feed:http://Mill.example/feed",), "paused ok"),
        (("site:other.example", "feed:http://other.example/feed"), "ok"),
    ],
)
def test_a_pause_stands_in_the_row_of_each_feed_that_it_keeps(paused: tuple[str, ...], said: str) -> None:
    assert describe_outcome(feed("Mill"), paused) == said


def test_a_row_says_what_is_wrong_beside_the_outcome() -> None:
    assert describe_outcome(feed("Mill", enabled=False), ("all",)) == "off"
    assert describe_outcome(feed("Mill", flooding_since=1, unreadable_since=1, detail="x"), ()) == (
        "ok flooding unreadable"
    )


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"listed": 9, "page": 9},
        {"listed": 9, "dropped:empty": 2, "dropped:dead": 1, "left_out": 3, "dead": 1},
    ],
)
def test_lost_entries_are_counted_the_same_with_and_without_the_rest(counts: dict[str, int]) -> None:
    assert count_lost(counts) == read_entry_counts(counts).lost
