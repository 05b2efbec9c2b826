"""The demo newsroom: what it serves over HTTP, and that its gold is what it prints."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from daemon.demo.site_articles import SEED_SLUG, NewsroomArticle, apply_correction, read_articles, read_sites
from daemon.demo.site_markup import build_path, render_page
from daemon.demo.site_server import Newsroom

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    query = f"?{parts.query}" if parts.query else ""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", parts.path + query, headers=named)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(NOW) as opened:
        yield opened


def test_there_are_five_sites_and_about_thirty_articles() -> None:
    everything = read_articles(NOW)
    assert len(read_sites()) == 5
    assert len({site.address for site in read_sites().values()}) == 5
    assert len(everything) == 32
    assert {story.site for story in everything} == set(read_sites())
    assert [story.slug for story in everything if story.late] == ["late-bridge"]
    assert [story.slug for story in everything if story.correction] == ["tram-budget"]


@pytest.mark.parametrize("story", read_articles(NOW), ids=lambda story: story.slug)
def test_every_article_is_real_prose_of_its_own(story: NewsroomArticle) -> None:
    words = sum(len(line.split()) for line in story.lines)
    assert 150 <= words <= 400
    assert story.standfirst
    assert story.authors
    assert story.published < NOW + timedelta(seconds=1)
    assert "lorem" not in " ".join(story.lines).lower()


def test_slugs_numbers_and_titles_are_unique() -> None:
    everything = read_articles(NOW)
    for name in ("slug", "number", "title", "body"):
        assert len({getattr(story, name) for story in everything}) == len(everything)


@pytest.mark.parametrize("story", read_articles(NOW), ids=lambda story: story.slug)
def test_a_page_prints_the_gold_text_and_boilerplate_round_it(story: NewsroomArticle) -> None:
    site = read_sites()[story.site]
    others = [other for other in read_articles(NOW) if other.site == story.site and other is not story]
    printed = render_page(site, story, others, "http://127.0.0.1:1")
    tree = html.document_fromstring(printed.encode(), parser=html.HTMLParser(encoding="utf-8"))
    whole = re.sub(r"\s+", " ", tree.text_content())
    places = [whole.find(line) for line in story.lines]
    assert -1 not in places
    assert places == sorted(places)
    assert story.title in whole
    assert others[0].title in whole
    assert "$" not in printed


def test_the_seed_article_stands_with_all_three_of_its_oddities() -> None:
    story = next(story for story in read_articles(NOW) if story.slug == SEED_SLUG)
    others = [other for other in read_articles(NOW) if other.site == story.site and other is not story]
    printed = render_page(read_sites()[story.site], story, others, "http://127.0.0.1:1")
    for oddity in ("1 minute, 48 seconds Read", "(WITH INPUT FROM XINHUA)", "Similar Posts"):
        assert oddity in printed
        assert oddity not in story.lines
    assert len(story.lines) == 9
    assert (story.reading_seconds, story.agencies) == (108, ("Xinhua",))


def test_feeds_are_well_formed_and_list_every_story_of_their_site(newsroom: Newsroom) -> None:
    listed: dict[str, set[str]] = {}
    for url, site in newsroom.feeds:
        status, headers, body = get(url)
        assert status == 200
        assert "xml" in headers["content-type"]
        tree = etree.fromstring(body)
        titles = {node.text or "" for node in tree.iterfind(".//{*}title")}
        listed.setdefault(site.key, set()).update(titles)
    for story in newsroom.shown:
        assert story.title in listed[story.site]
    assert len(newsroom.feeds) == 6


def test_one_feed_carries_full_texts_and_one_only_relative_links(newsroom: Newsroom) -> None:
    by_site = {site.key: get(url)[2].decode() for url, site in newsroom.feeds}
    assert "<content:encoded>" in by_site["meridian"]
    assert "<content:encoded>" not in by_site["harbour"]
    assert "http://127" not in by_site["lumen"]
    assert 'href="/notes/moss-clock/"' in by_site["lumen"]


def test_every_page_answers_and_unknown_paths_do_not(newsroom: Newsroom) -> None:
    for url in newsroom.gold:
        assert get(url)[0] == 200
        assert get(url + "?utm_source=rss")[0] == 200
    root = newsroom.base("harbour")
    assert get(root + "/")[0] == 200
    assert get(root + "/robots.txt")[2].startswith(b"User-agent: *")
    assert get(root + "/no-such-page/")[0] == 404


def test_a_conditional_request_is_answered_304_until_the_document_changes(newsroom: Newsroom) -> None:
    url = next(url for url, site in newsroom.feeds if site.key == "tribune")
    tag = get(url)[1]["etag"]
    status, _, body = get(url, If_None_Match=tag)
    assert (status, body) == (304, b"")
    newsroom.publish_late(NOW)
    assert get(url, If_None_Match=tag)[0] == 200
    assert [hit.status for hit in newsroom.requests] == [200, 304, 200]
    assert {hit.site for hit in newsroom.requests} == {"tribune"}


def test_the_late_story_appears_once_it_is_published(newsroom: Newsroom) -> None:
    before = len(newsroom.shown)
    story = newsroom.publish_late(NOW + timedelta(seconds=5))
    assert story.published == NOW + timedelta(seconds=5)
    assert len(newsroom.shown) == before + 1
    assert get(newsroom.url(story))[0] == 200
    with pytest.raises(IndexError):
        newsroom.publish_late(NOW)


def test_a_corrected_story_changes_its_page_its_feed_and_its_gold(newsroom: Newsroom) -> None:
    wrong = next(story for story in newsroom.shown if story.correction)
    url = newsroom.url(wrong)
    right = newsroom.publish_correction(NOW + timedelta(minutes=1))
    assert newsroom.url(right) == url
    assert newsroom.gold[url] == right
    assert "146 million" in " ".join(wrong.lines)
    assert "146 million" not in " ".join(right.lines[:-1])
    assert right.lines[-1].startswith("Correction: ")
    assert "164 million" in get(url)[2].decode()
    with pytest.raises(ValueError, match="tram-budget"):
        apply_correction(right, NOW)


def test_relative_and_absolute_paths_agree(newsroom: Newsroom) -> None:
    for story in newsroom.shown:
        assert newsroom.url(story).endswith(build_path(read_sites()[story.site], story))
