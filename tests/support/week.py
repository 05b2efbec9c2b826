"""A simulated week: the real scheduler, ledger, door and worker's desk on a moved clock and a real origin.

The origin keeps a log of its own, with the moved clock's times; nothing of feedmill's record goes into it.
"""

import asyncio
import dataclasses
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

import redis.asyncio
from ledger_desk import DAY, MINUTE, NOON, SECOND
from origin import Origin, Reply, Seen, serve

from config.settings import PageSettings, Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.operation_result_types import SiteRequests
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.operations import page_lease_operations, rule_operations, site_request_operations
from feedmill._ledger.operations.feed_operations import apply_feeds
from feedmill._ledger.operations.lease_recovery_operations import start_due_revisits
from feedmill._ledger.politeness.rate_limiter import RateLimiter, SitePace
from feedmill._ledger.politeness.request_log import RequestLog
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._net.client.exchange_record import Exchange
from feedmill._net.client.http_client import HttpClient, HttpClientSettings
from scheduler.backfill.backfill_loop import BackfillLoop
from scheduler.backfill.backfill_page import BackfillPageReader
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.loops.poll_loop import PollBounds, PollLoop
from scheduler.polling.entry_comparison import EntryComparer
from scheduler.polling.poll_stages import Poller
from scheduler.retrying_ledger import RetryingLedger
from scheduler.sandbox.parser_pool import ParserPool, ParserPoolSettings
from worker.main import make_worker_context
from worker.process.page_runner import PageRunner, PageTask

T = TypeVar("T")
HOUR = 60 * MINUTE
AGENT = "feedmill/test (+https://operator.example/reader)"
DOZEN = 12
CORRECTION = (
    "In an earlier edition of this report the height of the new weir was given in feet, not in metres, "
    "and the name of the surveyor who measured it was left out by the desk."
)
ROBOTS = "User-agent: *\nDisallow: /closed/\n"


@dataclass(slots=True)
class Clock:
    """The time, in ms since the epoch."""

    now: int = NOON
    busy: int = 0
    """Tasks that work or sleep; once all of them sleep, the time of the first has come."""
    sleepers: list[tuple[int, int, "asyncio.Future[None]"]] = field(default_factory=list)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now / 1000, UTC)

    async def sleep(self, seconds: float) -> None:
        bell: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self.sleepers, (self.now + round(seconds * 1000), id(bell), bell))
        self._ring()
        await bell

    async def gather(self, tasks: Iterable["asyncio.Task[None]"]) -> None:
        """Let tasks work to their ends, in the order of this clock."""
        waited = list(tasks)
        self.busy += len(waited)
        for task in waited:
            task.add_done_callback(self._done)
        self._ring()
        await asyncio.gather(*waited)

    def await_for(self, task: "asyncio.Task[None]") -> None:
        """Stand still until a task has ended."""
        self.busy += 1
        task.add_done_callback(self._done)

    def _done(self, _: "asyncio.Task[None]") -> None:
        self.busy -= 1
        self._ring()

    def _ring(self) -> None:
        if self.sleepers and len(self.sleepers) == self.busy:
            at, _, bell = heappop(self.sleepers)
            self.now = max(self.now, at)
            bell.set_result(None)


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the origin's log."""

    at: int
    site: str
    path: str
    sent: dict[str, str]
    status: int
    given: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed of the simulated world: an entry each `every` hours (0: none new), with what its server does."""

    host: str
    name: str
    every: float = 0
    validators: bool = True
    max_age: int = 0
    gone_after: int = 0
    """ms from the start; 0 is never."""
    refuses: tuple[tuple[int, int, int], ...] = ()
    """From, until (ms from the start) and status of hours of 429 or 503, with a Retry-After to their end."""
    to: str = ""
    """Redirects (302) to this host."""
    closed: bool = False
    """Its pages are forbidden by robots.txt."""
    kind: str = ""
    """edited, deleted, reguided, reordered, restamped, burst (a dozen at midnight, five of them listed, older
    ones paged), or moved (for good to the host `to`, links and all, after a day); other worlds have more."""

    @property
    def path(self) -> str:
        return f"/{self.name}.xml"


@dataclass(slots=True)
class World:
    """All channels and pages, and the log of what was asked of them."""

    channels: Sequence[Channel]
    clock: Clock
    log: list[Logged] = field(default_factory=list)
    port: int = 0

    def answer(self, seen: Seen) -> Reply:
        site = seen.host.partition(":")[0]
        reply = self._reply(site, seen)
        given = {name.lower(): value for name, value in reply.headers.items()}
        path = f"{seen.path}?{urlencode(seen.query)}".rstrip("?")
        self.log.append(Logged(self.clock.now, site, path, dict(seen.headers), reply.status, given))
        return reply

    def _reply(self, site: str, seen: Seen) -> Reply:  # noqa: PLR0911  a case each
        if seen.path == "/robots.txt":
            return Reply(body=ROBOTS, type="text/plain")
        rest = next((rest for rest in map(self._rest, self._of(site)) if rest), None)
        if rest:
            return Reply(status=rest[0], headers={"Retry-After": str(rest[1])})
        channel = next((one for one in self.channels if one.path == seen.path), None)
        if channel is None:
            return self._page(seen)
        if channel.gone_after and self.clock.now - NOON > channel.gone_after:
            return Reply(status=410)
        if channel.kind == "moved" and self.has_moved() and channel.to != site:
            return Reply(status=301, headers={"Location": f"http://{channel.to}:{self.port}{seen.path}"})
        if channel.to and channel.to != site and channel.kind != "moved":
            return Reply(status=302, headers={"Location": f"http://{channel.to}:{self.port}{seen.path}"})
        return self._feed(channel, site, seen)

    def _of(self, site: str) -> list[Channel]:
        return [one for one in self.channels if one.host == site]

    def _rest(self, channel: Channel) -> tuple[int, int] | None:
        since = self.clock.now - NOON
        for start, end, status in channel.refuses:
            if start <= since < end:
                return status, (end - since) // SECOND + 1
        return None

    def _feed(self, channel: Channel, site: str, seen: Seen) -> Reply:
        numbers = self.numbers(channel, int(seen.query.get("paged", 1)))
        document = self.document(channel, site, numbers)
        given: dict[str, str] = {}
        if channel.validators:
            given["ETag"] = f'W/"{zlib.crc32(document):x}"'
            given["Last-Modified"] = self._date(channel, numbers[0])
        if channel.max_age:
            given["Cache-Control"] = f"max-age={channel.max_age}"
        if channel.validators and seen.headers.get("if-none-match") == given["ETag"]:
            return Reply(status=304, type=None, headers=given)
        return Reply(body=document, type="application/rss+xml", headers=given)

    def has_moved(self) -> bool:
        return self.clock.now - NOON > DAY

    def published(self, channel: Channel, number: int) -> int:
        """Give when an entry came out, in ms since the epoch."""
        if channel.kind == "burst":
            return number // DOZEN * DAY + number % DOZEN * SECOND
        return number * round((channel.every or 24 * 30) * HOUR)

    def numbers(self, channel: Channel, page: int = 1) -> list[int]:
        """Number the listed entries, the newest first; each stands for a time."""
        step = round((channel.every or 24 * 30) * HOUR)
        newest = self.clock.now // step if channel.every else NOON // step - 1
        if channel.kind == "burst":
            newest = self.clock.now // DAY * DOZEN + DOZEN - 1
        newest -= 5 * (page - 1)
        listed = list(range(newest, newest - 5, -1))
        if channel.kind == "deleted":
            return [number for number in listed if not self.deleted(channel, number)] or listed[:1]
        if channel.kind == "reordered":
            Random(self.clock.now).shuffle(listed)
        return listed

    def edited(self, channel: Channel, number: int) -> bool:
        age = self.clock.now - self.published(channel, number)
        return channel.kind == "edited" and age > 10 * HOUR

    def deleted(self, channel: Channel, number: int) -> bool:
        age = self.clock.now - self.published(channel, number)
        return channel.kind == "deleted" and age > 6 * HOUR

    def _date(self, channel: Channel, number: int) -> str:
        return format_datetime(
            datetime.fromtimestamp(self.published(channel, number) / 1000, UTC), usegmt=True
        )

    def document(self, channel: Channel, site: str, numbers: list[int]) -> bytes:
        items = "".join(self._item(channel, site, number) for number in numbers)
        made = "<generator>https://wordpress.org/?v=6.5</generator>" if channel.kind == "burst" else ""
        return (
            '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>'
            f"<title>{channel.name}</title>{made}{items}</channel></rss>"
        ).encode()

    def _item(self, channel: Channel, site: str, number: int) -> str:
        folder = "closed" if channel.closed else "open"
        guid = f"{channel.name}-{number}"
        guid += f"-{self.clock.now}" if channel.kind == "reguided" else ""
        stamp = datetime.fromtimestamp(self.clock.now / 1000, UTC).isoformat()
        updated = f"<a:updated>{stamp}</a:updated>" if channel.kind == "restamped" else ""
        title = f"{channel.name} {number}" + (" (corrected)" if self.edited(channel, number) else "")
        return (
            f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid>"
            f"<link>http://{site}:{self.port}/{folder}/{channel.name}/{number}</link>"
            f"<pubDate>{self._date(channel, number)}</pubDate>{updated}</item>"
        )

    def _page(self, seen: Seen) -> Reply:
        name, _, number = seen.path.rpartition("/")
        channel = next((one for one in self.channels if one.name == name.rpartition("/")[2]), None)
        body = page_of(seen.path)
        if channel is None or not number.isdecimal():
            return Reply(body=body)
        if self.deleted(channel, int(number)):
            return Reply(status=404)
        if self.edited(channel, int(number)):
            body = body.replace("</article>", f"<p>{CORRECTION}</p></article>")
        if channel.kind != "deleted":
            return Reply(body=body)
        given = {"ETag": f'"{zlib.crc32(body.encode()):x}"'}
        if seen.headers.get("if-none-match") == given["ETag"]:
            return Reply(status=304, type=None, headers=given)
        return Reply(body=body, headers=given)


def page_of(path: str) -> str:
    """Make a page with an article of its own."""
    rng = Random(path)
    words = ["river", "mill", "stone", "wheel", "grain", "morning", "bridge", "market", "harvest", "council"]
    text = "".join(
        "<p>" + " ".join(rng.choice(words) for _ in range(40)).capitalize() + f" {rng.random()}.</p>"
        for _ in range(4)
    )
    return f"<html lang=en><title>{path}</title><article><h1>On {path}</h1>{text}</article></html>"


class Week:
    """The machinery of one run; `gap_ms` is what is set, `real_gap_ms` what a broken run would use."""

    def __init__(self, world: World, client: redis.asyncio.Redis, url: str, **broken: Any) -> None:
        self.world, self.clock = world, world.clock
        self.keys = Keys()
        self.stop = asyncio.Event()
        self.client = client
        self.ledger = Ledger(client, self.keys, now_ms=lambda: self.clock.now)
        self.patient = RetryingLedger(self.ledger, self.stop)
        settings = Settings(pages=PageSettings(stand_in="full"))  # pages come to their own ends
        self.bench = dataclasses.replace(make_worker_context(url, settings), page_cpu_s=None)
        self.real_gap_ms: int = broken.get("real_gap_ms", SECOND)
        self.forgetful: bool = broken.get("forgetful", False)
        self.rounds: PollLoop
        self.door: HttpClient
        self.journal: RequestLog
        self.gateway: RateLimiter
        self.look_back: BackfillLoop

    @asynccontextmanager
    async def open(self, origin: Origin) -> AsyncIterator["Week"]:
        async with AsyncExitStack() as opened:
            self.gateway = self._gateway(SECOND)
            self.journal = await opened.enter_async_context(RequestLog(self.gateway))
            settings = HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.0/8",))
            self.door = await opened.enter_async_context(HttpClient(settings, listener=self._note))
            cage = await opened.enter_async_context(
                ParserPool(ParserPoolSettings(children=1, cpu_s=10, wall_s=20))
            )
            poller = Poller(
                client=self.door, reader=EntryComparer(parser_pool=cage, ledger=self.patient),
                rate_limiter=self._gateway(self.real_gap_ms), deadline_s=20,
                interval_bounds=IntervalBounds(interval=900, min_interval=300, max_interval=86400),
                now=self.clock.moment, rng=Random(7),
            )  # fmt: skip
            self.rounds = PollLoop(
                ledger=self.patient, poller=poller, stop=self.stop, pages_ready=asyncio.Event(),
                feeds_freed=asyncio.Event(),
                bounds=PollBounds(owner="week", concurrency=64, lease_ms=MINUTE, per_site=2,
                gap_ms=self.real_gap_ms),
            )  # fmt: skip
            page_reader = BackfillPageReader(
                client=self.door, parser_pool=cage, ledger=self.patient,
                rate_limiter=self._gateway(self.real_gap_ms), deadline_s=20, now=self.clock.moment,
            )  # fmt: skip
            self.look_back = BackfillLoop(
                page_reader=page_reader, ledger=self.patient, lease_ms=MINUTE, spread_ms=2 * SECOND,
                stop=self.stop,
            )  # fmt: skip
            feeds = [
                FeedSpec(url=f"http://{one.host}:{origin.port}{one.path}", source=one.name)
                for one in self.world.channels
            ]
            await self.ledger.run(apply_feeds(self.keys, feeds=feeds, token=uuid4().hex))
            yield self

    def _gateway(self, gap_ms: int) -> RateLimiter:
        async def run(call: Call[T]) -> T:
            return await self.ledger.run(call)

        return RateLimiter(
            run=run, keys=self.keys, pace=SitePace(per_site=2, gap_ms=gap_ms), lease_ms=MINUTE,
            sleep=self.clock.sleep,
        )  # fmt: skip

    def _note(self, exchange: Exchange) -> None:
        """Record at the moment of the exchange: the journal's own time would be the next one's."""
        at = time.monotonic()  # clock: the moved one stands still meanwhile, however busy this machine is
        self.journal.add_exchange(dataclasses.replace(exchange, began=at, answered=at, ended=at))
        self.clock.await_for(asyncio.create_task(self.journal.flush()))

    async def live(self, ms: int) -> None:
        """Let time go by: what is due is polled and fetched, then the clock moves to what is next."""
        end = self.clock.now + ms
        while self.clock.now < end:
            if self.forgetful:
                await self._forget_gates()
            _, wait_s = await self.rounds.start_due()
            await self.clock.gather(self.rounds._running)
            await self._look_back()
            call = start_due_revisits(self.keys, limit=100, max_revisits=20, token=uuid4().hex)
            await self.ledger.run(call)
            next_ms = await self._take_pages()
            await self.journal.flush()
            waits = [next_ms] if next_ms is not None else []
            self.clock.now += max(1, round(min([wait_s * 1000, *waits, HOUR])))

    async def _forget_gates(self) -> None:
        for host in {channel.host for channel in self.world.channels}:
            await self.client.delete(self.keys.gate(host))
            await self.client.zadd(self.keys.feed_sites(), {host: 0}, xx=True)

    async def _look_back(self) -> None:
        wait_ms: int | None = 0
        while wait_ms == 0:
            step = asyncio.create_task(self.look_back.step())
            await self.clock.gather([step])  # type: ignore[list-item]
            stepped, wait_ms = step.result()
            wait_ms = wait_ms if stepped else None

    async def _take_pages(self) -> int | None:
        call = page_lease_operations.claim_pages(
            self.keys, owner="week", limit=12, lease_ms=MINUTE, per_site=2, gap_ms=self.real_gap_ms,
            token=uuid4().hex,
        )  # fmt: skip
        taken = await self.ledger.run(call)
        if taken.pages:
            robots = RobotsCache(
                self.door, self.gateway, await self.ledger.run(rule_operations.list_site_rules(self.keys))
            )
            desk = PageRunner(
                self.bench, self.ledger, self.door, rate_limiter=self.gateway, robots=robots,
                clock=self.clock.moment, rng=Random(7),
            )  # fmt: skip
            loop = asyncio.get_running_loop()
            turns = [PageTask(page, loop.time() + 60) for page in taken.pages]
            await self.clock.gather([asyncio.create_task(desk.process_page(turn)) for turn in turns])
        return taken.next_in_ms

    async def report(self) -> dict[str, SiteRequests]:
        await self.journal.flush()
        call = site_request_operations.read_request_report(self.keys, weeks=5, limit=1000)
        return {one.site: one for one in await self.ledger.run(call)}


@asynccontextmanager
async def week_of(
    channels: Sequence[Channel], client: redis.asyncio.Redis, url: str, *, kind: type[World] = World,
    **broken: Any,
) -> AsyncIterator[Week]:  # fmt: skip
    """Set the world up and open the machinery on it."""
    world = kind(channels, Clock())
    hosts = sorted({one.host for one in channels} | {one.to for one in channels if one.to})

    class Everything(dict[str, Callable[[Seen], Reply]]):
        def get(self, path: str, default: Any = None) -> Any:
            del path, default
            return world.answer

    async with serve({}, hosts=hosts) as origin:
        origin.routes = Everything()
        world.port = origin.port
        async with Week(world, client, url, **broken).open(origin) as week:
            yield week
