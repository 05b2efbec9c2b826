"""Charts: ticks at round times of the reader's zone and at round values; the same facts the same in all."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feedmill._ledger.core.operation_result_types import Census, FullStream
from web.rendering.axes import DurationAxis, format_seconds, place_count_ticks, place_time_ticks
from web.rendering.charts import TimeBins, count_outcomes, make_bar_chart, make_delay_chart
from web.rendering.durations import write_duration
from web.rendering.reader_zone import find_day_start_ms, find_offset_ms, name_zone, read_zone
from web.status.running_state import describe_running

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")


def at(*parts: int, zone: ZoneInfo | None = None) -> float:
    return datetime(*parts, tzinfo=zone or UTC).timestamp() * 1000  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("zone", "span_ms", "labels"),
    [
        (None, DAY_MS, ["06:00", "12:00", "18:00", "30 Nov"]),
        (BERLIN, DAY_MS, ["06:00", "12:00", "18:00", "30 Nov"]),
        (KOLKATA, DAY_MS, ["12:00", "18:00", "30 Nov", "06:00"]),
        (KOLKATA, HOUR_MS, ["08:45", "09:00", "09:15", "09:30"]),
        (BERLIN, 7 * DAY_MS, ["1 Dec", "3 Dec", "5 Dec"]),
    ],
)
def test_ticks_stand_at_times_that_are_round_where_the_reader_is(
    zone: ZoneInfo | None, span_ms: int, labels: list[str]
) -> None:
    start = at(2026, 11, 29, 3, 7)
    ticks = place_time_ticks(start, start + span_ms, zone or UTC)
    assert [tick.label for tick in ticks] == labels
    assert all(0 <= tick.at <= 1 for tick in ticks)


def test_a_day_of_25_hours_has_its_own_noon() -> None:
    start = at(2026, 10, 25, 0, 0, zone=BERLIN)
    (noon,) = [tick for tick in place_time_ticks(start, start + DAY_MS, BERLIN) if tick.label == "12:00"]
    assert noon.at == pytest.approx(13 / 24)


@pytest.mark.parametrize(
    ("most", "labels"),
    [(0, ["0", "1"]), (3, ["0", "1", "2", "3"]), (16, ["0", "10", "20"]), (1700, ["0", "1k", "2k"])],
)
def test_counts_have_round_ticks(most: int, labels: list[str]) -> None:
    end, ticks = place_count_ticks(most)
    assert end >= most
    assert [tick.label for tick in ticks] == labels


def test_delays_from_seconds_to_days_are_told_apart_on_one_axis() -> None:
    axis = DurationAxis.of([3, 50_000])
    assert [tick.label for tick in axis.ticks] == ["1 s", "10 s", "1 min", "10 min", "1 h", "1 d"]
    assert 0 < axis.place(3) < axis.place(60) < axis.place(50_000) < 1
    assert DurationAxis.of([]).low < DurationAxis.of([]).high
    assert format_seconds(5400) == "1.5 h"


def test_outcomes_are_differences_of_counts_and_rows_hold_what_is_drawn() -> None:
    bins = TimeBins(0, 100, 3, UTC)
    samples = [
        (-50, {"settled:unchanged": 5}),
        (50, {"settled:unchanged": 7, "settled:no_text": 1}),
        (250, {}),
    ]
    assert count_outcomes(samples, bins) == {"known already": [2, 0, 0], "no article": [1, 0, 0]}
    chart = make_bar_chart("C", {"new": [1, 0, 2], "updated": [0, 0, 1]}, bins)
    assert (len(chart.bars), chart.summary, len(chart.rows)) == (3, "3 new, 1 updated", 2)
    assert make_bar_chart("C", {"new": [0, 0, 0]}, bins).is_empty
    delays = make_delay_chart("D", {"p50": [None, 60.0, None]}, bins)
    assert delays.summary == "last p50 1 min"
    assert [len(line) for line in delays.lines] == [1]


@pytest.mark.parametrize(
    ("cookies", "name"),
    [
        ("", "UTC"),
        ("a=b; feedmill_zone=Europe/Berlin", "Europe/Berlin"),
        ("feedmill_zone=America/Argentina/Ushuaia; x=y", "America/Argentina/Ushuaia"),
        ("feedmill_zone=Mars/Base", "UTC"),
        ("feedmill_zone=../../etc/passwd", "UTC"),
        ("feedmill_zone=/etc/passwd", "UTC"),
        ("feedmill_zone=America", "UTC"),
        ("feedmill_zone=Etc/" + "x" * 5000, "UTC"),
    ],
)
def test_a_zone_is_one_of_the_database_or_utc(cookies: str, name: str) -> None:
    assert name_zone(read_zone(cookies)) == name


def test_a_day_begins_at_the_readers_midnight() -> None:
    assert find_day_start_ms(BERLIN, at(2026, 11, 29, 23, 30)) == at(2026, 11, 29, 23, 0)
    assert find_offset_ms(KOLKATA, 0) == 5.5 * HOUR_MS


@pytest.mark.parametrize(("seconds", "text"), [(1800, "30m"), (7200, "2h"), (86400, "1d"), (90, "90s")])
def test_an_interval_is_written_as_settings_take_it(seconds: float, text: str) -> None:
    assert write_duration(seconds) == text


def census(**given: object) -> Census:
    numbers = (
        "discovered",
        "ready",
        "deferred",
        "leased",
        "held",
        "dead",
        "feeds",
        "feeds_due",
        "feeds_leased",
    )
    basic = dict.fromkeys((*numbers, "stream_length", "generation"), 0)
    return Census(**basic | {"next_feed_in_ms": 40_000, "next_page_in_ms": None} | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "workers", "late_ms", "state", "level"),
    [
        ({}, 2, 0, "running", "well"),
        ({}, 2, HOUR_MS, "late", "wrong"),
        ({}, 0, HOUR_MS, "stopped", "wrong"),
        ({"ready": 3}, 0, 0, "stopped", "wrong"),
        ({}, 0, 0, "idle", "warn"),
        ({"paused": ("all",)}, 2, HOUR_MS, "paused", "warn"),
        ({"paused": ("feed:1",)}, 2, 0, "running", "well"),
        ({"offline_ms": 90_000}, 2, HOUR_MS, "offline", "wrong"),
        ({"full": (FullStream("", 1, "slow"),)}, 2, 0, "full", "wrong"),
    ],
)
def test_one_line_describes_whether_it_runs(
    given: dict[str, object], workers: int, late_ms: int, state: str, level: str
) -> None:
    found = describe_running(
        census(**given), workers=workers, late_ms=late_ms, last_poll_at=1000, now_ms=13_000
    )
    assert (found.state, found.level) == (state, level)
    if state == "running":
        assert found.detail == "Last poll 12 s ago, next in 40 s. 2 workers."
