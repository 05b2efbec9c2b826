"""The scheduler on a real ledger, with real origins."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from origin import Reply, Route, conditional, feed, moved, page, serve
from redis import Redis
from support import waiting

import scheduler.components
import scheduler.main
from config.settings import NetworkSettings, PolitenessSettings, PollingSettings, Settings, WorkerSettings
from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.operations.feed_operations import list_feeds as feed_states
from scheduler.loops.poll_loop import PollLoop
from scheduler.main import run
from scheduler.sandbox.parser_pool import ParserPoolSettings

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


def rss(*titles: str) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>http://news.example/{title[:9]}</link><guid>{title[:9]}</guid></item>"
        for title in titles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def settings(*, gap: float = 0.0, **polling: float) -> Settings:
    return Settings(
        network=NetworkSettings(allow_private=("127.0.0.0/8",), contact="https://operator.example/feedmill"),
        politeness=PolitenessSettings(per_site=8, gap=gap),
        polling=PollingSettings(**{"min_interval": 0.1, "interval": 600.0, "timeout": 240.0, **polling}),
        workers=WorkerSettings(processes=1, lease=600.0),
    )


def specs(*urls: str, interval: float | None = None) -> list[FeedSpec]:
    return [FeedSpec(url=url, source="News", interval=interval) for url in urls]


async def once(redis_url: str, feeds: list[FeedSpec] | None, chosen: Settings | None = None) -> None:
    chosen = chosen or settings()
    await run(redis_url=redis_url, settings=chosen, feeds=feeds, stop=asyncio.Event(), once=True)


async def state_of(ledger: Ledger, url: str) -> FeedState:
    return next(state for state in await ledger.run(feed_states(ledger.keys)) if state.url == url)


async def until(holds: Callable[[Census], bool], ledger: Ledger) -> Census:
    """Look at the ledger until it is as expected."""

    async def reached() -> Census | None:
        counts = await ledger.run(count_all(ledger.keys))
        return counts if holds(counts) else None

    counts = await waiting.until(reached)
    assert counts is not None
    return counts


async def stopped(stop: asyncio.Event, *running: Awaitable[None]) -> None:
    stop.set()
    async with asyncio.timeout(120):
        await asyncio.gather(*running)


async def test_new_entries_become_pages(redis_url: str, ledger: Ledger) -> None:
    async with serve({"/feed": feed(rss("one", "two", "three"))}) as origin:
        await once(redis_url, specs(origin.url("/feed")))
        state = await state_of(ledger, origin.url("/feed"))
    counts = await ledger.run(count_all(ledger.keys))
    assert (counts.discovered, counts.ready, counts.balanced) == (3, 3, True)
    assert (state.outcome, state.title, state.listed, state.polls) == ("ok", "News", 3, 1)
    assert origin.log[0].headers["user-agent"].endswith("(+https://operator.example/feedmill)")


async def test_an_unchanged_feed_is_asked_conditionally_and_makes_nothing(
    redis_url: str, ledger: Ledger
) -> None:
    async with serve({"/feed": conditional(rss("one"))}) as origin:
        url = origin.url("/feed")
        await once(redis_url, specs(url, interval=0.1))
        await until(lambda counts: counts.feeds_due == 1, ledger)
        await once(redis_url, None)
        first, second = origin.requests("/feed")
        state = await state_of(ledger, url)
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"].startswith('"')
    assert (state.outcome, state.status, state.polls, state.failures) == ("not_modified", 304, 2, 0)
    assert (await ledger.run(count_all(ledger.keys))).discovered == 1


async def test_a_body_that_is_the_same_is_not_parsed_again(redis_url: str, ledger: Ledger) -> None:
    async with serve({"/feed": feed(rss("one"))}) as origin:
        url = origin.url("/feed")
        await once(redis_url, specs(url, interval=0.1))
        await until(lambda counts: counts.feeds_due == 1, ledger)
        await once(redis_url, None)
        assert (await state_of(ledger, url)).outcome == "unchanged"
        origin.routes["/feed"] = feed(rss("one", "two"))
        await until(lambda counts: counts.feeds_due == 1, ledger)
        await once(redis_url, None)
        assert (await state_of(ledger, url)).outcome == "ok"
    assert (await ledger.run(count_all(ledger.keys))).discovered == 2


@pytest.mark.parametrize(
    ("route", "outcome", "pages"),
    [
        (page("<!doctype html><title>Sorry</title>"), "html", 0),
        (feed(b""), "empty", 0),
        (feed(rss("one", "two")[:-60]), "truncated", 1),
        (feed(b"%PDF-1.7\n\0\0"), "binary", 0),
        (feed("{}"), "not_a_feed", 0),
        (Reply(status=404), "http_404", 0),
        (Reply(status=503), "http_503", 0),
        (moved("http://10.0.0.1/feed"), "forbidden_address", 0),
        (moved("/broken"), "redirect_loop", 0),
        (moved("ftp://site.example/"), "bad_redirect", 0),
        (feed(b"abc", headers={"Content-Encoding": "br"}), "bad_encoding", 0),
        (feed(rss("one") + " " * 100, drip=0.2), "timeout", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_bad_feed_has_a_named_outcome_and_disturbs_no_other(  # noqa: PLR0917  a table's
    redis_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, route: Route, outcome: str, pages: int
) -> None:
    monkeypatch.setattr(
        scheduler.components,
        "make_parser_settings",
        lambda _times: ParserPoolSettings(children=2, wall_s=240),
    )
    async with serve({"/broken": route, "/good": feed(rss("good"))}) as origin:
        chosen = settings(timeout=6.0) if outcome == "timeout" else settings()
        await once(redis_url, specs(origin.url("/broken"), origin.url("/good")), chosen)
        broken = await state_of(ledger, origin.url("/broken"))
        good = await state_of(ledger, origin.url("/good"))
    assert (broken.outcome, broken.failures) == (outcome, 1)
    assert broken.reason == "error_backoff"
    assert (good.outcome, good.failures) == ("ok", 0)
    counts = await ledger.run(count_all(ledger.keys))
    assert (counts.discovered, counts.balanced) == (pages + 1, True)


async def test_a_broken_document_is_read_again_though_it_has_an_etag(redis_url: str, ledger: Ledger) -> None:
    async with serve({"/feed": conditional("<html>maintenance</html>")}) as origin:
        await once(redis_url, specs(origin.url("/feed"), interval=0.1))
        await until(lambda counts: counts.feeds_due == 1, ledger)
        await once(redis_url, None)
        assert "if-none-match" not in origin.log[1].headers
        state = await state_of(ledger, origin.url("/feed"))
    assert (state.outcome, state.failures) == ("html", 2)


async def test_a_parser_that_hangs_costs_one_poll(
    redis_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhurried = ParserPoolSettings(children=2, cpu_s=1, wall_s=240)
    monkeypatch.setattr(scheduler.components, "make_parser_settings", lambda _times: unhurried)
    hanging = "<rss><channel><item><author>" + "a." * 200_000 + "</author></item></channel></rss>"
    async with serve({"/hang": feed(hanging), "/good": feed(rss("good"))}) as origin:
        await once(redis_url, specs(origin.url("/hang"), origin.url("/good")), settings())
        hang = await state_of(ledger, origin.url("/hang"))
        good = await state_of(ledger, origin.url("/good"))
    assert (hang.outcome, hang.failures, good.outcome) == ("parser_timeout", 1, "ok")


async def test_too_many_requests_close_the_whole_site(redis_url: str, ledger: Ledger) -> None:
    routes = {"/a": Reply(status=429, headers={"Retry-After": "3600"}), "/b": feed(rss("b"))}
    async with serve(routes) as origin:
        await once(redis_url, specs(origin.url("/a")))
        stop = asyncio.Event()
        listed = specs(origin.url("/a"), origin.url("/b"))
        running = asyncio.create_task(run(redis_url=redis_url, settings=settings(), feeds=listed, stop=stop))
        await until(lambda counts: counts.feeds == 2, ledger)
        await asyncio.sleep(0.3)  # sleep: nothing may happen
        await stopped(stop, running)
        assert len(origin.log) == 1
        state = await state_of(ledger, origin.url("/a"))
    assert (state.outcome, state.reason) == ("http_429", "retry_after")


async def test_a_gap_keeps_requests_to_a_site_apart(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = {f"/{number}": feed(rss(f"{number}")) for number in range(4)}
    looks: list[tuple[int, float]] = []
    start_due = PollLoop.start_due

    async def noted(rounds: PollLoop) -> tuple[int, float]:
        looks.append(await start_due(rounds))
        return looks[-1]

    monkeypatch.setattr(PollLoop, "start_due", noted)
    async with serve(routes) as origin:
        await once(redis_url, specs(*(origin.url(path) for path in routes)), settings(gap=0.2))
        assert sorted(seen.path for seen in origin.log) == sorted(routes)
    claims = [look for look in looks if look[0]]
    assert [claimed for claimed, _ in claims] == [1, 1, 1, 1]
    assert [wait_s for _, wait_s in claims[:3]] == [0.2] * 3, "after each the ledger lets none go for the gap"


async def test_tickets_stand_in_the_queue_while_pages_are_ready(redis_url: str) -> None:
    async with serve({"/feed": feed(rss(*(f"number{n}" for n in range(200))))}) as origin:
        await once(redis_url, specs(origin.url("/feed")))
    with Redis.from_url(redis_url) as client:
        assert client.llen("rq:queue:feedmill") == 2  # two for the one worker process
        assert client.smembers("rq:queues") == {b"rq:queue:feedmill"}


async def test_the_loop_polls_again_when_feeds_are_due(redis_url: str, ledger: Ledger) -> None:
    async with serve({"/feed": feed(rss("one"))}) as origin:
        stop = asyncio.Event()
        listed = specs(origin.url("/feed"), interval=0.2)
        running = asyncio.create_task(run(redis_url=redis_url, settings=settings(), feeds=listed, stop=stop))
        await origin.seen("/feed", 2)
        origin.routes["/feed"] = feed(rss("two", "one"))
        await until(lambda counts: counts.discovered == 2, ledger)
        await stopped(stop, running)
        asked = len(origin.log)
        await until(lambda counts: counts.feeds_due == 1, ledger)
        assert len(origin.log) == asked, "a feed that is due after the stop is not asked for"


async def test_a_poll_under_way_ends_after_the_stop(redis_url: str, ledger: Ledger) -> None:
    answer = asyncio.Event()
    async with serve({"/feed": feed(rss("one"), wait=answer)}) as origin:
        stop = asyncio.Event()
        listed = specs(origin.url("/feed"))
        running = asyncio.create_task(run(redis_url=redis_url, settings=settings(), feeds=listed, stop=stop))
        await origin.seen("/feed")
        stop.set()
        answer.set()
        await stopped(stop, running)
    counts = await ledger.run(count_all(ledger.keys))
    assert (counts.discovered, counts.feeds_leased) == (1, 0)


async def test_two_schedulers_share_the_feeds(redis_url: str, ledger: Ledger) -> None:
    paths = [f"/{number}" for number in range(30)]
    async with serve({path: feed(rss(path[1:])) for path in paths}, hosts=HOSTS) as origin:
        urls = [origin.url(path, host=HOSTS[n % 3]) for n, path in enumerate(paths)]
        stop = asyncio.Event()
        few = settings(concurrency=4)
        both = [
            asyncio.create_task(run(redis_url=redis_url, settings=few, feeds=listed, stop=stop))
            for listed in (specs(*urls), None)
        ]
        await until(lambda counts: counts.discovered == 30 and not counts.feeds_leased, ledger)
        await stopped(stop, *both)
        assert sorted(seen.path for seen in origin.log) == sorted(paths)


async def test_a_changed_polling_setting_counts_at_the_next_start(redis_url: str, ledger: Ledger) -> None:
    async with serve({"/feed": conditional(rss("one"))}) as origin:
        url = origin.url("/feed")
        await once(redis_url, specs(url))
        slow = (await state_of(ledger, url)).next_at
        await once(redis_url, specs(url))
        assert ((await state_of(ledger, url)).next_at, len(origin.log)) == (slow, 1)
        await once(redis_url, specs(url), settings(interval=0.1, max_interval=0.1))
        await until(lambda counts: counts.feeds_due == 1, ledger)
