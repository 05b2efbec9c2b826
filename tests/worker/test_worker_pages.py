"""Pages through the real worker: what each kind of answer becomes."""

import time

from newsroom import count, dead_pages, enqueue, entries, list_pages, story, until, working
from origin import Reply, Seen, moved, page, serve

from feedmill._ledger.core.ledger_client import Ledger
from feedmill.article import decode


async def test_pages_become_articles_once(ledger: Ledger, redis_url: str) -> None:
    names = [f"mill-{number}" for number in range(20)]
    async with serve({f"/{name}": page(story(name)) for name in names}) as origin:
        listed = await list_pages(ledger, [origin.url(f"/{name}") for name in names])
        async with working(redis_url):
            now = await until(ledger, redis_url)
    stream = await entries(ledger)
    assert sorted(entry["id"] for entry in stream) == sorted(listed.values())
    assert {entry["event"] for entry in stream} == {"created"}
    assert now.settled == {"published": 20}
    assert [len(origin.requests(f"/{name}")) for name in names] == [1] * 20


async def test_an_entry_carries_flat_fields_and_the_article(ledger: Ledger, redis_url: str) -> None:
    async with serve({"/bridge": page(story("bridge"))}) as origin:
        link = origin.url("/bridge")
        listed = await list_pages(ledger, [link])
        enqueue(redis_url)
        async with working(redis_url, burst=True) as worker:
            assert await worker.ended() == 0
    (entry,) = await entries(ledger)
    article = decode(entry["article"])
    assert list(entry) == [
        "event", "id", "rev", "source", "feed", "lang", "tags", "url", "time", "schema",
        "text_from", "article", "story", "story_size", "story_sources", "similarity", "relation",
    ]  # fmt: skip
    assert (entry["id"], entry["rev"], entry["schema"]) == (listed[link], "1", "article/1")
    assert (article.id, article.rev, article.url, article.source) == (listed[link], 1, link, "The Mill")
    assert (entry["story"], entry["story_size"], entry["story_sources"]) == (listed[link], "1", "1")
    assert article.tags == tuple(entry["tags"].split(","))
    assert "two of its four piers" in article.text
    assert article.listed_at <= article.fetched_at
    assert origin.log[0].headers["user-agent"].endswith("(+https://feedmill.test/)")


async def test_what_is_no_article_is_settled_by_name_and_not_published(
    ledger: Ledger, redis_url: str
) -> None:
    routes = {
        "/report": Reply(body=b"%PDF-1.7 ...", type="application/pdf"),
        "/nothing": page(""),
        "/good": page(story("good")),
    }
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        async with working(redis_url) as worker:
            now = await until(ledger, redis_url)
            await worker.logged("page", outcome="pdf")
            await worker.logged("page", outcome="empty")
    assert now.settled == {"published": 1, "pdf": 1, "empty": 1}
    assert len(await entries(ledger)) == 1


async def test_404_and_410_are_dead_at_once(ledger: Ledger, redis_url: str) -> None:
    async with serve({"/gone": Reply(status=410)}) as origin:
        missing, gone = origin.url("/missing"), origin.url("/gone")
        await list_pages(ledger, [missing, gone])
        async with working(redis_url):
            now = await until(ledger, redis_url)
    dead = await dead_pages(ledger)
    assert now.dead == 2
    assert (dead[missing].reason, dead[gone].reason) == ("http_404", "http_410")
    assert dead[missing].attempts == 0


async def test_503_is_deferred_uncharged_and_closes_the_site(ledger: Ledger, redis_url: str) -> None:
    busy = Reply(status=503, headers={"Retry-After": "600"})
    async with serve({"/busy": busy}, hosts=("127.0.0.1", "127.0.0.2")) as origin:
        await list_pages(ledger, [origin.url("/busy", host="127.0.0.2")])
        async with working(redis_url) as worker:
            now = await until(ledger, redis_url)
            await worker.logged("page", outcome="deferred", reason="http_503")
    assert (now.deferred, now.dead) == (1, 0)
    assert now.next_page_in_ms is not None
    assert now.next_page_in_ms > 500_000
    assert await ledger.client.pttl(ledger.keys.gate("127.0.0.2")) > 500_000


async def test_a_refused_connection_is_deferred(ledger: Ledger, redis_url: str) -> None:
    async with serve() as origin:
        link = origin.url("/later")
    await list_pages(ledger, [link])
    async with working(redis_url) as worker:
        await until(ledger, redis_url, lambda now: now.deferred == 1)
        await worker.logged("page", outcome="deferred", reason="robots_unreachable")


async def test_a_redirect_waits_a_little_for_the_other_sites_gate(ledger: Ledger, redis_url: str) -> None:
    asked: list[float] = []

    def answer(_: Seen) -> Reply:
        asked.append(time.time())
        return page(story("story"))

    async with serve({"/story": answer}, hosts=("127.0.0.1", "127.0.0.2")) as origin:
        target = origin.url("/story", host="127.0.0.2")
        origin.routes["/short"] = moved(target)
        (name,) = (await list_pages(ledger, [origin.url("/short")])).values()
        async with working(redis_url) as worker:
            await worker.logged("worker", state="ready")
            opens = time.time() + 1.5
            await ledger.client.set(ledger.keys.gate("127.0.0.2"), int(opens * 1000), px=60_000)
            await until(ledger, redis_url)
    (entry,) = await entries(ledger)
    assert (entry["id"], entry["url"]) == (name, target)
    assert asked[0] >= opens - 0.01


async def test_a_redirect_to_a_site_that_is_shut_is_put_off_without_a_request(
    ledger: Ledger, redis_url: str
) -> None:
    async with serve({"/story": page(story("story"))}, hosts=("127.0.0.1", "127.0.0.2")) as origin:
        origin.routes["/short"] = moved(origin.url("/story", host="127.0.0.2"))
        await list_pages(ledger, [origin.url("/short")])
        opens = int(time.time() * 1000) + 600_000
        await ledger.client.set(ledger.keys.gate("127.0.0.2"), opens, px=60_000)
        async with working(redis_url) as worker:
            now = await until(ledger, redis_url, lambda now: now.deferred == 1)
            await worker.logged("page", outcome="deferred", reason="gate")
    assert origin.requests("/story") == []
    assert (now.next_page_in_ms or 0) > 500_000


async def test_two_links_to_one_page_are_one_article(ledger: Ledger, redis_url: str) -> None:
    async with serve({"/a": page(story("a"))}) as origin:
        origin.routes["/b"] = moved(origin.url("/a"))
        await list_pages(ledger, [origin.url("/a"), origin.url("/b")])
        async with working(redis_url):
            now = await until(ledger, redis_url)
    assert now.settled == {"published": 1, "joined": 1}
    assert len(await entries(ledger)) == 1


async def test_a_changed_page_is_revision_2_and_an_unchanged_one_nothing(
    ledger: Ledger, redis_url: str
) -> None:
    texts = {"/moving": story("moving"), "/still": story("still")}

    def answer(seen: Seen) -> Reply:
        return page(texts[seen.path])

    async with serve(dict.fromkeys(texts, answer)) as origin:
        links = [origin.url(path) for path in texts]
        await list_pages(ledger, links)
        async with working(redis_url) as worker:
            await until(ledger, redis_url)
            texts["/moving"] = texts["/moving"].replace("four piers", "five piers")
            listed = await list_pages(ledger, links, change="second thoughts")
            await until(ledger, redis_url)
            await worker.logged("page", outcome="unchanged")
            await worker.logged("page", outcome="updated")
            assert worker.outcomes() == {"moving": "updated", "still": "unchanged"}
    stream = await entries(ledger)
    (again,) = [entry for entry in stream if entry["event"] == "updated"]
    assert len(stream) == 3
    assert (again["id"], again["rev"]) == (listed[links[0]], "2")
    assert "five piers" in decode(again["article"]).text


async def test_a_slow_site_does_not_hold_up_the_others(ledger: Ledger, redis_url: str) -> None:
    names = [f"quick-{number}" for number in range(14)]
    async with serve({f"/{name}": page(story(name)) for name in names}) as origin:
        origin.routes["/drip"] = page(story("drip"), drip=0.5, piece=100)
        await list_pages(ledger, [origin.url("/drip"), *(origin.url(f"/{name}") for name in names)])
        async with working(redis_url) as worker:
            await until(ledger, redis_url, lambda now: now.settled.get("published") == 14)
            assert (await count(ledger)).leased == 1
            line = await worker.logged("page", times=14)
            assert str(line["url"]).rpartition("/")[2] in names


async def test_an_address_that_must_not_be_requested_is_dead(ledger: Ledger, redis_url: str) -> None:
    links = {"http://10.1.2.3/secret": "forbidden_address", "ftp://127.0.0.1/file": "bad_url"}
    await list_pages(ledger, list(links))
    async with working(redis_url):
        now = await until(ledger, redis_url)
    assert now.dead == 2
    assert {url: letter.reason for url, letter in (await dead_pages(ledger)).items()} == links
