"""Who waits for a parser: the site that has kept parsers the least comes first, then the small document."""

import asyncio
from collections.abc import Sequence

import pytest

from scheduler.parsing.document_models import FeedDocument, ParsedFeed
from scheduler.sandbox.parser_pool import ParserPool, ParserPoolSettings
from scheduler.sandbox.parser_queue import ParserQueue, SiteUse

SLOW_BODY = b"<rss><channel>" + b"<item><title>a</title><link>/1</link></item>" * 1500 + b"</channel></rss>"


def document(site: str, size: int = 10) -> FeedDocument:
    return FeedDocument(b"x" * size, None, f"http://{site}.example/feed")


async def order_of(queue: ParserQueue[str], waiting: Sequence[FeedDocument], seconds: float = 1) -> list[str]:
    """Let documents wait for the only child, which is taken; gives their sites as their turns come."""
    turns: list[str] = []

    async def read(one: FeedDocument) -> None:
        child = await queue.take(one)
        turns.append(one.url[7])
        queue.give_back(child, one, seconds)

    first = document("z")
    child = await queue.take(first)
    tasks = [asyncio.create_task(read(one)) for one in waiting]
    await asyncio.sleep(0)
    queue.give_back(child, first, 0)
    await asyncio.gather(*tasks)
    return turns


async def test_the_site_that_has_used_the_least_comes_first_and_sites_take_turns() -> None:
    waiting = [document(site) for site in "aaaabbc"]
    assert await order_of(ParserQueue(["child"], SiteUse()), waiting) == list("abcabaa")


async def test_of_sites_that_have_used_the_same_the_small_document_comes_first() -> None:
    waiting = [document("a", 900_000), document("b", 9000), document("c", 90_000)]
    assert await order_of(ParserQueue(["child"], SiteUse()), waiting) == list("bca")


@pytest.mark.parametrize("is_given", [False, True], ids=["waiting", "given a child right before"])
async def test_who_no_longer_waits_keeps_no_child(is_given: bool) -> None:
    queue = ParserQueue(["child"], SiteUse())
    child = await queue.take(document("a"))
    leaving = asyncio.create_task(queue.take(document("b")))
    staying = asyncio.create_task(queue.take(document("c", 1000)))
    await asyncio.sleep(0)
    if is_given:
        queue.give_back(child, document("a"), 1)
    leaving.cancel()
    if not is_given:
        queue.give_back(child, document("a"), 1)
    assert await staying == "child"
    assert leaving.cancelled()


def test_what_a_site_used_is_forgotten_by_halves() -> None:
    use = SiteUse()
    use.add("a.example", 8, 0)
    use.add("a.example", 8, 300)
    assert use.used_s("a.example", 300) == 12
    assert use.used_s("a.example", 900) == 3
    assert use.used_s("b.example", 900) == 0


async def test_many_slow_documents_of_a_site_keep_a_good_one_waiting_for_one_of_them_at_most() -> None:
    slow = [FeedDocument(SLOW_BODY, None, f"http://bad.example/{number}") for number in range(6)]
    good = FeedDocument(
        b"<rss><channel><item><title>a</title></item></channel></rss>", None, "http://a.example/"
    )
    async with ParserPool(ParserPoolSettings(cpu_s=60, wall_s=300)) as cage:
        assert isinstance(await cage.parse(slow[0]), ParsedFeed)
        waiting = [asyncio.create_task(cage.parse(one)) for one in slow]
        await asyncio.sleep(0)
        assert isinstance(await cage.parse(good), ParsedFeed)
        assert sum(task.done() for task in waiting) <= 1
        await asyncio.gather(*waiting)
