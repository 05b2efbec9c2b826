"""How the demo shows what it sees: lines for people, JSON for programs."""

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from daemon.demo.progress_output import ConsoleDemoOutput, JsonDemoOutput, count_stripped
from daemon.demo.promise_checks import Arrival, DemoSummary
from feedmill.article import Article

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
ARRIVAL = Arrival(
    f"{int(NOW.timestamp() * 1000) + 250}-0",
    "updated",
    Article(
        id="0123456789abcdef",
        rev=2,
        url="http://127.0.0.11:1/a",
        title="[bold]A headline that is far too long for one line of a small terminal[/bold], and goes on",
        listed_at=NOW,
        fetched_at=NOW,
        source="The Harbour Gazette",
        feed="http://127.0.0.11:1/feed",
        text="Text.",
        word_count=321,
        text_from="page",
        removed={"read-time": 1, "related": 4},
    ),
)
WELL = DemoSummary(
    feeds=6,
    entries=35,
    pages=33,
    articles=32,
    dead=0,
    p50_seconds=0.25,
    p95_seconds=0.41,
    seconds=6.0,
    broken=(),
)
BROKEN = DemoSummary(
    feeds=6, entries=0, pages=0, articles=0, dead=1, p50_seconds=0, p95_seconds=0, seconds=25.0,
    broken=tuple(f"promise {number}" for number in range(25)),
)  # fmt: skip


def printed(summary: DemoSummary, width: int = 100) -> str:
    file = io.StringIO()
    show = ConsoleDemoOutput(Console(file=file, width=width))
    show.note("begins")
    show.arrival(ARRIVAL)
    show.end(summary)
    return file.getvalue()


def test_a_line_says_title_source_words_stripped_lines_and_seconds() -> None:
    (line,) = [line for line in printed(WELL).splitlines() if line.startswith("rev 2")]
    assert line.startswith("rev 2 [bold]A headline that")
    assert " The Harbour Gazette " in line
    assert line.endswith(" 321 words  5 stripped  0.25 s")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_line_fits_the_terminal(width: int) -> None:
    (line,) = [line for line in printed(WELL, width).splitlines() if line.startswith("rev 2")]
    assert len(line) <= width


def test_the_table_names_what_was_counted() -> None:
    words = " ".join(printed(WELL).split())
    assert "feeds entries pages articles dead p50 poll to stream p95 poll to stream" in words
    assert "6 35 33 32 0 0.25 s 0.41 s" in words
    assert "ok every article exactly once" in words


def test_broken_promises_are_listed_up_to_a_number() -> None:
    words = printed(BROKEN)
    assert "broken: promise 19\n" in words
    assert "promise 20" not in words
    assert "and 5 more" in words
    assert "every article" not in words


def test_programs_get_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show = JsonDemoOutput()
    show.note("begins")
    show.arrival(ARRIVAL)
    show.end(BROKEN)
    article, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (article["event"], article["rev"], article["words"], article["stripped"]) == ("updated", 2, 321, 5)
    assert article["seconds"] == pytest.approx(0.25)
    assert summary["ok"] is False
    assert len(summary["summary"]["broken"]) == 25
    assert count_stripped(ARRIVAL) == 5
