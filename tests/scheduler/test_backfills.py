"""Looking through a feed's past: gaps that are filled, backfill, and every way to stop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import redis
from origin import Origin, Reply, Seen, feed, serve

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import Entry, FeedSpec, LeasedPage, PollRecord
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations.backfill_operations import open_backfill
from feedmill._ledger.operations.feed_operations import apply_feeds, claim_due_feeds, record_poll
from feedmill._ledger.operations.page_lease_operations import claim_pages
from feedmill._ledger.politeness.rate_limiter import RateLimiter, SitePace
from feedmill._net import HttpClient, HttpClientSettings
from scheduler.backfill.backfill_job import (
    MAX_GAP_PAGES,
    BackfillJob,
    BackfillStep,
    is_done,
    read_backfill_job,
    write_backfill_job,
)
from scheduler.backfill.backfill_loop import BackfillLoop, StepResult
from scheduler.backfill.backfill_page import BackfillPageReader
from scheduler.backfill.page_walk import (
    apply_failure,
    apply_feed_page,
    apply_robots_text,
    make_backfill_job,
    make_gap_job,
)
from scheduler.entries.entry_names import hash_entries, name_entries
from scheduler.entries.found_entry_builder import build_found_entries
from scheduler.parsing.document_models import Paging, ParsedFeed
from scheduler.retrying_ledger import RetryingLedger
from scheduler.sandbox.parser_pool import ParserPool

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
URL = "http://mill.example/feed"
LOOPBACK = ("127.0.0.0/8",)


def dated(number: int) -> datetime:
    """Entries are a day apart; number 0 is the newest."""
    return NOW - timedelta(days=number)


def story(origin: Origin, number: int) -> Entry:
    return Entry(
        guid=f"g{number}",
        link=origin.url(f"/s/{number}"),
        title=f"Story {number}",
        published_at=dated(number),
    )


def document(origin: Origin, numbers: range | list[int], head: str = "") -> str:
    items = "".join(
        f"<item><guid isPermaLink='false'>g{number}</guid><title>Story {number}</title>"
        f"<link>{origin.url(f'/s/{number}')}</link>"
        f"<pubDate>{dated(number):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for number in numbers
    )
    return f"<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel>{head}{items}</channel></rss>"


def paged(origin: Origin, *, count: int = 30, size: int = 5) -> Callable[[Seen], Reply]:
    """Serve a feed as WordPress does: newest first, `?paged=2` is the second page, 404 behind the last."""

    def answer(seen: Seen) -> Reply:
        first = (int(seen.query.get("paged", "1")) - 1) * size
        if first >= count:
            return Reply(status=404)
        numbers = range(first, min(first + size, count))
        return feed(document(origin, numbers, "<generator>https://wordpress.org/?v=6.4</generator>"))

    return answer


class Desk:
    """One feed, its ledger, and what looks through its past."""

    def __init__(self, origin: Origin, ledger: Ledger, look_back: BackfillLoop) -> None:
        self.origin = origin
        self.url = origin.url("/feed")
        self.ledger = ledger
        self.look_back = look_back
        self.name = f"back:{name_feed(self.url)}"

    async def poll(self, *entries: Entry, past: BackfillJob | None = None) -> None:
        """Record a poll that found these entries, with the job that fills a gap."""
        keys = self.ledger.keys
        claimed = await self.ledger.run(
            claim_due_feeds(
                keys, owner="s", limit=1, lease_ms=60_000, per_site=9, gap_ms=0, token=f"c{id(entries)}"
            )
        )
        (leased,) = claimed.feeds
        listed = name_entries(entries, feed_url=self.url).named
        record = PollRecord(
            outcome="ok", ok=True, next_ms=0, reason="r", read=True, listed=len(entries),
            found=build_found_entries(listed, ["new"] * len(listed)),
            gap=("feed_gap", "since", "x") if past else None, past=write_backfill_job(past) if past else None,
        )  # fmt: skip
        token = f"r{id(entries)}"
        await self.ledger.run(
            record_poll(keys, feed_id=leased.id, lease=leased.token, record=record, token=token)
        )

    async def open(self, past: BackfillJob, *, replace: bool = False) -> BackfillJob:
        kept = open_backfill(
            self.ledger.keys,
            name=self.name,
            state=write_backfill_job(past),
            replace=replace,
            token=write_backfill_job(past),
        )
        return read_backfill_job(await self.ledger.run(kept))

    async def look(self, name: str = "", most: int = 30) -> list[StepResult]:
        """Take steps until the job is done or has to wait."""
        made: list[StepResult] = []
        while len(made) < most:
            stepped, wait_ms = await self.look_back.step(name)
            if stepped is None:
                break
            made.append(stepped)
            if stepped.done or wait_ms:
                break
        return made

    async def pages(self) -> list[LeasedPage]:
        taken = await self.ledger.run(
            claim_pages(
                self.ledger.keys, owner="w", limit=900, lease_ms=60_000, per_site=900, gap_ms=0, token="t"
            )
        )
        return list(taken.pages)


@pytest.fixture
async def desk(ledger: Ledger) -> AsyncIterator[Desk]:
    stop = asyncio.Event()
    patient = RetryingLedger(ledger, stop)

    async def run(call):  # noqa: ANN001, ANN202
        return await patient.run(lambda _: call)

    gateway = RateLimiter(run=run, keys=ledger.keys, pace=SitePace(per_site=4, gap_ms=0), lease_ms=60_000)
    door = HttpClient(HttpClientSettings(user_agent="feedmill-test", allow_private=LOOPBACK))
    async with serve({}) as origin, door, ParserPool() as cage:
        origin.routes["/feed"] = paged(origin)
        reader = BackfillPageReader(
            client=door, parser_pool=cage, ledger=patient, rate_limiter=gateway, deadline_s=20,
            now=lambda: NOW,
        )  # fmt: skip
        look_back = BackfillLoop(page_reader=reader, ledger=patient, lease_ms=60_000, spread_ms=0, stop=stop)
        made = Desk(origin, ledger, look_back)
        spec = FeedSpec(url=made.url, source="Mill", tags=("flour",))
        await ledger.run(apply_feeds(ledger.keys, feeds=[spec], token="a"))
        yield made


def read_as(entries: Sequence[Entry], **more: object) -> ParsedFeed:
    """Give a page of a feed as the parser answers it."""
    named = name_entries(entries, feed_url=URL).named
    return ParsedFeed(
        outcome="ok", title=None, entries=(), named=named, content=hash_entries(entries),
        listed=len(entries), **more,
    )  # fmt: skip


def seen_first(desk: Desk) -> tuple[ParsedFeed, BackfillJob]:
    """Give the document that shows a gap, and the job made of it."""
    entries = tuple(story(desk.origin, number) for number in range(5))
    parsed = read_as(entries, generator="WordPress")
    past = make_gap_job(desk.url, parsed, since=int(dated(15).timestamp()))
    assert past is not None
    return parsed, past


async def test_a_gap_is_filled_up_to_the_entries_that_are_known(desk: Desk) -> None:
    await desk.poll(*(story(desk.origin, number) for number in range(12, 17)))
    parsed, past = seen_first(desk)
    await desk.poll(*(named.entry for named in parsed.named), past=past)
    steps = await desk.look()
    assert [(step.outcome, step.new, step.done) for step in steps] == [("ok", 5, False), ("ok", 2, True)]
    assert [seen.query for seen in desk.origin.requests("/feed")] == [{"paged": "2"}, {"paged": "3"}]
    pages = await desk.pages()
    assert sorted(int(page.url.rsplit("/", 1)[1]) for page in pages) == list(range(17))
    assert not any(page.backfill for page in pages)
    assert await desk.look_back.step() == (None, None)


async def test_the_end_of_the_job_is_told(desk: Desk, redis_client_sync: redis.Redis) -> None:
    await desk.poll(*(story(desk.origin, number) for number in range(12, 17)))
    parsed, past = seen_first(desk)
    await desk.poll(*(named.entry for named in parsed.named), past=past)
    await desk.look()
    told = [event for _, event in redis_client_sync.xrange(Keys().events_stream())]
    assert [event[b"event"] for event in told] == [b"feed_gap", b"feed_gap_filled"]
    assert (told[1][b"new"], told[1][b"complete"]) == (b"7", b"yes")


async def test_backfill_goes_back_to_its_date_and_marks_what_it_finds(desk: Desk) -> None:
    await desk.poll(*(story(desk.origin, number) for number in range(5)))
    await desk.open(make_backfill_job(desk.url, since=int(dated(12).timestamp())))
    steps = await desk.look(desk.name)
    assert steps[-1].done
    assert sum(step.new for step in steps) == 8
    marks = {int(page.url.rsplit("/", 1)[1]): page.backfill for page in await desk.pages()}
    assert marks == {number: number > 4 for number in range(13)}


async def test_backfill_reads_news_sitemaps_of_its_own_site(desk: Desk) -> None:
    origin = desk.origin
    news = "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
    entry = f"<url><loc>{origin.url('/s/77')}</loc><n:news><n:title>Old</n:title></n:news></url>"
    origin.routes |= {
        "/feed": feed(document(origin, range(3))),
        "/robots.txt": Reply(body=f"Sitemap: {origin.url('/map')}\nsitemap: http://127.0.0.9:1/map\n"),
        "/map": Reply(body=f"<sitemapindex><sitemap><loc>{origin.url('/news')}</loc></sitemap>"
                           f"<sitemap><loc>{origin.url('/map')}</loc></sitemap>"
                           f"<sitemap><loc>{origin.url('/old')}</loc><lastmod>2020-01-01</lastmod></sitemap>"
                           "</sitemapindex>"),
        "/news": Reply(body=f"<urlset {news}>{entry}</urlset>"),
    }  # fmt: skip
    await desk.open(make_backfill_job(desk.url, since=int(dated(9).timestamp())))
    steps = await desk.look(desk.name)
    assert [seen.path for seen in origin.log] == ["/feed", "/robots.txt", "/map", "/news"]
    assert steps[-1].done
    assert sum(step.new for step in steps) == 4
    await desk.open(make_backfill_job(desk.url, since=int(dated(9).timestamp()) + 1))
    await desk.look(desk.name)
    assert len(origin.requests("/robots.txt")) == 1  # the copy that pages go by, for a day


async def test_a_job_goes_on_where_it_was_left(desk: Desk) -> None:
    since = int(dated(29).timestamp())
    await desk.open(make_backfill_job(desk.url, since=since))
    await desk.look(desk.name, most=2)
    left = await desk.open(make_backfill_job(desk.url, since=since + 1))
    assert (left.pages, left.new, left.since) == (2, 10, since)
    await desk.look(desk.name)
    asked = [seen.query.get("paged") for seen in desk.origin.requests("/feed")]
    assert asked == [None, *map(str, range(2, 8))]
    assert len(await desk.pages()) == 30


async def test_a_page_that_is_read_again_after_a_kill_makes_nothing_twice(
    desk: Desk,
) -> None:
    await desk.open(make_backfill_job(desk.url, since=int(dated(4).timestamp())))
    state = await desk.open(make_backfill_job(desk.url, since=0))
    await desk.look(desk.name, most=1)
    await desk.open(state, replace=True)
    steps = await desk.look(desk.name)
    assert sum(step.new for step in steps) == 0
    assert len(await desk.pages()) == 5


async def test_two_do_not_work_on_one_job(desk: Desk) -> None:
    await desk.open(make_backfill_job(desk.url, since=0))
    held = asyncio.Event()
    desk.origin.routes["/feed"] = feed(document(desk.origin, range(3)), wait=held)
    first = asyncio.create_task(desk.look_back.step(desk.name))
    await desk.origin.seen("/feed")
    stepped, wait_ms = await desk.look_back.step(desk.name)
    assert stepped is None
    assert wait_ms
    held.set()
    assert (await first)[0].new == 3


async def test_a_busy_site_is_asked_later(desk: Desk) -> None:
    await desk.open(make_backfill_job(desk.url, since=0))
    desk.origin.routes["/feed"] = Reply(status=429, headers={"Retry-After": "600"})
    stepped, wait_ms = await desk.look_back.step(desk.name)
    assert (stepped.outcome, stepped.done, wait_ms) == ("http_429", False, 600_000)
    desk.origin.routes["/feed"] = paged(desk.origin)
    assert [step.outcome for step in await desk.look(desk.name)] == ["gate"]
    assert len(desk.origin.requests("/feed")) == 1


async def test_a_feed_that_shows_the_same_page_under_every_number_is_left(desk: Desk) -> None:
    same = document(desk.origin, range(5), "<generator>WordPress</generator>")
    desk.origin.routes["/feed"] = feed(same)
    await desk.open(make_backfill_job(desk.url, since=0))
    await desk.look(desk.name)
    assert [seen.query.get("paged") for seen in desk.origin.requests("/feed")] == [None, "2"]


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
async def test_links_in_a_circle_end(desk: Desk, rel: str) -> None:
    origin = desk.origin
    origin.routes |= {
        "/feed": feed(document(origin, range(3), f"<a:link rel='{rel}' href='/two'/>")),
        "/two": feed(document(origin, range(3, 6), f"<a:link rel='{rel}' href='/feed'/>")),
    }
    await desk.open(make_backfill_job(desk.url, since=0))
    steps = await desk.look(desk.name)
    assert steps[-1].done
    assert [seen.path for seen in origin.log if "map" not in seen.path] == ["/feed", "/two", "/robots.txt"]


async def test_a_feed_off_the_list_ends_its_jobs(desk: Desk) -> None:
    await desk.open(make_backfill_job(desk.url, since=0))
    await desk.ledger.run(apply_feeds(desk.ledger.keys, feeds=[], token="b"))
    assert await desk.look_back.step(desk.name) == (None, None)
    assert desk.origin.log == []


def feed_of(*numbers: int, **more: object) -> ParsedFeed:
    return read_as(
        [Entry(guid=str(number), link=f"{URL}/{number}", published_at=dated(number)) for number in numbers],
        **more,
    )


GAP = BackfillJob(
    since=int(dated(20).timestamp()),
    pending_steps=(BackfillStep(f"{URL}?paged=2", "wordpress"),),
    backfill=False,
)


@pytest.mark.parametrize(
    ("sights", "more"),
    [
        (["new", "new", "new"], True),
        (["known", "new", "new"], True),
        (["known", "known", "new"], True),
        (["new", "new", "known"], False),
        (["new", "older", "new"], False),
        (["known", "known", "known"], False),
    ],
)
def test_a_gap_ends_at_an_entry_known_from_before(sights: list[str], more: bool) -> None:
    past = apply_feed_page(GAP, feed_of(5, 6, 7), sights, new=sights.count("new"))
    assert bool(past.pending_steps) == more


def test_a_gap_ends_at_entries_older_than_the_last_good_poll() -> None:
    assert not apply_feed_page(GAP, feed_of(21, 22), ["new", "new"], new=0).pending_steps
    assert apply_feed_page(GAP, feed_of(19, 22), ["new", "new"], new=1).pending_steps


def test_a_site_that_offers_no_older_entries_makes_no_job() -> None:
    assert make_gap_job(URL, feed_of(1), since=0) is None
    foreign = feed_of(1, paging=Paging(next="http://elsewhere.example/2"))
    assert make_gap_job(URL, foreign, since=0) is None


@pytest.mark.parametrize(
    ("paging", "step"),
    [
        (Paging(next=f"{URL}?page=2"), BackfillStep(f"{URL}?page=2", "feed")),
        (Paging(next=f"{URL}?page=2", prev_archive=f"{URL}/2025"), BackfillStep(f"{URL}/2025", "feed")),
        (Paging(), BackfillStep(f"{URL}?cat=3&paged=2", "wordpress")),
    ],
)
def test_the_way_back_is_the_one_the_document_names(paging: Paging, step: BackfillStep) -> None:
    document = feed_of(1, paging=paging, generator="https://wordpress.org/?v=6")
    past = make_gap_job(f"{URL}?cat=3", document, since=0)
    assert past is not None
    assert past.pending_steps == (step,)


def test_the_pages_of_a_job_are_bounded() -> None:
    past = GAP
    for number in range(MAX_GAP_PAGES):
        assert not is_done(past)
        past = apply_feed_page(past, feed_of(number), ["new"], new=1)
    assert past.pending_steps
    assert is_done(past)


def test_a_page_that_fails_is_tried_again_and_one_that_is_not_there_is_not() -> None:
    past = GAP
    for failures in range(1, 5):
        past = apply_failure(past, for_good=False)
        assert (past.pending_steps, past.failures) == (GAP.pending_steps, failures)
    assert apply_failure(past, for_good=False).lost == 1
    assert apply_failure(GAP, for_good=True) == apply_failure(GAP, for_good=True)
    assert is_done(apply_failure(GAP, for_good=True))


def test_without_a_robots_txt_sitemaps_are_looked_for_at_the_usual_places() -> None:
    past = BackfillJob(
        since=0, pending_steps=(BackfillStep("http://mill.example/robots.txt", "robots"),), backfill=True
    )
    asked = [step.url for step in apply_failure(past, for_good=True).pending_steps]
    assert asked[0] == "http://mill.example/news-sitemap.xml"
    assert len(asked) == 3
    assert [
        step.url for step in apply_robots_text(past, "Sitemap: http://mill.example/x.xml").pending_steps
    ] == ["http://mill.example/x.xml"]
