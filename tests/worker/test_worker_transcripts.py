"""The transcript of an episode is its text where its page has none; the feed's words come last."""

import dataclasses

import pytest
from mill import Mill
from newsroom import enqueue, entries, list_entries, story, until, working
from origin import Reply, feed, page, serve

from config.settings import PageSettings
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill.article import Article, decode
from feedmill.enclosures import Episode

SAID = "The lock was built in nineteen hundred and four, and nobody has looked after it since the war."
VTT = Reply(body=f"WEBVTT\n\n00:00.000 --> 00:09.000\n<v Ada>{SAID}\n", type="text/vtt")
WORDS = "In this episode we talk about the lock."
PLAYER = page("<!doctype html><html><head><title>App</title></head><body><div id='app'></div></body></html>")


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


def podcast(transcript: str, link: str = "") -> Reply:
    linked = f"<link>{link}</link>" if link else ""
    return feed(
        '<?xml version="1.0"?><rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
        f"<title>Pod</title><item><guid isPermaLink='false'>7</guid><title>The lock</title>{linked}"
        f"<description>{WORDS}</description>"
        "<enclosure url='http://127.0.0.1:9/7.mp3' type='audio/mpeg' length='9'/>"
        f"<podcast:transcript url='{transcript}' type='text/vtt'/></item></channel></rss>"
    )


async def turn_once(
    mill: Mill, transcript: Reply, page_of: Reply | None = None, *, robots: str = "", **spec: object
) -> tuple[Article, list[str]]:
    """Poll a podcast of one episode and work; answers its article and the paths that were requested."""
    routes = {"/7.vtt": transcript, **({"/7": page_of} if page_of else {})}
    if robots:
        routes["/robots.txt"] = Reply(body=robots, type="text/plain")
    async with serve(routes) as origin:
        origin.routes["/feed"] = podcast(origin.url("/7.vtt"), origin.url("/7") if page_of else "")
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0, **spec)]
        assert await mill.turn() == ["created 1"]
        assert await mill.turn() == []
        asked = [seen.path for seen in origin.log if seen.path in ("/7", "/7.vtt")]
    (entry,) = await mill.stream()
    article = decode(entry["article"])
    assert entry["text_from"] == article.text_from
    return article, asked


@pytest.mark.parametrize(
    ("page_of", "asked"),
    [(None, ["/7.vtt"]), (PLAYER, ["/7", "/7.vtt"]), (Reply(status=404), ["/7", "/7.vtt"])],
    ids=["no_page", "no_article", "gone"],
)
async def test_the_transcript_is_the_text_where_the_page_has_none(
    mill: Mill, page_of: Reply | None, asked: list[str]
) -> None:
    article, requests = await turn_once(mill, VTT, page_of)
    assert requests == asked
    assert (article.title, article.text) == ("The lock", f"Ada: {SAID}")
    assert (article.text_from, article.doubts) == ("transcript", ("short",))


async def test_a_page_with_a_text_of_its_own_needs_no_transcript(mill: Mill) -> None:
    article, requests = await turn_once(mill, VTT, page(story("lock")))
    assert (article.text_from, requests) == ("page", ["/7"])


@pytest.mark.parametrize(
    "transcript",
    [
        Reply(status=404),
        Reply(body="no", status=503),
        Reply(body=b"\x00\x01"),
        page(""),
        Reply(body="x" * (2 << 20 | 1)),
    ],
    ids=["gone", "overloaded", "binary", "empty", "too_large"],
)
async def test_the_feeds_words_come_where_the_transcript_does_not(mill: Mill, transcript: Reply) -> None:
    article, requests = await turn_once(mill, transcript)
    assert (article.text, article.text_from, requests) == (WORDS, "feed", ["/7.vtt"])


async def test_robots_txt_is_asked_before_a_transcript(mill: Mill) -> None:
    article, requests = await turn_once(mill, VTT, robots="User-agent: *\nDisallow: /7.vtt")
    assert (article.text_from, requests) == ("feed", [])


async def test_a_feed_of_its_own_words_alone_has_no_transcripts(mill: Mill) -> None:
    article, requests = await turn_once(mill, VTT, PLAYER, text="feed")
    assert (article.text_from, requests) == ("feed", [])


async def test_transcripts_can_be_switched_off(mill: Mill) -> None:
    mill.settings = dataclasses.replace(mill.settings, pages=PageSettings(transcripts=False))
    article, requests = await turn_once(mill, VTT)
    assert (article.text_from, requests) == ("feed", [])


async def test_a_page_that_comes_later_takes_the_place_of_the_transcript(mill: Mill) -> None:
    mill.settings = dataclasses.replace(mill.settings, pages=PageSettings(feed_words_after=0.0))
    async with serve({"/7.vtt": VTT, "/7": Reply(status=500)}) as origin:
        origin.routes["/feed"] = podcast(origin.url("/7.vtt"), origin.url("/7"))
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        assert await mill.turn() == ["created 1"]
        origin.routes["/7"] = page(story("lock"))
        assert await mill.turn(hours=4) == ["updated 2"]
    made = [decode(entry["article"]).text_from for entry in await mill.stream()]
    assert made == ["transcript", "page"]


async def test_a_reader_is_given_the_transcript_by_its_horse(ledger: Ledger, redis_url: str) -> None:
    async with serve({"/7.vtt": VTT}) as origin:
        told = Entry(guid="7", title="The lock", episode=Episode(transcript=origin.url("/7.vtt")))
        await list_entries(ledger, [told])
        async with working(redis_url):
            enqueue(redis_url)
            assert (await until(ledger, redis_url)).settled == {"published": 1}
    (entry,) = await entries(ledger)
    assert (entry["text_from"], decode(entry["article"]).text) == ("transcript", f"Ada: {SAID}")
