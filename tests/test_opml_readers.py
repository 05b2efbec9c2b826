# ruff: noqa: E501  documents
"""Lists as other readers export them, written here in their forms, become feeds with tags."""

import pytest

from daemon.opml import read_opml

MINIFLUX = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Miniflux</title><dateCreated>Wed, 25 Nov 2026 10:00:00 UTC</dateCreated></head><body>
<outline text="Science"><outline title="Moss &amp; Moon" text="Moss &amp; Moon" xmlUrl="https://moss.example/feed.xml"
 htmlUrl="https://moss.example/" description=""></outline></outline>
<outline text="All"><outline title="Tides" text="Tides" xmlUrl="https://tides.example/atom" htmlUrl=""></outline></outline>
</body></opml>"""
FRESHRSS = """<?xml version="1.0" encoding="UTF-8"?>
<opml xmlns:frss="https://freshrss.org/opml" version="2.0"><head><title>FreshRSS</title></head><body>
<outline text="Science" frss:opmlUrl=""><outline text="Moss &amp; Moon" type="rss"
 xmlUrl="https://moss.example/feed.xml" htmlUrl="https://moss.example/" description="d" frss:priority="important"
 frss:cssFullContent="article"/>
<outline text="Cut out" type="HTML+XPath" xmlUrl="https://page.example/news" frss:xPathItem="//li"/></outline>
<outline text="Tides" type="rss" xmlUrl="https://tides.example/atom" htmlUrl=""/>
</body></opml>"""
NEWSBLUR = """<?xml version='1.0' encoding='utf-8'?>
<opml version="1.1"><head><title>NewsBlur Feeds</title></head><body>
<outline text="Science" title="Science"><outline htmlUrl="https://moss.example/" text="Moss &amp; Moon"
 title="Moss &amp; Moon" type="rss" version="RSS" xmlUrl="https://moss.example/feed.xml" />
<outline text="Sea" title="Sea"><outline htmlUrl="" text="Tides" title="Tides" type="rss" version="RSS"
 xmlUrl="https://tides.example/atom" /></outline></outline></body></opml>"""


@pytest.mark.parametrize(
    ("document", "tags", "skipped"),
    [
        (MINIFLUX, [("Science",), ("All",)], []),
        (FRESHRSS, [("Science",), ()], ["https://page.example/news"]),
        (NEWSBLUR, [("Science",), ("Science", "Sea")], []),
    ],
    ids=["Miniflux", "FreshRSS", "NewsBlur"],
)
def test_a_list_of_another_reader_is_taken_over(
    document: str, tags: list[tuple[str, ...]], skipped: list[str]
) -> None:
    feeds, left = read_opml(document.encode())
    assert [(feed.source, feed.url) for feed in feeds] == [
        ("Moss & Moon", "https://moss.example/feed.xml"),
        ("Tides", "https://tides.example/atom"),
    ]
    assert [feed.tags for feed in feeds] == tags
    assert [one.text for one in left] == skipped
