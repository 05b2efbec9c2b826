"""Pages in the ledger and a real worker on them: what the worker's tests stand on.

`list_pages` does a scheduler's part by hand: one feed, whose poll found these links. `working` runs a worker
process (tests/support/worker_process.py) whose reading can be poisoned by words on a page. `until` awaits a
state of the ledger while tickets are kept out, as the scheduler would.
"""

import asyncio
import dataclasses
import json
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import redis
from rq import Queue
from support.fork_server import ForkedProcess, start_forked

from config.settings import (
    NetworkSettings,
    PageSettings,
    PolitenessSettings,
    Settings,
    StorySettings,
    WorkerSettings,
)
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census, DeadPage
from feedmill._ledger.core.records import Entry, FeedSpec, FoundEntry, PollRecord
from feedmill._ledger.identity.entry_identity import (
    compute_entry_key,
    compute_entry_version,
    list_aliases,
    name_article,
)
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.census_operations import count_all
from feedmill._ledger.operations.dead_page_operations import list_dead_pages
from feedmill._ledger.operations.feed_operations import apply_feeds, claim_due_feeds, record_poll

JOB = "worker.ticket.run_ticket"
FEED = "http://127.0.0.1:9/feed.xml"
_ROBOTS_WAIT_MS = 16_000
"""Pages that find another reading their site's robots.txt are put off by 15 s at most (robots_cache.py)."""
SETTINGS = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",), contact="https://feedmill.test/"),
    politeness=PolitenessSettings(per_site=8, gap=0.0),
    workers=WorkerSettings(processes=1, pages_per_ticket=32, page_timeout=8, lease=4, cpu=1, memory=2**29),
    pages=PageSettings(stand_in="full"),
)
"""Pages come to their own ends: only a whole text of the feed stands in for one."""
_SENTENCES = (
    "The council met on {} to talk about the old bridge over the river, which has been shut since spring.",
    "Engineers had found cracks in two of its four piers, and the repair will take most of a year.",
    "Until then the buses of line seven go the long way round, past the mill and the upper lock.",
    "People of the {} quarter asked for a ferry, and the council promised an answer within the month.",
)


def story(name: str, *, poison: str = "", canonical: str | None = None) -> str:
    """Write an article page of one's own; `poison` tells the reading what to do (see worker_process.py)."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    mark = f"<!-- poison:{poison} -->" if poison else ""
    body = "\n".join(f"<p>{sentence.format(name)}</p>" for sentence in _SENTENCES)
    return (
        f"<!doctype html><html lang='en'><head><title>News of {name}</title>{link}</head>"
        f"<body>{mark}<article><h1>News of {name}</h1>{body}</article></body></html>"
    )


async def list_pages(ledger: Ledger, links: Sequence[str], *, change: str = "") -> dict[str, str]:
    """Poll a feed that lists these links; `change` makes known entries changed. Answers link → page id."""
    listed = [
        Entry(guid=link, link=link, title=f"News {link.rpartition('/')[2]}", summary=change or None)
        for link in links
    ]
    return dict(zip(links, await list_entries(ledger, listed), strict=True))


async def list_entries(ledger: Ledger, listed: Sequence[Entry]) -> list[str]:
    """Poll a feed that lists these entries; answers their page ids."""
    keys = ledger.keys
    # Another order of tags makes the list another one, and a changed feed is due at once.
    spec = FeedSpec(url=FEED, source="The Mill", tags=("local", uuid4().hex[:4]), interval=0.0)
    await ledger.run(apply_feeds(keys, feeds=[spec], token=uuid4().hex))
    claimed = await ledger.run(
        claim_due_feeds(keys, owner="test", limit=1, lease_ms=60_000, per_site=8, gap_ms=0, token=uuid4().hex)
    )
    (feed,) = claimed.feeds
    found = [
        FoundEntry(
            key=compute_entry_key(entry),
            version=compute_entry_version(entry),
            page=name_article(FEED, entry),
            url=entry.link or FEED,
            site=find_site(entry.link or ""),
            aliases=list_aliases(FEED, entry),
            entry=entry,
        )
        for entry in listed
    ]
    record = PollRecord(outcome="ok", ok=True, next_ms=0, reason="test", found=tuple(found))
    polled = await ledger.run(
        record_poll(keys, feed_id=feed.id, lease=feed.token, record=record, token=uuid4().hex)
    )
    assert polled.new + polled.changed == len(found)
    return [entry.page for entry in found]


def enqueue(url: str, function: str = JOB, *, times: int = 1, timeout: int = 60, **more: object) -> list[str]:
    """Put out tickets; answers their job ids."""
    with connect_blocking(url) as client:
        queue = Queue("feedmill", connection=client, serializer="json")
        jobs = [queue.enqueue(function, result_ttl=0, job_timeout=timeout, **more) for _ in range(times)]
        return [job.id for job in jobs]


async def count(ledger: Ledger) -> Census:
    """Take the ledger's census and check its invariant."""
    now = await ledger.run(count_all(ledger.keys))
    assert now.balanced, now
    return now


async def dead_pages(ledger: Ledger) -> dict[str, DeadPage]:
    """Give the dead letters by URL."""
    return {page.url: page for page in await ledger.run(list_dead_pages(ledger.keys, limit=100))}


def idle(now: Census) -> bool:
    """Nothing ready, nothing leased, and no page that waits only for its site's robots.txt."""
    return not (now.ready or now.leased or now.held or is_due_within(now, _ROBOTS_WAIT_MS))


def is_due_within(now: Census, ms: int) -> bool:
    """Return whether a page that waits is due so soon."""
    return now.next_page_in_ms is not None and now.next_page_in_ms <= ms


async def until(
    ledger: Ledger,
    url: str,
    reached: Callable[[Census], bool] = idle,
    *,
    tickets: bool = True,
    limit: float = 240,
) -> Census:
    """Keep tickets out and wait until the ledger is in a state; raises TimeoutError."""
    async with asyncio.timeout(limit):
        while not reached(now := await count(ledger)):
            if (
                tickets
                and (now.ready or is_due_within(now, 0))
                and not await ledger.client.llen("rq:queue:feedmill")
            ):
                enqueue(url)
            await asyncio.sleep(0.03)  # sleep: the ledger tells nobody
    return now


async def entries(ledger: Ledger) -> list[dict[str, str]]:
    """Read the whole stream."""
    rows = await ledger.client.xrange(ledger.keys.stream())
    return [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in rows]


class WorkerProcess:
    """A running worker: its process and the lines it has logged."""

    def __init__(self, process: ForkedProcess) -> None:
        self.process = process
        self.lines: list[dict[str, object]] = []
        self._changed = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def logged(self, event: str, times: int = 1, **fields: object) -> dict[str, object]:
        """Wait for the nth line with this event word and these fields."""

        def matching() -> list[dict[str, object]]:
            return [
                line for line in self.lines if line.get("event") == event and fields.items() <= line.items()
            ]

        try:
            async with asyncio.timeout(240), self._changed:
                await self._changed.wait_for(lambda: len(matching()) >= times)
        except TimeoutError:
            raise AssertionError((event, fields, self.lines)) from None
        return matching()[times - 1]

    def outcomes(self) -> dict[str, str]:
        """Give the last outcome of each page by the end of its URL."""
        pages = [line for line in self.lines if line.get("event") == "page"]
        return {str(line["url"]).rpartition("/")[2]: str(line["outcome"]) for line in pages}

    async def ended(self) -> int:
        """Wait for the end; answers the exit code."""
        async with asyncio.timeout(240):
            code = await self.process.wait()
            await self._reading
        return code

    async def _read(self) -> None:
        async for line in self.process.stderr:
            try:
                said = json.loads(line)
            except ValueError:
                said = {"event": "?", "text": line.decode()}
            async with self._changed:
                self.lines.append(said)
                self._changed.notify_all()


@asynccontextmanager
async def working(
    url: str, *, burst: bool = False, stories: StorySettings | None = None, **workers: object
) -> AsyncIterator[WorkerProcess]:
    """Run a worker process, by SIGKILL gone at the end; `workers` are settings of that table."""
    settings = dataclasses.replace(
        SETTINGS,
        workers=dataclasses.replace(SETTINGS.workers, **workers),
        stories=stories or SETTINGS.stories,
    )
    told = json.dumps({"url": url, "burst": burst, "settings": dataclasses.asdict(settings)})
    process = await start_forked(told)
    worker = WorkerProcess(process)
    try:
        yield worker
    finally:
        if process.returncode is None:
            process.kill()
        await worker.ended()
        await process.close()


def horse_of(worker: WorkerProcess) -> int | None:
    """Give the process id of the worker's horse that runs a ticket, None when it has none."""
    return next((child for child in children_of(worker) if _takes_sigterm(child)), None)


def children_of(worker: WorkerProcess) -> list[int]:
    """List the process ids of a worker's horses, the spare one included."""
    path = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children")
    try:
        return [int(child) for child in path.read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):  # the worker itself is gone
        return []


def _takes_sigterm(pid: int) -> bool:
    """Return whether a horse has SIGTERM unblocked: it runs a ticket; a spare one has none to end."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    blocked = next(line for line in status.splitlines() if line.startswith("SigBlk:"))
    return not int(blocked.split()[1], 16) >> (signal.SIGTERM - 1) & 1


def workers_registered(url: str) -> int:
    """Count the workers that RQ's own tools would list."""
    with redis.Redis.from_url(url) as client:
        return int(client.scard("rq:workers:feedmill"))
