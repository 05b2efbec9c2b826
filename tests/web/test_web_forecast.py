"""What will happen to the stream, and when."""

from typing import Any

import pytest

from web.status.retention_forecast import StreamState, forecast_events

DAY = 86_400_000
GIB = 1 << 30
USUAL: dict[str, Any] = {
    "length": 1000, "oldest": 2 * DAY, "bytes": 10_000_000, "keep": 7 * DAY, "max_bytes": GIB,
    "hard_bytes": 2 * GIB, "grows": 500 / DAY, "holder": None, "held": None,
    "memory": 20_000_000, "memory_limit": 0,
}  # fmt: skip
DROPPED, HELD, SIZE, LIMIT = (
    "oldest entry has been",
    "has not acknowledged: it stays",
    "before they are",
    "memory is full",
)
REST = "pages wait until it has read"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"oldest": None}, []),
        ({}, [(5, DROPPED)]),
        ({"oldest": 8 * DAY}, [(0, DROPPED)]),
        ({"grows": None}, [(5, DROPPED)]),
        ({"bytes": 2 * GIB}, [(0, "is as large as max_bytes")]),
        ({"bytes": None}, [(5, DROPPED)]),
        # 5 MB a day fill 20 MB in two days, before the first one is seven days old
        ({"max_bytes": 20_000_000}, [(2, SIZE), (5, DROPPED)]),
        ({"max_bytes": 40_000_000}, [(5, DROPPED)]),  # seven days' worth fits
        ({"holder": "g", "held": DAY}, [(5, DROPPED), (6, HELD)]),
        ({"holder": "g", "held": 8 * DAY, "oldest": 8 * DAY}, [(0, HELD), (213, SIZE), (427, REST)]),
        # it has read nothing for 8 days: what is out is held back, and so is what comes
        ({"holder": "g", "held": 8 * DAY, "oldest": 8 * DAY, "bytes": 3 * GIB}, [(0, HELD), (0, REST)]),
        ({"holder": "g", "held": DAY, "bytes": 3 * GIB}, [(0, "is as large as max_bytes"), (6, HELD)]),
        ({"memory_limit": 30_000_000}, [(2, LIMIT), (5, DROPPED)]),
        ({"memory_limit": GIB}, [(5, DROPPED)]),  # what is dropped makes room
        ({"memory_limit": 1, "holder": "g", "held": 9 * DAY, "oldest": 9 * DAY, "grows": None}, [(0, HELD)]),
    ],
)  # fmt: skip
def test_the_forecast_names_what_comes_and_when(given: dict[str, Any], found: list[tuple[int, str]]) -> None:
    told = forecast_events(StreamState(**(USUAL | given)))
    assert len(told) == len(found), told
    for one, (days, what) in zip(told, found, strict=True):
        assert what in one.what
        assert round(one.in_ms / DAY) == days
