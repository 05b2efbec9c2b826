"""robots.txt before pages, through real workers and a real origin."""

import asyncio
import os
import signal
from random import Random

import pytest
from newsroom import SETTINGS, enqueue, entries, horse_of, list_entries, list_pages, story, until, working
from origin import Origin, Reply, Route, moved, page, serve

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import Entry
from feedmill._ledger.core.site_and_route_rules import SiteRule
from feedmill._ledger.operations import rule_operations, site_request_operations
from feedmill.article import decode


def robots(*lines: str) -> Reply:
    return Reply(body="\n".join(("User-agent: *", *lines)), type="text/plain")


async def pages_of(ledger: Ledger, redis_url: str, origin: Origin, *paths: str) -> dict[str, int]:
    """List pages of an origin and let a worker work on them; answers how they were settled."""
    await list_pages(ledger, [origin.url(path) for path in paths])
    async with working(redis_url):
        return dict((await until(ledger, redis_url)).settled)


async def test_pages_that_are_not_allowed_are_not_requested(ledger: Ledger, redis_url: str) -> None:
    routes: dict[str, Route] = {f"/{name}": page(story(name)) for name in ("open", "closed")}
    async with serve({**routes, "/robots.txt": robots("Disallow: /closed")}) as origin:
        settled = await pages_of(ledger, redis_url, origin, "/open", "/closed")
    assert settled == {"published": 1, "robots": 1}
    assert [seen.path for seen in origin.log] == ["/robots.txt", "/open"]
    assert all("feedmill/" in seen.headers["user-agent"] for seen in origin.log)


async def test_the_feeds_own_words_stand_in_for_a_forbidden_page(ledger: Ledger, redis_url: str) -> None:
    words = "".join(f"<p>{'The council met about the bridge and the mill. ' * 6}{n}.</p>" for n in range(4))
    async with serve({"/a": page(story("a")), "/robots.txt": robots("Disallow: /")}) as origin:
        entry = Entry(guid="a", link=origin.url("/a"), title="The bridge", content=words)
        await list_entries(ledger, [entry])
        async with working(redis_url):
            now = await until(ledger, redis_url)
    assert now.settled == {"published": 1}
    (made,) = await entries(ledger)
    assert decode(made["article"]).text_from == "feed"
    assert [seen.path for seen in origin.log] == ["/robots.txt"]


async def test_one_file_is_fetched_however_many_workers_want_it(ledger: Ledger, redis_url: str) -> None:
    names = [f"/s{number}" for number in range(24)]
    opened = asyncio.Event()
    routes: dict[str, Route] = {name: page(story(name[1:])) for name in names}
    routes["/robots.txt"] = Reply(body="User-agent: *\nDisallow: /x", type="text/plain", wait=opened)
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(name) for name in names])
        async with working(redis_url), working(redis_url):
            working_on = asyncio.create_task(until(ledger, redis_url))
            await origin.seen("/robots.txt")
            await asyncio.sleep(
                0.5
            )  # sleep: nothing may happen; the others find that somebody is fetching it
            assert [seen.path for seen in origin.log] == ["/robots.txt"]
            opened.set()
            assert (await working_on).settled == {"published": 24}
    assert len(origin.requests("/robots.txt")) == 1


async def test_a_file_that_a_dead_horse_was_fetching_is_fetched_by_the_next_at_once(
    ledger: Ledger, redis_url: str
) -> None:
    names = [f"/s{number}" for number in range(4)]
    opened = asyncio.Event()
    routes: dict[str, Route] = {name: page(story(name[1:])) for name in names}
    routes["/robots.txt"] = Reply(body="User-agent: *\nDisallow: /x", type="text/plain", wait=opened)
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(name) for name in names])
        async with working(redis_url, lease=600) as worker:
            enqueue(redis_url)
            await origin.seen("/robots.txt")
            horse = horse_of(worker)
            assert horse is not None
            os.kill(horse, signal.SIGKILL)
            line = await worker.logged("abandoned", cause="crash")
            assert line["robots"] == 1
            opened.set()
            assert (await until(ledger, redis_url)).settled == {"published": 4}
            assert "deferred" not in worker.outcomes().values()
    assert len(origin.requests("/robots.txt")) == 2


@pytest.mark.parametrize("status", [404, 403])
async def test_no_file_allows_everything(ledger: Ledger, redis_url: str, status: int) -> None:
    routes = {"/a": page(story("a")), "/robots.txt": Reply(status=status)}
    async with serve(routes) as origin:
        assert await pages_of(ledger, redis_url, origin, "/a") == {"published": 1}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        robots(*(f"Disallow: /{Random(n).randbytes(32).hex()}" for n in range(2500))),
    ],
    ids=["an error", "more rules than the ledger keeps"],
)
async def test_a_file_that_cannot_be_had_makes_pages_wait(
    ledger: Ledger, redis_url: str, reply: Reply
) -> None:
    async with serve({"/a": page(story("a")), "/robots.txt": reply}) as origin:
        await list_pages(ledger, [origin.url("/a")])
        async with working(redis_url) as worker:
            now = await until(ledger, redis_url, lambda now: now.deferred == 1)
            await worker.logged("page", outcome="deferred", reason="robots_unreachable")
    assert now.next_page_in_ms is not None
    assert now.next_page_in_ms > 200_000
    assert [seen.path for seen in origin.log] == ["/robots.txt"]


async def test_a_redirect_obeys_the_file_of_where_it_leads(ledger: Ledger, redis_url: str) -> None:
    routes: dict[str, Route] = {
        "/away": lambda seen: moved(f"http://127.0.0.2:{seen.host.partition(':')[2]}/closed"),
        "/closed": page(story("closed")),
        "/robots.txt": robots("Disallow: /closed"),
    }
    async with serve(routes, hosts=("127.0.0.1", "127.0.0.2")) as origin:
        assert await pages_of(ledger, redis_url, origin, "/away") == {"robots": 1}
    asked = [(seen.host.partition(":")[0], seen.path) for seen in origin.log]
    assert asked == [
        ("127.0.0.1", "/robots.txt"),
        ("127.0.0.1", "/away"),
        ("127.0.0.2", "/robots.txt"),
    ]


async def test_the_operator_may_overrule_a_file_on_the_record(ledger: Ledger, redis_url: str) -> None:
    rules = {"127.0.0.1": SiteRule(robots="ignore", reason="agreed with the publisher")}
    await ledger.run(
        rule_operations.replace_site_rules(
            ledger.keys, rules=rules, per_site=8, gap_ms=0, most_ms=60_000, token="t"
        )
    )
    async with serve({"/a": page(story("a")), "/robots.txt": robots("Disallow: /")}) as origin:
        await list_pages(ledger, [origin.url("/a")])
        async with working(redis_url) as worker:
            assert (await until(ledger, redis_url)).settled == {"published": 1}
            said = await worker.logged("robots_ignored", site="127.0.0.1")
    assert said["reason"] == "agreed with the publisher"
    assert [seen.path for seen in origin.log] == ["/a"]


async def test_what_a_worker_requested_is_written_down(ledger: Ledger, redis_url: str) -> None:
    routes: dict[str, Route] = {
        "/a": page(story("a")),
        "/b": moved("/a"),
        "/robots.txt": robots("Crawl-delay: 3"),
    }
    async with serve(routes) as origin:
        await pages_of(ledger, redis_url, origin, "/b")
    (report,) = await ledger.run(site_request_operations.read_request_report(ledger.keys, weeks=1, limit=9))
    assert report.counts["requests"] == len(origin.log) == 3
    assert (report.counts["robots"], report.counts["pages"]) == (1, 1)
    assert report.pace == (3000, SETTINGS.politeness.per_site)
    assert report.broken == {}
