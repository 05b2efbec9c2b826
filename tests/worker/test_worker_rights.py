"""What publishers reserve and the operator honours has no article made of it, visibly."""

import pytest
from mill import Mill
from newsroom import story
from origin import feed, page, serve
from rss_documents import item, rss

from feedmill._ledger.core.entry_counts import read_entry_counts
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.operations.feed_operations import list_feeds
from feedmill.article import decode
from worker.metadata.tdm_rights import find_honoured


@pytest.mark.parametrize(
    ("rights", "honour", "found"),
    [
        (("noai",), {"noai"}, "noai"),
        (("content-usage:train-ai=n",), {"train-ai=n"}, "content-usage:train-ai=n"),
        (("content-usage:train-ai=n",), {"content-usage:train-ai=n"}, "content-usage:train-ai=n"),
        (("header:license=https://a.example/by",), {"license=https://a.example/by"}, "header:license=https://a.example/by"),
        (("robots:ai-train=no",), {"train-ai=n"}, "robots:ai-train=no"),
        (("noai",), {"noimageai"}, None),
        (("content-usage:train-ai=n",), {"ai=n"}, None),
        (("noai",), set(), None),
    ],
)  # fmt: skip
def test_a_word_is_honoured_wherever_it_was_found(
    rights: tuple[str, ...], honour: set[str], found: str | None
) -> None:
    assert find_honoured(rights, honour) == found


async def test_a_page_that_reserves_what_is_honoured_settles_and_is_counted(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = Mill(redis_url, monkeypatch, honour=("train-ai=n",))
    reserved = page(story("lock"), headers={"Content-Usage": "train-ai=n"})
    routes = {"/open": page(story("bridge")), "/reserved": reserved}
    async with serve(routes) as origin:
        origin.routes["/feed"] = feed(rss(*(item(origin.url(path), "Words of it.") for path in routes)))
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        assert await mill.turn() == ["created 1"]
    assert [row["url"].rpartition("/")[2] for row in await mill.stream()] == ["open"]
    counts = await mill.counts()
    assert counts.settled["rights"] == 1
    (state,) = await mill.ask(list_feeds(Keys()))
    assert read_entry_counts(state.counts).dropped == {"rights": 1}
    (event,) = await mill.events("entries_dropped")
    assert event["reason"] == "rights"


async def test_what_robots_txt_reserves_is_among_the_rights(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = Mill(redis_url, monkeypatch)
    said = (
        "User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\nLicense: https://a.example/l.xml\n"
    )
    async with serve({"/a": page(story("bridge")), "/robots.txt": page(said, type="text/plain")}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"))))
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        assert await mill.turn() == ["created 1"]
    (row,) = await mill.stream()
    assert decode(row["article"]).rights == ("robots:ai-train=no", "robots:license=https://a.example/l.xml")
