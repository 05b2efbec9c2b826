"""Workers die while they publish one text under many mastheads: no story is split or doubled."""

import contextlib
import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from uuid import uuid4

import pytest
from ledger_desk import DAY, found
from newsroom import WorkerProcess, entries, horse_of, until, working
from origin import Origin, page, serve
from running import children_of
from story_shapes import GoldText, add_credit, change_words, write_text

from config.settings import StorySettings
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import Entry, FeedSpec, PollRecord
from feedmill._ledger.core.site_and_route_rules import RouteRule
from feedmill._ledger.operations.feed_operations import apply_feeds, claim_due_feeds, record_poll
from feedmill._ledger.operations.lease_recovery_operations import reap_leases
from feedmill._ledger.operations.rule_operations import apply_routes

TEXTS, MASTHEADS = 8, 12
REACHED = ["2", "3", "5", "10"]
"""Of twelve mastheads."""


def write_copies(rng: random.Random) -> dict[str, GoldText]:
    """Write the texts as each masthead prints them, by path: some change words, some add a credit."""
    edits = (lambda _, given: given, change_words(0.03), add_credit)
    texts = [write_text(rng, 250) for _ in range(TEXTS)]
    return {
        f"/masthead-{masthead}/text-{number}": edits[masthead % len(edits)](rng, given)
        for masthead in range(MASTHEADS)
        for number, given in enumerate(texts)
    }


def print_page(given: GoldText) -> str:
    body = "".join(f"<p>{escape(block)}</p>" for block in given.text.split("\n\n"))
    title = escape(given.title)
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


async def list_copies(ledger: Ledger, origin: Origin, copies: Mapping[str, GoldText]) -> None:
    """List each masthead's pages in a feed of its own."""
    keys = ledger.keys
    names = [f"masthead-{number}" for number in range(MASTHEADS)]
    specs = [FeedSpec(url=f"http://127.0.0.1:9/{name}.xml", source=name) for name in names]
    await ledger.run(apply_feeds(keys, feeds=specs, token=uuid4().hex))
    claimed = await ledger.run(
        claim_due_feeds(
            keys, owner="test", limit=99, lease_ms=60_000, per_site=99, gap_ms=0, token=uuid4().hex
        )
    )
    for feed in claimed.feeds:
        listed = [
            Entry(guid=path, link=origin.url(path), title=given.title)
            for path, given in copies.items()
            if path.startswith(f"/{feed.source}/")
        ]
        record = PollRecord(
            outcome="ok", ok=True, next_ms=DAY, reason="test",
            found=tuple(found(feed.url, entry) for entry in listed),
        )  # fmt: skip
        polled = await ledger.run(
            record_poll(keys, feed_id=feed.id, lease=feed.token, record=record, token=uuid4().hex)
        )
        assert polled.new == TEXTS


def kill_reading(worker: WorkerProcess, rng: random.Random) -> bool:
    """Kill a worker's horse, or the reader of that horse."""
    horse = horse_of(worker)
    if horse is None:
        return False
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        os.kill(rng.choice([horse, *children_of(horse)]), signal.SIGKILL)
        return True
    return False


async def kill_until_all_is_out(ledger: Ledger, url: str, workers: Sequence[WorkerProcess]) -> int:
    """Kill at random moments while pages are published; answers how often something was hit."""
    rng, kills = random.Random(7), 0
    for _ in range(400):
        with contextlib.suppress(TimeoutError):
            await until(ledger, url, limit=rng.uniform(0.05, 0.4))
            return kills
        if kills < 40:
            kills += sum(kill_reading(worker, rng) for worker in workers)
        call = reap_leases(ledger.keys, limit=100, max_attempts=1000, token=os.urandom(8).hex())
        await ledger.run(call)
    await until(ledger, url)
    return kills


async def test_no_story_is_split_or_doubled(
    ledger: Ledger, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    copies = write_copies(random.Random(11))
    rule = RouteRule(keep_ms=DAY, max_bytes=1 << 24, firsts_days=5)
    await ledger.run(apply_routes(ledger.keys, routes={"firsts": rule}, token=uuid4().hex))
    routes = {path: page(print_page(given), drip=0.1, piece=500) for path, given in copies.items()}
    limits = {"lease": 2, "attempts": 1000, "in_flight": 6, "pages_per_ticket": 8, "hold": 0.0}
    async with serve(routes) as origin:
        await list_copies(ledger, origin, copies)
        stories = StorySettings(events=True)
        async with (
            working(redis_url, stories=stories, **limits) as one,
            working(redis_url, stories=stories, **limits) as two,
        ):
            kills = await kill_until_all_is_out(ledger, redis_url, (one, two))
    with capsys.disabled():
        print(f"\n{kills} kills")  # noqa: T201
    assert kills >= 5
    await check_stories(ledger, await entries(ledger))


async def check_stories(ledger: Ledger, rows: Sequence[Mapping[str, str]]) -> None:
    """Check that each text is one story, counted once for each masthead, and told once."""
    assert sorted(Counter(row["id"] for row in rows).values()) == [1] * (TEXTS * MASTHEADS)
    texts: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        texts[row["url"].rpartition("/")[2]].append(row)
    firsts = {text: copies[0]["id"] for text, copies in texts.items()}
    assert {text: {row["story"] for row in copies} for text, copies in texts.items()} == {
        text: {first} for text, first in firsts.items()
    }
    numbers = [str(number + 1) for number in range(MASTHEADS)]
    for copies in texts.values():
        assert [row["story_size"] for row in copies] == numbers
        assert [row["story_sources"] for row in copies] == numbers
        key = ledger.keys.story(copies[0]["id"])
        assert await ledger.client.hmget(key, "size", "sources") == [numbers[-1].encode()] * 2
        assert await ledger.client.hlen(key) == MASTHEADS + 4
    taken = await ledger.client.xrange(ledger.keys.route_stream("firsts"))
    assert sorted(fields[b"id"].decode() for _, fields in taken) == sorted(firsts.values())
    told = defaultdict(list)
    for _, fields in await ledger.client.xrange(ledger.keys.story_events()):
        told[fields[b"story"].decode()].append(fields[b"story_sources"].decode())
    assert told == dict.fromkeys(firsts.values(), REACHED)
