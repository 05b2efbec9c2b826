"""What documents are called, and what bounds their entries keep."""

from datetime import UTC, datetime

import pytest

from scheduler.parsing.document_models import MAX_ENTRIES, MalformedDocument, ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.document_type import detect_feed

URL = "http://site.example/feed"
ITEM = "<item><title>{0}</title><link>http://site.example/{0}</link></item>"
HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>'
TAIL = "</channel></rss>"
WHOLE = HEAD + ITEM.format("a") + ITEM.format("b") + TAIL


def parse(body: str | bytes, content_type: str | None = "application/xml") -> ParsedFeed | MalformedDocument:
    return parse_document(body.encode() if isinstance(body, str) else body, content_type, URL)


def entry(inside: str):  # noqa: ANN201
    result = parse(f"{HEAD}<item>{inside}</item>{TAIL}")
    assert isinstance(result, ParsedFeed)
    return result.entries[0]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><body>Feed</body></html>", "html"),
        (b"<!-- a --><!-- b -->\n<html lang=en>", "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y"><head>', "html"),
        (b"<!doctype HTML><p>read our <rss> feed", "html"),
        (b"<div>Just a moment...</div>", "html"),
        (b"%PDF-1.7 binary", "binary"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        (b"\x1f\x8b\x08\0\0", "binary"),
        (b"abc\0\0\1def", "binary"),
        (b'{"error": "gone"}', "not_a_feed"),
        (b"feed not found", "not_a_feed"),
        (
            b"<opml version='2.0'><head></head><body><outline xmlUrl='http://a.example/f'/></body></opml>",
            "not_a_feed",
        ),
        (b'<?xml version="1.0"?><sitemap><url/></sitemap>', "not_a_feed"),
        (b'<?xml version="1.0"', "truncated"),
        (b"<!-- never ends", "truncated"),
        (HEAD.encode(), "truncated"),
        ((HEAD + "<item><title>half").encode(), "truncated"),
    ],
)
def test_what_is_no_feed_has_a_name(body: bytes, outcome: str) -> None:
    result = parse(body)
    assert isinstance(result, MalformedDocument)
    assert result.outcome == outcome


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        "\n\n  " + WHOLE,
        "\ufeff" + WHOLE,
        "<br />\n<b>Warning</b>: strpos() in /srv/x.php on line 3<br />\n" + WHOLE,
        WHOLE.replace('<?xml version="1.0"?>', "<!-- made by hand --><!DOCTYPE rss>"),
        WHOLE + "\n<!-- served from cache -->",
        WHOLE.replace("<title>Feed", "<title>Feed & sons"),
        WHOLE.replace("<title>Feed", "<title>F\0eed"),
    ],
)
def test_a_feed_with_flaws_is_a_feed(body: str) -> None:
    result = parse(body)
    assert isinstance(result, ParsedFeed)
    assert (result.outcome, [entry.title for entry in result.entries]) == ("ok", ["a", "b"])


@pytest.mark.parametrize("body", [HEAD + TAIL, '<feed xmlns="http://www.w3.org/2005/Atom"/>'])
def test_a_feed_without_entries_is_a_feed(body: str) -> None:
    result = parse(body)
    assert isinstance(result, ParsedFeed)
    assert (result.outcome, result.entries) == ("ok", ())


@pytest.mark.parametrize("cut", range(1, len(TAIL) + len(ITEM.format("b"))))
def test_a_cut_feed_gives_its_complete_entries(cut: int) -> None:
    result = parse(WHOLE[:-cut])
    assert isinstance(result, ParsedFeed)
    complete = ["a", "b"] if cut <= len(TAIL) else ["a"]
    assert [entry.title for entry in result.entries] == complete
    assert result.outcome == ("truncated" if cut >= len("</rss>") else result.outcome)


@pytest.mark.parametrize(
    ("root", "item", "tail"),
    [
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "<entry><id>a</id><title>a</title></entry>", ""),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">',
            '<item rdf:about="a"><title>a</title></item>',
            "",
        ),
        (
            '<a:feed xmlns:a="http://www.w3.org/2005/Atom">',
            "<a:entry><a:id>a</a:id><a:title>a</a:title></a:entry>",
            "",
        ),
    ],
)
def test_every_format_can_be_cut(root: str, item: str, tail: str) -> None:
    result = parse(root + item + item[:20] + tail)
    assert isinstance(result, ParsedFeed)
    assert (result.outcome, [entry.title for entry in result.entries]) == ("truncated", ["a"])


def test_only_so_many_entries_are_taken_and_all_are_counted() -> None:
    result = parse(HEAD + "".join(ITEM.format(number) for number in range(MAX_ENTRIES + 5)) + TAIL)
    assert isinstance(result, ParsedFeed)
    assert (len(result.entries), result.listed) == (MAX_ENTRIES, MAX_ENTRIES + 5)


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<title>a\0b\x01c</title>", "abc"),
        ("<title>a\u202eb\u2066c</title>", "abc"),
        ("<title>  two\n  lines </title>", "two lines"),
        ("<title><![CDATA[<b>bold</b> &amp; plain]]></title>", "bold & plain"),
        ("<title>1 &lt; 2</title>", "1 < 2"),
        ("<title>" + "x" * 1500 + "</title>", "x" * 1000),
        ("<title> </title>", None),
        ("<description>none</description>", None),
    ],
)
def test_titles_are_one_clean_line(inside: str, title: str | None) -> None:
    assert entry(inside).title == title


@pytest.mark.parametrize(
    ("inside", "link"),
    [
        ("<link>http://site.example/a</link>", "http://site.example/a"),
        ("<link> \n/a\n </link>", "http://site.example/a"),
        ("<link>//other.example/a</link>", "http://other.example/a"),
        ("<link>?p=7</link>", "http://site.example/feed?p=7"),
        ("<link>mailto:a@site.example</link>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://site.example/" + "x" * 2048 + "</link>", None),
        ("<link>http://[broken/</link>", None),
        ("<link/>", None),
        ("<guid isPermaLink='true'>http://site.example/g</guid>", "http://site.example/g"),
        ("<description>x</description><guid isPermaLink='false'>http://site.example/g</guid>", None),
    ],
)
def test_links_are_absolute_web_addresses(inside: str, link: str | None) -> None:
    assert entry(inside).link == link


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Mon, 02 Mar 2026 10:00:00 GMT", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 10:00:00 -0500", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("2026-03-02T10:00:00+05:30", datetime(2026, 3, 2, 4, 30, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("Mon, 02 Mar 0000 10:00:00 GMT", None),
    ],
)
def test_times_are_in_utc(date: str, moment: datetime | None) -> None:
    assert entry(f"<title>a</title><pubDate>{date}</pubDate>").published_at == moment


@pytest.mark.parametrize(
    "body",
    [b"<!-- x -->" * 50_000, b"<rss>" + b"<!--" * 100_000, b"<rss " * 100_000, b"<" * 1_000_000],
    ids=["comments", "open comments", "open roots", "brackets"],
)
def test_the_shape_of_hostile_bytes_is_told_in_linear_time(body: bytes) -> None:
    assert isinstance(detect_feed(body), MalformedDocument)


def test_no_document_is_taken_for_an_address() -> None:
    assert isinstance(parse("http://127.0.0.1:9/feed"), MalformedDocument)
    assert isinstance(parse("/etc/hostname"), MalformedDocument)
