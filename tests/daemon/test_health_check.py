"""What the doctor finds, and that each finding says what to do. Pure."""

import dataclasses
from typing import Any

import pytest

from config.sections.feed_tables import ListedFeed
from daemon.health.feed_checks import check_feed_list_drift
from daemon.health.group_checks import check_retention_lag
from daemon.health.ledger_snapshot import LedgerSnapshot
from daemon.health.machine_checks import MachineState, check_machine
from daemon.health.server_checks import check_durability
from daemon.health.work_checks import check_page_records, check_work
from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.operation_result_types import Census
from feedmill.groups import GroupState
from scheduler.polling.feed_state import PollState, write_poll_state

CENSUS = Census(
    discovered=0, ready=0, deferred=0, leased=0, held=0, dead=0, feeds=1, feeds_due=0, feeds_leased=0,
    next_feed_in_ms=None, next_page_in_ms=None, stream_length=0, generation=1,
)  # fmt: skip
FEED = FeedState(id="1", url="http://a.example/feed", site="a.example", source="A")
SILENT = FeedState(id="1", url="u", site="s", source="A", notes=write_poll_state(PollState(silent=True)))
GONE = FeedState(id="1", url="u", site="s", source="A", stopped=True)
WELL = LedgerSnapshot(
    census=CENSUS, feeds=[FEED], groups=[], info={}, now_ms=1, routes=[], stale=0, late_ms=0, workers=1
)
HERE = MachineState(
    now_ms=10_000, folder="/d", free=9 * 2**30, total=90 * 2**30, memory=8 * 2**30, wanted=2 * 2**30
)
GROUP = GroupState(
    group="g", lag=1, pending=0, oldest="1-0", oldest_age=1000, dead=0, again=0, protected=False, seen=None,
    consumers=(),
)  # fmt: skip


def levels(findings: Any) -> dict[str, str]:
    found = list(findings)
    assert all(one.remedy for one in found if one.level != "ok")
    return {one.what: one.level for one in found}


@pytest.mark.parametrize(
    ("changes", "what", "level"),
    [
        ({}, "polls", "ok"),
        ({"stale": 3}, "stale leases", "wrong"),
        ({"late_ms": 600_000}, "polls", "wrong"),
        ({"late_ms": 60_000}, "polls", "ok"),
        ({"workers": 0, "census": dataclasses.replace(CENSUS, ready=4)}, "workers", "wrong"),
        ({"census": dataclasses.replace(CENSUS, paused=("all",))}, "paused", "warn"),
        ({"census": dataclasses.replace(CENSUS, paused=("site:a.example",))}, "paused", "warn"),
        ({"feeds": [SILENT]}, "silent feeds", "warn"),
        ({"feeds": [GONE]}, "feeds that are gone", "warn"),
    ],
)  # fmt: skip
def test_work_that_does_not_get_on_is_found(changes: dict[str, Any], what: str, level: str) -> None:
    assert levels(check_work(dataclasses.replace(WELL, **changes)))[what] == level


def test_story_events_that_could_not_be_appended_are_found() -> None:
    assert levels(check_page_records(dataclasses.replace(CENSUS, untold=2)))["story events"] == "warn"
    assert "story events" not in levels(check_page_records(CENSUS))


def test_what_is_paused_is_not_late() -> None:
    paused = dataclasses.replace(CENSUS, paused=("all",), ready=9)
    found = levels(check_work(dataclasses.replace(WELL, census=paused, late_ms=10**9, workers=0)))
    assert found == {"paused": "warn"}


@pytest.mark.parametrize(
    ("changes", "what", "level"),
    [
        ({}, "clock", "ok"),
        ({"now_ms": 30_000}, "clock", "warn"),
        ({"free": 2**20}, "disk", "wrong"),
        ({"free": 2**20, "total": 2**21}, "disk", "ok"),
        ({"memory": 2**28}, "machine memory", "warn"),
    ],
)
def test_a_machine_that_lacks_something_is_found(changes: dict[str, Any], what: str, level: str) -> None:
    assert levels(check_machine(dataclasses.replace(HERE, **changes), 10_000))[what] == level


def test_a_server_elsewhere_says_nothing_of_this_disk() -> None:
    assert "disk" not in levels(check_machine(dataclasses.replace(HERE, free=None, total=None), 10_000))


@pytest.mark.parametrize(
    ("info", "what"),
    [
        ({"aof_last_bgrewrite_status": "err"}, "rewrite of the log"),
        ({"mem_fragmentation_ratio": 2.5, "used_memory": 2**30}, "fragmentation"),
        ({"connected_slaves": 1}, "replication"),
    ],
)
def test_a_server_that_may_lose_something_is_found(info: dict[str, Any], what: str) -> None:
    assert list(levels(check_durability(info))) == [what]
    assert not levels(check_durability({"connected_slaves": 1, "min_slaves_good_slaves": 1}))


@pytest.mark.parametrize(("protected", "level"), [(True, "warn"), (False, "wrong")])
def test_a_group_that_falls_behind_is_found_before_it_loses_anything(protected: bool, level: str) -> None:
    behind = dataclasses.replace(GROUP, oldest_age=60_000, protected=protected)
    assert levels(check_retention_lag([GROUP, behind], 100_000)) == {"group g": level}


@pytest.mark.parametrize(
    ("listed", "level"),
    [
        ([("http://a.example/feed", "A")], "ok"),
        ([("http://a.example/feed", "B")], "warn"),
        ([("http://b.example/feed", "A")], "warn"),
        ([], "warn"),
    ],
)
def test_a_list_that_is_not_the_ledgers_is_found(listed: list[tuple[str, str]], level: str) -> None:
    feeds = [ListedFeed(url=url, source=source) for url, source in listed]
    assert check_feed_list_drift(feeds, [FEED], "feeds.toml").level == level
