"""An article on several pages is one text: each page by leave of robots.txt, through the gate, in order."""

import asyncio
import os
import signal

import pytest
from mill import Mill
from newsroom import enqueue, entries, horse_of, list_pages, until, working
from origin import Reply, Seen, feed, moved, page, serve
from rss_documents import item, rss

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import FeedSpec
from feedmill._operator_rules.page_overrides import PageOverrides
from feedmill.article import Article, decode
from worker.continuation.supplement_fetch import LARGE_BYTES

TITLE = "Council agrees on the harbour plan"
NAMES = ("plan", "lock", "quay", "mill", "lamp", "tower", "bridge", "market", "ferry", "dam", "weir", "ford")


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


def sentence(name: str, number: int = 0) -> str:
    return (
        f"The {name} of the harbour was looked at for the {number}th time, and the council took a decision."
    )


def page_of(number: int, of: int, *, title: str = TITLE, more: str = "") -> str:
    text = "".join(f"<p>{sentence(NAMES[number - 1], line)}</p>" for line in range(5))
    links = "".join(f"<a href='/story?page={one}'>{one}</a> " for one in range(1, of + 1) if one != number)
    return (
        f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}{more}"
        f"</article><nav class=pager>{links}</nav></body></html>"
    )


def story_of(count: int, **others: str) -> object:
    def answer(seen: Seen) -> Reply:
        number = seen.query.get("page", "1")
        return page(others.get(f"p{number}") or page_of(int(number), count))

    return answer


async def read_story(mill: Mill, route: object, **more: object) -> tuple[Article, list[str]]:
    """Have the one story of a feed read; answers its article and the requests for its pages."""
    async with serve({"/story": route, **more}) as origin:
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        origin.routes["/feed"] = feed(rss(item(origin.url("/story"), title=TITLE)))
        assert await mill.turn() == ["created 1"]
        asked = [f"{seen.path}?{seen.query['page']}" if seen.query else seen.path for seen in origin.log]
    (entry,) = await mill.stream()
    return decode(entry["article"]), [one for one in asked if one not in ("/feed", "/robots.txt")]


async def test_all_pages_are_read_as_one_article(mill: Mill) -> None:
    article, asked = await read_story(mill, story_of(3))
    assert asked == ["/story", "/story?2", "/story?3"]
    assert article.text == "\n\n".join(sentence(name, line) for name in NAMES[:3] for line in range(5))
    assert article.doubts == ()
    assert article.url.endswith("/story")
    counts = await mill.counts()
    assert counts.settled == {"published": 1}


async def test_an_article_has_ten_further_pages_at_most_and_none_where_they_are_off(mill: Mill) -> None:
    article, asked = await read_story(mill, story_of(12))
    assert len(asked) == 11
    assert [name for name in NAMES if f"The {name} " in article.text] == list(NAMES[:11])
    assert article.doubts == ("more_pages",)


async def test_without_further_pages_only_the_first_one_is_requested(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, asked = await read_story(Mill(redis_url, monkeypatch, further_pages=0), story_of(3))
    assert asked == ["/story"]
    assert article.doubts == ("more_pages",)


@pytest.mark.parametrize(
    "second",
    [
        Reply(status=404),
        Reply(status=503),
        moved("/robots-says-no"),
        page(page_of(2, 3, title="The lamp is back after a year of work")),
        page("<html><body><form><input type=password></form></body></html>"),
        page(b"\x00\x01", type="application/pdf"),
        page("x" * (16 << 20)),
    ],
    ids=["gone", "overloaded", "forbidden", "another_article", "no_article", "no_page", "too_large"],
)
async def test_a_page_that_does_not_come_ends_the_article_with_a_doubt(mill: Mill, second: Reply) -> None:
    def answer(seen: Seen) -> Reply:
        return second if seen.query.get("page") == "2" else page(page_of(1, 3))

    robots = Reply(body="User-agent: *\nDisallow: /robots-says-no", type="text/plain")
    article, asked = await read_story(mill, answer, **{"/robots.txt": robots})
    assert asked == ["/story", "/story?2"]
    assert article.text == "\n\n".join(sentence("plan", line) for line in range(5))
    assert article.doubts == ("more_pages",)


async def test_all_pages_together_have_the_bytes_of_one(mill: Mill) -> None:
    pad = f"<!-- {'x' * (LARGE_BYTES + 1)} -->"
    pages = {f"p{number}": page_of(number, 5, more=pad if number == 2 else "") for number in range(1, 6)}
    article, asked = await read_story(mill, story_of(5, **pages))
    assert asked == ["/story", "/story?2"]  # after a large one no other is requested
    assert [name for name in NAMES if f"The {name} " in article.text] == ["plan", "lock"]
    assert article.doubts == ("more_pages",)


async def test_the_operators_selector_names_the_next_page(mill: Mill) -> None:
    mill.overrides = {"127.0.0.1": PageOverrides(next=(".on",))}
    first = page_of(1, 1, more="<a class=on href='/rest'>The rest of it</a>")
    article, asked = await read_story(mill, page(first), **{"/rest": page(page_of(2, 1, title="The rest"))})
    assert asked == ["/story", "/rest"]
    assert sentence("lock") in article.text
    assert article.doubts == ()


async def test_what_a_selector_does_not_find_on_a_further_page_is_no_trouble(mill: Mill) -> None:
    mill.overrides = {"127.0.0.1": PageOverrides(authors=(".by",))}
    await read_story(mill, story_of(2, p1=page_of(1, 2, more="<i class=by>Ada Miller</i>")))
    assert await mill.events("override_missed") == []


async def test_a_page_is_read_by_others_while_one_is_awaited(ledger: Ledger, redis_url: str) -> None:
    opened = asyncio.Event()

    def answer(seen: Seen) -> Reply:
        second = seen.query.get("page") == "2"
        return Reply(body=page_of(2 if second else 1, 2), wait=opened if second else None)

    async with serve({"/story": answer, "/other": page(page_of(3, 1))}) as origin:
        await list_pages(ledger, [origin.url("/story")])
        async with working(redis_url) as worker:
            enqueue(redis_url)
            await origin.seen("/story", 2)
            await list_pages(ledger, [origin.url("/other")])
            await worker.logged(
                "page", url=origin.url("/other")
            )  # it is held: others of its feed are awaited
            opened.set()
            assert (await until(ledger, redis_url)).settled == {"published": 2}


async def test_horses_that_die_between_two_pages_lose_nothing_and_are_no_fault_of_the_article(
    ledger: Ledger, redis_url: str
) -> None:
    opened = asyncio.Event()

    def answer(seen: Seen) -> Reply:
        number = int(seen.query.get("page", "1"))
        return Reply(body=page_of(number, 3), wait=opened if number == 2 else None)

    async with serve({"/story": answer}) as origin:
        await list_pages(ledger, [origin.url("/story")])
        async with working(redis_url, lease=600, attempts=1) as worker:
            for ends in (1, 2):
                enqueue(redis_url)
                await origin.seen("/story", 2 * ends)
                horse = horse_of(worker)
                assert horse is not None
                os.kill(horse, signal.SIGKILL)
                await worker.logged("abandoned", ends, cause="crash")
            opened.set()
            assert (await until(ledger, redis_url)).settled == {"published": 1}
    (entry,) = await entries(ledger)
    article = decode(entry["article"])
    assert article.text == "\n\n".join(sentence(name, line) for name in NAMES[:3] for line in range(5))


async def test_further_pages_come_within_the_time_of_one_page_or_not_at_all(mill: Mill) -> None:
    robots = Reply(body="User-agent: *\nCrawl-delay: 50\nAllow: /", type="text/plain")
    article, asked = await read_story(mill, story_of(3), **{"/robots.txt": robots})
    assert asked == ["/story"]
    assert article.doubts == ("more_pages",)
