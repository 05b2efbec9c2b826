"""From a site to its feeds: what a page names, what it links to, where feeds usually are."""

import pytest

from daemon.feeds.discovery import MAX_CANDIDATES, find_candidates, list_usual_addresses, measure_spacing_s

PAGE = "https://mill.example/news/"


def urls(page: str, **headers: str) -> list[str]:
    return [one.url for one in find_candidates(page.encode(), headers, PAGE)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<link rel='alternate' type='application/rss+xml' href='/feed'>", ["https://mill.example/feed"]),
        ("<LINK REL='Alternate' TYPE='application/atom+xml; charset=utf-8' HREF='a'>", [PAGE + "a"]),
        ("<link rel='alternate' type='application/feed+json' href='/f.json'>", ["https://mill.example/f.json"]),
        ("<link rel='feed' href='/feed'>", ["https://mill.example/feed"]),
        ("<base href='/x/'><link rel='alternate' type='application/rss+xml' href='f'>", ["https://mill.example/x/f"]),
        ("<base href='http://[bad'><link rel='feed' href='f'>", [PAGE + "f"]),
        ("<link rel='alternate' hreflang='de' href='/de'><link rel='stylesheet' href='/s'>", []),
        ("<a href='/blog/feed/'>RSS</a>", ["https://mill.example/blog/feed/"]),
        ("<a href='/x.rss#top'>x</a>", ["https://mill.example/x.rss"]),
        ("<base href='/x/'><link rel='feed' href='f'>", ["https://mill.example/x/f"]),
        ("<a href='https://f.example/feed'>RSS</a><a href='/feeding-hens'>x</a>", ["https://f.example/feed"]),
        ("<a href='https://other.example/x'><img src='i.png' alt='RSS feed'></a>", ["https://other.example/x"]),
        ("<a href='https://other.example/x'>RSS</a><a href='/feed'>x</a>", ["https://mill.example/feed"]),
        ("<a href='https://other.example/feed'>Our friends</a>", []),
        ("<a href='https://other.example/x'>How I came to read all by RSS, and why</a>", []),
        ("<a href='/subscribe/1'>RSS</a>", ["https://mill.example/subscribe/1"]),
        ("<a href='/subscribe/1' aria-label='Atom'></a>", ["https://mill.example/subscribe/1"]),
        ("<a href='#rss'>RSS</a><a href=''>RSS</a>", []),
        ("<a href='/s/f' type='application/atom+xml'>Abonnieren</a>", ["https://mill.example/s/f"]),
        ("<a href='https://f.example/s' type='application/rss+xml'>Abo</a>", ["https://f.example/s"]),
        ("<a rel='alternate' type='application/rss+xml' href='/s'>s</a>", ["https://mill.example/s"]),
        ("<link rel='alternate' type='application/xml' href='/s'>", ["https://mill.example/s"]),
        ("<link rel='alternate' type='text/xml' href='/s'>", ["https://mill.example/s"]),
        ("<link rel='alternate' type='application/json' href='/s'>", ["https://mill.example/s"]),
        ("<link rel='alternate' type='application/json+oembed' href='/s'>", []),
        ("<link rel='alternate' type='text/xml+oembed' href='/s'>", []),
        ("<link rel='alternate' type='application/activity+json' href='/s'>", []),
        ("<link rel='alternate' type='text/html' href='/s'>", []),
        ("<link rel='alternate stylesheet' type='text/xml' href='/x'>", []),
        (
            "<link rel='alternate' type='text/json' href='/1'><link rel='feed' href='/2'>",
            ["https://mill.example/2", "https://mill.example/1"],
        ),
        ("<link rel='alternate' type='application/rss+xml' href='javascript:x'>", []),
        ("<link rel='alternate' type='application/rss+xml' href='http://[bad'>", []),
        ("<link rel='alternate' title='RSS' href='/s'>", ["https://mill.example/s"]),
        ("<link rel='alternate' href='/feed.xml'>", ["https://mill.example/feed.xml"]),
        ("<link rel='alternate' type='text/html' title='Atom feed' href='/s'>", ["https://mill.example/s"]),
        ("<link type='application/rss+xml' href='/s'>", ["https://mill.example/s"]),
        ("<link rel='alternate' href='/mobile'><link type='text/css' href='/feed.css'>", []),
        ("<link rel='alternate' hreflang='de' title='RSS' href='/de/feed.xml'>", []),
        ("<link rel='preload' type='application/rss+xml' href='/s'>", []),
        ("<link rel='alternate' title='The news that feed a town all year' href='/s'>", []),
        ("<a href='feed://mill.example/s'>RSS</a>", ["https://mill.example/s"]),
        ("<a href='feed:http://mill.example/s'>RSS</a>", ["http://mill.example/s"]),
        ("<map><area href='/feed' alt='x'></map>", ["https://mill.example/feed"]),
        ("<a href='/s'><img src='/images/rss-24.png'></a>", ["https://mill.example/s"]),
        ("<a href='/s' class='fa fa-rss'></a>", ["https://mill.example/s"]),
        ("<a href='/s' class='fa fa-rss'>Our friends</a><a href='/t'><img src='/feeding.png'></a>", []),
        ("", []),
        ("\0\0", []),
    ],
)  # fmt: skip
def test_a_page_leads_to_its_feeds(page: str, found: list[str]) -> None:
    assert urls(page) == found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_a_page_names_its_feeds_in_any_character_set(encoding: str) -> None:
    page = "<html><link rel='alternate' type='application/rss+xml' href='/feed'>".encode(encoding)
    assert [one.url for one in find_candidates(page, {}, PAGE)] == ["https://mill.example/feed"]


def test_a_header_names_feeds_too() -> None:
    link = '</f>; rel="alternate"; type="application/rss+xml"; title="All, of it", </s.css>; rel=preload'
    (found,) = find_candidates(b"<p>x</p>", {"link": link}, PAGE)
    assert (found.url, found.title, found.how) == ("https://mill.example/f", "All, of it", "header")


def test_feeds_of_comments_come_last_and_each_feed_once() -> None:
    page = (
        "<link rel='alternate' type='application/rss+xml' title='Mill: Comments' href='/comments/feed'>"
        "<link rel='alternate' type='application/rss+xml' title='Mill' href='/feed/'>"
        "<a href='http://mill.example/feed'>RSS</a>"
    )
    assert urls(page) == ["https://mill.example/feed/", "https://mill.example/comments/feed"]


def test_few_are_looked_at() -> None:
    page = "".join(
        f"<link rel='alternate' type='application/rss+xml' href='/{number}'>" for number in range(99)
    )
    assert len(urls(page)) == MAX_CANDIDATES
    assert len(list_usual_addresses(PAGE)) < MAX_CANDIDATES
    assert list_usual_addresses(PAGE)[0].url == "https://mill.example/feed"


def test_the_spacing_is_the_usual_one() -> None:
    assert measure_spacing_s([0, 100, 200, 300, 90_000]) == 100
    assert measure_spacing_s([5]) is None
