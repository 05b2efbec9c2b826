"""JSON Feed and news sitemaps."""

from datetime import UTC, datetime

import msgspec
import pytest

from feedmill._ledger.records import Entry
from scheduler.documents import Malformed, ParsedFeed
from scheduler.parse import parse_document

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
    assert isinstance(result, Malformed)
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
