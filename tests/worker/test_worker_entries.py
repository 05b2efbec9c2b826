"""Entries whose page is none: without a link, gone, or beyond what a request can bear."""

from newsroom import FEED, dead_pages, entries, list_entries, list_pages, story, until, working
from origin import page, serve

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import Entry
from feedmill.article import decode

WORDS = "The ferry between the mill and the upper lock runs every half hour until the bridge is mended. "


async def test_entries_without_a_link_are_articles_of_their_own(ledger: Ledger, redis_url: str) -> None:
    listed = [Entry(title=f"Ferry {n}", content=f"<p>{n}. {WORDS * 5}</p>") for n in range(3)]
    listed.append(Entry(guid="note", title="A note", summary="No ferry today."))
    async with serve({}) as origin:
        names = await list_entries(ledger, listed)
        async with working(redis_url):
            now = await until(ledger, redis_url)
        assert origin.log == []
    stream = await entries(ledger)
    articles = [decode(entry["article"]) for entry in stream]
    assert sorted(article.id for article in articles) == sorted(names)
    assert {(article.url, article.text_from) for article in articles} == {(FEED, "feed")}
    assert "No ferry today." in {article.text for article in articles}
    assert now.settled == {"published": 4}


async def test_an_entry_without_link_or_word_is_settled_as_empty(ledger: Ledger, redis_url: str) -> None:
    await list_entries(ledger, [Entry(guid="1")])
    async with working(redis_url):
        assert (await until(ledger, redis_url)).settled == {"empty": 1}


async def test_a_page_that_is_gone_is_published_from_its_feeds_full_text(
    ledger: Ledger, redis_url: str
) -> None:
    async with serve({}) as origin:
        full, teaser = origin.url("/full"), origin.url("/teaser")
        await list_entries(
            ledger,
            [
                Entry(link=full, title="Ferry", content=f"<p>{WORDS * 5}</p>"),
                Entry(link=teaser, title="Bridge", content="<p>Read on.</p>"),
            ],
        )
        async with working(redis_url):
            now = await until(ledger, redis_url)
    (entry,) = await entries(ledger)
    article = decode(entry["article"])
    assert (article.url, article.text_from, article.title) == (full, "feed", "Ferry")
    assert [letter.reason for letter in (await dead_pages(ledger)).values()] == ["http_404"]
    assert now.settled == {"published": 1}


async def test_a_request_that_fails_as_nobody_foresaw_is_charged_and_spares_the_others(
    ledger: Ledger, redis_url: str
) -> None:
    names = [f"ferry-{number}" for number in range(6)]
    async with serve({f"/{name}": page(story(name)) for name in names}) as origin:
        strange = origin.url("/unforeseen")
        await list_pages(ledger, [strange, *(origin.url(f"/{name}") for name in names)])
        async with working(redis_url):
            now = await until(ledger, redis_url)
    (letter,) = (await dead_pages(ledger)).values()
    assert (letter.url, letter.reason, letter.attempts) == (strange, "error", 3)
    assert "RuntimeError" in letter.detail
    assert now.settled == {"published": 6}
