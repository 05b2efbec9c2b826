"""Lists as other readers export them, written here in their forms, become feeds with tags."""

import pytest

from config.sections.feed_tables import ListedFeed
from daemon.feeds.opml import breaks_off, read_opml, write_opml

MINIFLUX = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Miniflux</title><dateCreated>Wed, 25 Nov 2026 10:00:00
UTC</dateCreated></head><body> <outline text="Science"><outline title="Moss &amp; Moon" text="Moss &amp; Moon"
 xmlUrl="https://moss.example/feed.xml" htmlUrl="https://moss.example/" description=""></outline></outline>
<outline text="All"><outline title="Tides" text="Tides" xmlUrl="https://tides.example/atom"
htmlUrl=""></outline></outline>
</body></opml>"""
FRESHRSS = """<?xml version="1.0" encoding="UTF-8"?>
<opml xmlns:frss="https://freshrss.org/opml" version="2.0"><head><title>FreshRSS</title></head><body>
<outline text="Science" frss:opmlUrl=""><outline text="Moss &amp; Moon" type="rss"
 xmlUrl="https://moss.example/feed.xml" htmlUrl="https://moss.example/" description="d"
 frss:priority="important" frss:cssFullContent="article"/>
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


FEED = 'xmlUrl="https://moss.example/feed.xml"'


@pytest.mark.parametrize(
    ("body", "source", "tags"),
    [
        (f'<outline text="Moss" {FEED}/>', "Moss", ()),
        ('<OUTLINE TEXT="Moss" XMLURL="https://moss.example/feed.xml"/>', "Moss", ()),
        (f'<Outline Text="Sea"><outline TITLE="Moss" {FEED}/></Outline>', "Moss", ("Sea",)),
        (
            f'<x:outline xmlns:x="urn:x" text="Sea"><x:outline text="Moss" {FEED}/></x:outline>',
            "Moss",
            ("Sea",),
        ),
        ('<outline text="Moss" type="rss" url="https://moss.example/feed.xml"/>', "Moss", ()),
        ('<outline text="Moss" xml_url="https://moss.example/feed.xml"/>', "Moss", ()),
        ('<outline text="Moss" x:xmlUrl="https://moss.example/feed.xml" xmlns:x="urn:x"/>', "Moss", ()),
        (f'<x:outline text="Sea"><x:outline x:text="Moss" {FEED}/></x:outline>', "Moss", ("Sea",)),
        ('<outline text="Moss" xml-url="https://moss.example/feed.xml"/>', "Moss", ()),
        (f'<outline text="Caf&eacute; &amp; M&uuml;hle &nbsp;&#233;" {FEED}/>', "Café & Mühle é", ()),
        (f'<outline text="R&D &unknown; x" {FEED}/>', "R&D x", ()),
        (f'<outline text="TCP/IP"><outline text="Moss" {FEED}/></outline>', "Moss", ("TCP/IP",)),
        (f'<outline text="Moss" category="/News/Asia,TCP/IP" {FEED}/>', "Moss", ("Asia", "TCP/IP")),
        (f'<!-- list --><outline text="Moss" {FEED}><!-- x --></outline>', "Moss", ()),
    ],
)
@pytest.mark.parametrize("root", ["opml", 'opml xmlns="http://opml.org/spec2"', "OPML"])
def test_an_outline_is_read_in_any_namespace_and_case(
    body: str, source: str, tags: tuple[str, ...], root: str
) -> None:
    feeds, left = read_opml(f"<{root} version='2.0'><body>{body}</body></{root.partition(' ')[0]}>".encode())
    assert [(feed.url, feed.source, feed.tags) for feed in feeds] == [
        ("https://moss.example/feed.xml", source, tags)
    ]
    assert left == []


@pytest.mark.parametrize(
    "body",
    [
        '<outline text="Empty folder"/>',
        '<outline text="x"><!-- nothing --></outline>',
        '<outline text="x" type="link" url="https://moss.example/"/>',
        '<outline text="x" type="include" url="https://moss.example/list.opml"/>',
        '<OUTLINE TEXT="x"/>',
        '<o:outline xmlns:o="urn:o" text="x"/>',
        '<o:outline text="x"/>',
    ],
)
def test_no_outline_passes_without_a_word(body: str) -> None:
    feeds, left = read_opml(f"<opml version='2.0'><body>{body}</body></opml>".encode())
    assert feeds == []
    assert [one.reason for one in left] == ["no xmlUrl"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("", "cp1252"), ("", "utf-8-sig"), ("iso-8859-1", "latin-1"), ("utf-16", "utf-16")],
)
def test_a_list_is_read_in_the_set_that_it_is_in(declared: str, encoding: str) -> None:
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    feeds, _ = read_opml(f'{said}<opml><body><outline text="Café" {FEED}/></body></opml>'.encode(encoding))
    assert [feed.source for feed in feeds] == ["Café"]


@pytest.mark.parametrize("tags", [("ai/ml", "TCP/IP stacks", "plain"), ("/x",), ("a/b%2C", "c"), ("plain",)])
def test_tags_with_a_slash_come_back_as_they_were(tags: tuple[str, ...]) -> None:
    feed = ListedFeed("https://moss.example/feed.xml", "Moss", tags)
    assert read_opml(write_opml([feed])) == ([feed], [])


@pytest.mark.parametrize(
    ("outline", "url"),
    [
        ("<outline text=Moss xmlUrl=https://moss.example/feed.xml />", "https://moss.example/feed.xml"),
        ("<outline type=rss text='Moss' xmlUrl=https://moss.example/feed/>", "https://moss.example/feed"),
        ("<outline text='a=b c=d' xmlUrl=https://moss.example/?a=b>", "https://moss.example/?a=b"),
        ("<outline text='Moss' xmlUrl='moss.example/feed.xml'/>", "http://moss.example/feed.xml"),
        ("<outline text='Moss' xmlUrl='www.moss.example'/>", "http://www.moss.example"),
        ("<outline text='Moss' xmlUrl='moss.example:8080/f'/>", "http://moss.example:8080/f"),
        ("<outline text='Moss' xmlUrl='https://moss.example/all news'/>", "https://moss.example/all%20news"),
        ("<outline text='Moss' xmlUrl='https://moss.example/&#10;   feed'/>", "https://moss.example/feed"),
    ],
)
def test_an_outline_that_is_written_carelessly_is_taken_over(outline: str, url: str) -> None:
    other = "<outline text='Tides' xmlUrl='https://tides.example/atom'/>"
    feeds, skipped = read_opml(f"<opml version='2.0'><body>{outline}{other}</body></opml>".encode())
    assert ([feed.url for feed in feeds], skipped) == ([url, "https://tides.example/atom"], [])


@pytest.mark.parametrize(
    "address", ["feed.xml", "lists/feed.xml", "/feed.xml", "mailto:me@moss.example", "?"]
)
def test_what_names_no_host_is_skipped_and_named(address: str) -> None:
    outline = f"<outline text='Moss' xmlUrl='{address}'/>"
    feeds, skipped = read_opml(f"<opml version='2.0'><body>{outline}</body></opml>".encode())
    assert (feeds, [one.text for one in skipped]) == ([], [address])


def test_values_that_have_quotes_are_read_as_they_stand() -> None:
    outline = "<outline text=\"a='b' c=d > e\" xmlUrl='https://moss.example/?x=1&amp;y=2'/>"
    (feed,), _ = read_opml(f"<opml version='2.0'><body>{outline}</body></opml>".encode())
    assert (feed.source, feed.url) == ("a='b' c=d > e", "https://moss.example/?x=1&y=2")


@pytest.mark.parametrize(
    ("document", "is_cut"),
    [
        (f"<opml><body><outline {FEED}/></body></opml>", False),
        (f"<x:OPML><body><outline {FEED}/></body></x:OPML >\n<!-- end -->", False),
        (f"<opml><body><outline {FEED}/><outline xmlU", True),
        (f"<opml><body><outline {FEED}/></body>", True),
    ],
)
def test_a_list_without_its_end_breaks_off(document: str, *, is_cut: bool) -> None:
    assert breaks_off(document.encode()) is is_cut
    assert not breaks_off(document.encode("utf-16")), "not looked for where letters take two bytes"
    assert len(read_opml(document.encode())[0]) == 1
