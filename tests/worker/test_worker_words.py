"""The feed's own words stand in for a page that gives no article, and make way for it when it comes."""

import dataclasses

import pytest
from mill import Mill
from newsroom import story
from origin import Reply, feed, page, serve
from rss_documents import item, rss

from config.settings import PageSettings
from feedmill._ledger.core.records import FeedSpec
from feedmill.article import Article, decode

SUMMARY = "The lock will be shut for repairs until the end of May, says the canal office."
LOGIN = "<html><head><title>Sign in</title></head><body><form action='/in'><p>Please sign in.</p><input type=password></form></body></html>"  # noqa: E501
SHELL = "<!doctype html><html><head><title>App</title></head><body><div id='app'></div></body></html>"

NO_ARTICLE = {
    "a login": page(LOGIN),
    "a script's shell": page(SHELL),
    "a file": Reply(body=b"%PDF-1.7 ...", type="application/pdf"),
    "a picture": Reply(body=b"\x89PNG\r\n\x1a\n" + b"\0" * 300, type="image/png"),
    "nothing": page(""),
    "not found": Reply(status=404),
    "gone": Reply(status=410),
    "legal": Reply(status=451),
    "forbidden": Reply(status=403),
    "asks for money": Reply(status=402),
}


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


def listing(mill: Mill, url: str, **spec: object) -> None:
    mill.feeds = [FeedSpec(url=url, source="S", interval=600.0, **spec)]


async def articles(mill: Mill) -> list[Article]:
    return [decode(entry["article"]) for entry in await mill.stream() if "article" in entry]


@pytest.mark.parametrize("kind", NO_ARTICLE)
async def test_words_of_any_length_stand_in_at_once(mill: Mill, kind: str) -> None:
    async with serve({"/a": NO_ARTICLE[kind]}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        assert await mill.turn() == []
    (article,) = await articles(mill)
    assert (article.text, article.text_from) == (SUMMARY, "feed")
    assert article.doubts == ("short", "feed_only")
    (entry,) = await mill.stream()
    assert entry["text_from"] == "feed"
    assert (await mill.counts()).dead == 0


async def test_a_robots_txt_that_forbids_lets_words_stand_in_and_sends_no_request(mill: Mill) -> None:
    async with serve(
        {"/robots.txt": Reply(body=b"User-agent: *\nDisallow: /a", type="text/plain")}
    ) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        assert origin.requests("/a") == []


async def test_trouble_is_waited_for_before_words_stand_in_and_the_page_is_not_forgotten(mill: Mill) -> None:
    async with serve({"/a": Reply(status=500)}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == []
        events: list[str] = []
        turns = 0
        while not events and turns < 20:
            events = await mill.turn(hours=0.25)
            turns += 1
        assert events == ["created 1"]
        assert 2 <= turns <= 9
        asked = len(origin.requests("/a"))
        assert (await mill.counts()).deferred == 1
        origin.routes["/a"] = page(story("lock"))
        events = []
        for _ in range(30):
            events += await mill.turn(hours=4)
        assert events == ["updated 2"]
        assert len(origin.requests("/a")) == asked + 1
    first, second = await articles(mill)
    assert (first.text_from, second.text_from) == ("feed", "page")
    assert first.id == second.id


async def test_no_wait_publishes_words_at_once_and_keeps_the_failures(mill: Mill) -> None:
    mill.settings = dataclasses.replace(mill.settings, pages=PageSettings(feed_words_after=0.0))
    async with serve({"/a": Reply(status=503, headers={"Retry-After": "3600"})}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        assert (await mill.counts()).deferred == 1
        events: list[str] = []
        for _ in range(12):
            events += await mill.turn(hours=24)
        assert events == []
        counts = await mill.counts()
    assert counts.dead == 1
    assert (
        counts.entries == {"dead": 0, "feed": 1, "in_process": 0, "listed": 1} or counts.entries["feed"] == 1
    )


async def test_a_page_with_the_same_substance_as_its_words_is_unchanged(mill: Mill) -> None:
    told = story("lock").partition("</h1>")[2].partition("</article>")[0]
    mill.settings = dataclasses.replace(mill.settings, pages=PageSettings(feed_words_after=0.0))
    async with serve({"/a": Reply(status=500)}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), told, title="News of lock")))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        origin.routes["/a"] = page(story("lock"))
        events: list[str] = []
        for _ in range(4):
            events += await mill.turn(hours=1)
        assert events == []
        assert len(origin.requests("/a")) == 2


async def test_a_wall_never_overwrites_an_article_of_its_page(mill: Mill) -> None:
    async with serve({"/a": page(story("lock"))}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        origin.routes |= {"/a": page(LOGIN), "/feed": feed(rss(item(origin.url("/a"), SUMMARY + " New.")))}
        assert await mill.turn(hours=1) == []


async def test_an_article_of_a_page_that_is_gone_is_retracted_and_not_replaced_by_words(mill: Mill) -> None:
    async with serve({"/a": page(story("lock"))}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        origin.routes |= {"/a": Reply(status=410), "/feed": feed(rss(item(origin.url("/a"), "Other words.")))}
        events: list[str] = []
        for _ in range(4):
            events += await mill.turn(hours=2)
        assert events == ["retracted 2"]


async def test_words_follow_words_when_the_feed_changes_them(mill: Mill) -> None:
    async with serve({"/a": page(LOGIN)}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), "The lock opens again on Friday morning.")))
        assert await mill.turn(hours=1) == ["updated 2"]


async def test_the_first_revision_of_a_page_may_come_from_another_site_than_its_words(mill: Mill) -> None:
    hosts = ["127.0.0.1", "127.0.0.2"]
    async with serve({"/a": page(LOGIN), "/b": page(story("lock"))}, hosts=hosts) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        origin.routes |= {
            "/a": Reply(status=302, headers={"Location": origin.url("/b", host="127.0.0.2")}),
            "/feed": feed(rss(item(origin.url("/a"), SUMMARY + " It is there."))),
        }
        assert await mill.turn(hours=1) == ["updated 2"]


@pytest.mark.parametrize(("pages", "spec"), [({"stand_in": "never"}, {}), ({}, {"text": "page"})])
async def test_no_words_stand_in_where_the_operator_wants_none(
    mill: Mill, pages: dict[str, str], spec: dict[str, str]
) -> None:
    mill.settings = dataclasses.replace(mill.settings, pages=PageSettings(**pages))
    async with serve({"/a": page(LOGIN)}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"), **spec)
        assert await mill.turn() == []
        assert (await mill.counts()).entries["dropped"] == 1


async def test_a_feed_whose_words_alone_are_wanted_has_no_page_asked_for(mill: Mill) -> None:
    async with serve({"/a": page(story("lock"))}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), SUMMARY)))
        listing(mill, origin.url("/feed"), text="feed")
        assert await mill.turn() == ["created 1"]
        assert origin.requests("/a") == []
        (article,) = await articles(mill)
        assert (article.url, article.text) == (origin.url("/a"), SUMMARY)


async def test_a_title_a_picture_or_a_file_alone_is_an_article(mill: Mill) -> None:
    listed = [
        {"guid": "1", "title": "Heating is off until Thursday"},
        {"guid": "2", "title": "Picture", "description": "<img src='/b.jpg' alt='An empty hall'>"},
        {"guid": "3", "mark": ""},
    ]
    enclosed = "<enclosure url='http://127.0.0.1:9/talk%20one.ogg' type='audio/ogg'/>"
    async with serve() as origin:
        origin.routes["/feed"] = feed(rss(*listed).replace("<mark></mark>", enclosed))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"] * 3
    texts = {article.text for article in await articles(mill)}
    assert texts == {"Heating is off until Thursday", "An empty hall", "talk one.ogg"}


async def test_words_stand_in_for_pages_of_a_site_that_is_shut_for_longer(mill: Mill) -> None:
    hosts = ["127.0.0.1", "127.0.0.2"]
    shut = Reply(status=503, headers={"Retry-After": "36000"})
    async with serve({f"/{name}": shut for name in "abcdef"}, hosts=hosts) as origin:
        links = [origin.url(f"/{name}", host="127.0.0.2") for name in "abcdef"]
        origin.routes["/feed"] = feed(rss(*(item(link, SUMMARY) for link in links[:3])))
        listing(mill, origin.url("/feed"))
        created = await mill.turn()
        origin.routes["/feed"] = feed(rss(*(item(link, SUMMARY) for link in links[:5])))
        for _ in range(3):
            created += await mill.turn(hours=0.5)
        assert created == ["created 1"] * 5
        asked = sum(len(origin.requests(f"/{name}")) for name in "abcdef")
        assert asked < 5
        assert (await mill.counts()).deferred == 5
        for name in "abcdef":
            origin.routes[f"/{name}"] = page(story(name))
        events: list[str] = []
        for _ in range(8):
            events += await mill.turn(hours=4)
        assert events == ["updated 2"] * 5
    assert {article.text_from for article in await articles(mill)} == {"feed", "page"}


async def test_a_site_that_is_shut_for_less_than_the_wait_has_its_pages_waited_for(mill: Mill) -> None:
    hosts = ["127.0.0.1", "127.0.0.2"]
    shut = Reply(status=503, headers={"Retry-After": "3600"})
    async with serve({"/a": shut, "/b": shut}, hosts=hosts) as origin:
        links = [origin.url(f"/{name}", host="127.0.0.2") for name in "ab"]
        origin.routes["/feed"] = feed(rss(*(item(link, SUMMARY) for link in links)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == []
        for name in "ab":
            origin.routes[f"/{name}"] = page(story(name))
        events: list[str] = []
        for _ in range(6):
            events += await mill.turn(hours=0.5)
        assert events == ["created 1"] * 2
    assert {article.text_from for article in await articles(mill)} == {"page"}
