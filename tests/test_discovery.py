"""From a site to its feeds: what a page names, what it links to, where feeds usually are."""

import pytest

from daemon.discovery import MOST, candidates, spacing, usual_places

PAGE = "https://mill.example/news/"


def urls(page: str, **headers: str) -> list[str]:
    return [one.url for one in candidates(page.encode(), headers, PAGE)]


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
        ("<a href='https://other.example/feed'>RSS</a><a href='/feeding-hens'>x</a>", []),
        ("<link rel='alternate' type='application/rss+xml' href='javascript:x'>", []),
        ("<link rel='alternate' type='application/rss+xml' href='http://[bad'>", []),
        ("", []),
        ("\0\0", []),
    ],
)  # fmt: skip
def test_a_page_leads_to_its_feeds(page: str, found: list[str]) -> None:
    assert urls(page) == found


def test_a_header_names_feeds_too() -> None:
    link = '</f>; rel="alternate"; type="application/rss+xml"; title="All, of it", </s.css>; rel=preload'
    (found,) = candidates(b"<p>x</p>", {"link": link}, PAGE)
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
    assert len(urls(page)) == MOST
    assert len(usual_places(PAGE)) < MOST
    assert usual_places(PAGE)[0].url == "https://mill.example/feed"


def test_the_spacing_is_the_usual_one() -> None:
    assert spacing([0, 100, 200, 300, 90_000]) == 100
    assert spacing([5]) is None
