"""What publishers reserve and the operator honours has no article made of it, visibly."""

import pytest
from mill import Mill
from newsroom import story
from origin import Reply, feed, page, serve
from rss_documents import item, rss

from feedmill._ledger.core.entry_outcome_summary import read_entry_counts
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


TDM_FILE = page(
    '[{"location": "/open", "tdm-reservation": 0}, {"location": "/*", "tdm-reservation": 1}]',
    type="application/json",
)
PATH = "/.well-known/tdmrep.json"


@pytest.mark.parametrize(("pages", "asked"), [({}, 0), ({"tdmrep": "always"}, 1), ({"honour": ("noai",)}, 1)])
async def test_tdmrep_json_is_read_once_an_origin_where_something_is_honoured(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, pages: dict[str, object], asked: int
) -> None:
    mill = Mill(redis_url, monkeypatch, **pages)
    routes = {
        "/open": page(story("bridge")),
        "/closed": page(story("lock")),
        "/free": page(story("mill"), headers={"TDM-Reservation": "0"}),
        "/late": page(story("quay")),
    }
    async with serve({**routes, PATH: TDM_FILE}) as origin:
        for names in (("/open", "/closed", "/free"), ("/late",)):
            origin.routes["/feed"] = feed(rss(*(item(origin.url(path)) for path in names)))
            mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
            assert await mill.turn() == ["created 1"] * len(names)
        assert len(origin.requests(PATH)) == asked
    found = {row["url"].rpartition("/")[2]: decode(row["article"]).rights for row in await mill.stream()}
    reserved = ("tdmrep:tdm-reservation",) * asked
    assert found == {"open": (), "closed": reserved, "free": (), "late": reserved}


@pytest.mark.parametrize("how", ["drop", "mark"])
async def test_what_a_tdmrep_json_reserves_is_honoured_by_dropping_or_by_a_mark(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    mill = Mill(redis_url, monkeypatch, honour=("tdm-reservation",), honour_by=how)
    async with serve(
        {"/open": page(story("bridge")), "/closed": page(story("lock")), PATH: TDM_FILE}
    ) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/open")), item(origin.url("/closed"))))
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        await mill.turn()
    marks = {row["url"].rpartition("/")[2]: row.get("reserved") for row in await mill.stream()}
    assert marks == {"open": None, **({"closed": "tdmrep:tdm-reservation"} if how == "mark" else {})}


@pytest.mark.parametrize(
    ("robots", "answer", "asked"),
    [
        ("Disallow: /.well-known/", TDM_FILE, 0),
        ("Allow: /", page("", status=404), 1),
        ("Allow: /", page("", status=503), 1),
        ("Allow: /", page("<html>Welcome</html>"), 1),
    ],
    ids=["forbidden", "none", "overloaded", "another_thing"],
)
async def test_a_tdmrep_json_that_does_not_come_reserves_nothing(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, robots: str, answer: Reply, asked: int
) -> None:
    mill = Mill(redis_url, monkeypatch, tdmrep="always")
    said = page(f"User-agent: *\n{robots}\n", type="text/plain")
    async with serve({"/a": page(story("bridge")), "/robots.txt": said, PATH: answer}) as origin:
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"))))
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        assert await mill.turn() == ["created 1"]
        assert len(origin.requests(PATH)) == asked
    (row,) = await mill.stream()
    assert decode(row["article"]).rights == ()
