"""JSON Feed and news sitemaps."""

from datetime import UTC, datetime

import msgspec
import pytest

from feedmill._ledger.core.records import Entry
from feedmill.enclosures import Enclosure
from scheduler.parsing.document_models import MalformedDocument, ParsedFeed
from scheduler.parsing.document_parser import parse_document

HERE = "https://site.example/feeds/latest"


def parsed(body: bytes) -> ParsedFeed:
    result = parse_document(body, None, HERE)
    assert isinstance(result, ParsedFeed), result
    return result


@pytest.mark.parametrize(
    ("version", "authors"),
    [("1", {"author": {"name": "Ann"}}), ("1.1", {"authors": [{"name": "Ann"}, {"url": "x"}]})],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_json_feed_gives_its_entries(version: str, authors: dict[str, object], mark: bytes) -> None:
    item = {
        "id": 7, "url": "/seven", "title": "Seven &amp; \u202eup", "content_html": "<p>words</p>",
        "summary": "s", "date_published": "2026-03-02T11:00:00+01:00", "tags": ["a", "b"],
        "image": "https://site.example/7.png", "language": "de", **authors,
    }  # fmt: skip
    whole = {"version": f"https://jsonfeed.org/version/{version}", "title": "The Site", "items": [item, 3]}
    result = parsed(mark + msgspec.json.encode(whole))
    assert (result.title, result.listed, result.outcome) == ("The Site", 1, "ok")
    assert result.entries == (
        Entry(
            guid="7", link="https://site.example/seven", title="Seven & up", content="<p>words</p>",
            summary="s", published_at=datetime(2026, 3, 2, 10, tzinfo=UTC), tags=("a", "b"), authors=("Ann",),
            image="https://site.example/7.png", lang="de",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"{}", "not_a_feed"),
        (b'{"version": "2", "items": []}', "not_a_feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [{"id"', "truncated"),
        (b'{"jsonfeed.org": ' + b"[" * 200_000, "truncated"),
        (b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></sitemapindex>", "not_a_feed"),
        (b"<urlset><url><loc>http://site.example/</loc></url></urlset>", "not_a_feed"),
    ],
)
def test_what_is_no_feed_has_a_name(body: bytes, outcome: str) -> None:
    result = parse_document(body, None, HERE)
    assert isinstance(result, MalformedDocument)
    assert result.outcome == outcome


def test_a_json_feed_of_odd_values_gives_what_it_has() -> None:
    odd = {"version": "https://jsonfeed.org/version/1", "items": [{"id": None, "title": 5, "tags": "x",
           "authors": 3, "url": ["a"], "date_published": "soon"}]}  # fmt: skip
    assert parsed(msgspec.json.encode(odd)).entries == (Entry(tags=("x",)),)


SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://site.example/a </loc><lastmod>2026-03-02T12:00:00Z</lastmod>
 <news:news>
 <news:publication><news:name>The Site</news:name><news:language>en</news:language></news:publication>
 <news:publication_date>2026-03-02</news:publication_date><news:title>A &amp; B</news:title>
 <news:keywords>x, y</news:keywords></news:news>
 <image:image><image:loc>https://site.example/a.png</image:loc></image:image></url>
<url><loc>https://site.example/about</loc></url>
</urlset>
"""


def test_attachments_of_a_json_feed_are_enclosures_at_most_twenty() -> None:
    odd = ["x", {"url": 7}, {"url": "ftp://a.example/x"}, {"url": "/a.mp3", "size_in_bytes": True}]
    whole = {"url": "/b.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7, "duration_in_seconds": 61.9}
    many = [{"url": f"/{number}.mp3"} for number in range(5000)]
    items = [{"id": "1", "content_text": "words", "attachments": [*odd, whole, whole, *many]}]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    (entry,) = parsed(msgspec.json.encode(feed)).entries
    assert entry.enclosures[:2] == (
        Enclosure(url="https://site.example/a.mp3"),
        Enclosure(url="https://site.example/b.mp3", type="audio/mpeg", bytes=7, seconds=61),
    )
    assert len({one.url for one in entry.enclosures}) == len(entry.enclosures) == 20


def test_a_news_sitemap_gives_its_entries() -> None:
    result = parsed(SITEMAP)
    assert (result.title, result.listed, result.lang, result.outcome) == ("The Site", 1, "en", "ok")
    assert result.entries == (
        Entry(
            link="https://site.example/a", title="A & B", published_at=datetime(2026, 3, 2, tzinfo=UTC),
            updated_at=datetime(2026, 3, 2, 12, tzinfo=UTC), tags=("x", "y"), lang="en",
            image="https://site.example/a.png",
        ),
    )  # fmt: skip


def test_a_sitemap_that_breaks_off_gives_its_complete_entries() -> None:
    assert parsed(SITEMAP[: SITEMAP.index(b"<url><loc>https://site.example/about")]).outcome == "truncated"
