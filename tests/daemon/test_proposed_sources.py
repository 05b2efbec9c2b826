"""Feeds that are added get their titles as names of their sources."""

import pytest

from daemon.feeds.feed_check_result import MAX_TITLE_CHARS, propose_source

URL = "https://news.example/feed"


@pytest.mark.parametrize(
    ("title", "taken", "proposed"),
    [
        ("The Daily", (), "The Daily"),
        ("  The\n\tDaily\x00 ", (), "The Daily"),
        ("The Daily", ("The Daily",), "The Daily (news.example)"),
        ("Die Zeitung – Politik", ("Die Zeitung",), "Die Zeitung – Politik"),
        ("", (), None),
        (" \u200b\n", (), None),
        ("word " * 40, (), ("word " * 16).strip()),
        ("字" * 100, (), "字" * MAX_TITLE_CHARS),
    ],
)
def test_a_title_becomes_one_line_that_no_other_feed_has(
    title: str, taken: tuple[str, ...], proposed: str | None
) -> None:
    assert propose_source(title, URL, taken) == proposed
