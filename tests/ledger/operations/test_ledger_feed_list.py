"""A long feed list is applied in parts, and comes out as in one step."""

import pytest
from ledger_desk import Desk

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations.feed_operations import list_feed_ids
from scheduler.ledger_config_sync import FEEDS_PER_CALL, build_apply_calls, merge_answers


def specs(*numbers: int) -> list[FeedSpec]:
    return [FeedSpec(url=f"http://s{number}.example/feed", source=f"s{number}") for number in numbers]


@pytest.mark.parametrize(
    ("feeds", "known", "calls"),
    [(0, 0, 1), (1, 0, 1), (1000, 1000, 1), (1001, 0, 2), (16_000, 16_000, 16), (7, 2500, 4)],
)
def test_parts_are_as_many_as_needed(feeds: int, known: int, calls: int) -> None:
    ids = [name_feed(spec.url) for spec in specs(*range(known))]
    made = build_apply_calls(Keys(), feeds=specs(*range(feeds)), known=ids, token="t")
    assert len(made) == calls
    assert max(len(call.args) for call in made) <= FEEDS_PER_CALL + 2
    assert len({call.args[0] for call in made}) == calls  # a token each


def test_a_list_applied_in_parts_is_the_list(desk: Desk) -> None:
    def apply(*numbers: int) -> tuple[int, int, int]:
        known = desk.run(list_feed_ids(desk.keys))
        calls = build_apply_calls(desk.keys, feeds=specs(*numbers), known=known, token=desk.token())
        applied = merge_answers([desk.run(call) for call in calls])
        return len(applied.added), len(applied.changed), len(applied.removed)

    assert apply(*range(1500)) == (1500, 0, 0)
    assert apply(*range(1500)) == (0, 0, 0)
    assert apply(*range(100, 1600)) == (100, 0, 100)
    assert desk.client.scard(desk.keys.feeds()) == 1500
    assert apply(7) == (1, 0, 1500)
    assert desk.client.smembers(desk.keys.feeds()) == {
        call_id.encode() for call_id in (desk.feed("http://s7.example/feed").id,)
    }
