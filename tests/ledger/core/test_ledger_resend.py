"""Every operation that changes something repeats its answer when it is sent again with the same token."""

from typing import Any

import pytest
from ledger_desk import Desk
from ledger_scene import BUILDERS, TOKENED, A, Scene, arguments, everything, scene

from feedmill._ledger.core.entry_verdict_types import EntryEvidence
from feedmill._ledger.identity.article_and_feed_ids import name_feed

__all__ = ["scene"]

TOKENLESS = sorted(set(BUILDERS) - set(TOKENED))


@pytest.mark.parametrize("name", TOKENED)
def test_sent_again_it_answers_the_same_and_changes_nothing(desk: Desk, scene: Scene, name: str) -> None:
    call = BUILDERS[name](desk.keys, **arguments(name, scene))
    untouched = everything(desk)
    first = desk.run(call)
    after = everything(desk)
    assert after != untouched, "the scene must let the operation do something"
    census = desk.census()
    assert desk.run(call) == first
    assert everything(desk) == after
    assert desk.census() == census


@pytest.mark.parametrize("name", TOKENED)
def test_another_token_is_another_request(desk: Desk, scene: Scene, name: str) -> None:
    values = arguments(name, scene)
    desk.run(BUILDERS[name](desk.keys, **values))
    desk.run(BUILDERS[name](desk.keys, **(values | {"token": "twice"})))
    desk.census()


def test_only_these_operations_need_no_token() -> None:
    reading = {
        "read_last_revision",
        "classify_entries",
        "compare_entries",
        "list_feeds",
        "list_feed_ids",
        "list_waiting_feeds",
        "count_all",
        "list_dead_pages",
        "read_request_report",
        "list_site_rules",
        "read_entry_headers",
        "list_routes",
        "list_dropped_entries",
    }
    harmless_twice = {"extend_leases", "trim_stream"}
    assert set(TOKENLESS) == reading | harmless_twice


@pytest.mark.parametrize(
    "name",
    [
        "classify_entries",
        "compare_entries",
        "list_feeds",
        "list_waiting_feeds",
        "count_all",
        "list_dead_pages",
        "read_request_report",
        "list_site_rules",
        "read_entry_headers",
        "list_routes",
    ],
)
def test_reading_changes_nothing(desk: Desk, scene: Scene, name: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "classify_entries": {"feed_id": scene.feed.id, "pairs": [(1, 2)]},
        "compare_entries": {"feed_id": scene.feed.id, "entries": [(1, 2, EntryEvidence(link="a" * 16))]},
        "list_waiting_feeds": {"feed_ids": [scene.feed.id, name_feed(scene.free)]},
        "list_dead_pages": {"limit": 5},
        "read_request_report": {"weeks": 2, "limit": 5},
        "read_entry_headers": {"after": "0-0", "limit": 5},
    }
    before = everything(desk)
    desk.run(BUILDERS[name](desk.keys, **values.get(name, {})))
    assert everything(desk) == before


def test_a_stored_reply_ends_after_a_minute(desk: Desk) -> None:
    desk.apply(A)
    (key,) = desk.client.scan_iter(desk.keys.reply("*"))
    assert 50_000 < desk.client.pttl(key) <= 60_000
