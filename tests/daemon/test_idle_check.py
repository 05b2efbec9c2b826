"""When `up --until-idle` has nothing left to do: a decision on counts."""

import dataclasses

import pytest

from daemon.processes.idle_check import is_idle
from feedmill._ledger.core.operation_result_types import Census


@pytest.mark.parametrize(
    ("counts", "rests"),
    [
        ({}, True),
        ({"deferred": 3, "next_page_in_ms": 50}, True),
        ({"ready": 1, "next_page_in_ms": 0}, False),
        ({"ready": 1, "next_page_in_ms": 300_000}, True),
        ({"ready": 1, "next_page_in_ms": 300_000, "leased": 1}, False),
        ({"held": 1, "next_page_in_ms": 60_000}, False),
        ({"feeds_due": 1, "next_feed_in_ms": 500}, False),
        ({"feeds_due": 1, "next_feed_in_ms": 300_000}, True),
        ({"feeds_leased": 1}, False),
        ({"feeds_due": 1, "next_feed_in_ms": 300_000, "ready": 1, "next_page_in_ms": 1}, False),
    ],
)
def test_it_rests_when_nothing_can_start_for_a_while(counts: dict[str, int], rests: bool) -> None:
    nothing = Census(0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, 0, 0)
    assert is_idle(dataclasses.replace(nothing, **counts), 10_000) is rests
