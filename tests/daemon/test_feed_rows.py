"""How `status` lays out feeds where the terminal is narrow, and writes moments for programs."""

from rich.cells import cell_len

from daemon.terminal.feed_rows import FeedRow, render_narrow_rows
from daemon.terminal.json_moments import write_moments

ROW = FeedRow(
    source="The Harbour Gazette and Evening Courier",
    outcome="paused http_503",
    detail="service unavailable",
    entries=1200,
    lost=3,
    failures=12,
    last_poll="59 min ago",
    next_poll="in 23 h",
    url="https://news.example/" + "a" * 100,
)


def test_a_narrow_terminal_shows_what_matters_whole_and_the_url_below() -> None:
    head, row, url, detail = render_narrow_rows([ROW])
    assert head.split() == ["source", "outcome", "last", "poll", "next", "poll"]
    assert cell_len(row) <= 80
    assert row.startswith("The Harbour Gazette and E…   paused http_503, 12 times")
    assert row.endswith("59 min ago   in 23 h")
    assert (url, detail) == (f"  {ROW.url}", "  service unavailable")


def test_moments_are_rfc_3339_and_spans_stay_numbers() -> None:
    written = write_moments(
        {"now_ms": 0, "next_page_in_ms": 5, "feeds": [{"next_at": 1796006083763, "last_poll_at": None}]}
    )
    assert written == {
        "now": "1970-01-01T00:00:00.000Z",
        "next_page_in_ms": 5,
        "feeds": [{"next_at": "2026-11-30T02:34:43.763Z", "last_poll_at": None}],
    }
