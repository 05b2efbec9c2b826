"""A fail-over by real Sentinels: what it loses comes back once, and everybody follows the primary."""

import asyncio
import contextlib
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from ledger_desk import HOUR, Desk, story
from origin import Seen, feed, page, serve
from running import SETTINGS, Site
from sentinels import until, watched_pair

from feedmill import AsyncConsumer
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.errors import LedgerUnavailable

A = "http://a.example/feed"


def test_what_a_fail_over_loses_comes_back_once_under_the_same_id() -> None:
    with watched_pair() as pair, closing(connect_blocking(pair.url)) as client:
        desk = Desk(client)
        first, second = desk.start(story(1), story(2))
        desk.publish(first)
        pair.in_step()
        pair.stop_replica()
        desk.publish(second)  # acknowledged, and lost
        desk.now += 25 * HOUR
        desk.poll(A, story(1), story(2), story(3))  # so is this
        lost = {entry[b"id"].decode() for _, entry in client.xrange(desk.keys.stream())}
        assert len(lost) == 2
        pair.fail_over()
        until(lambda: client.xlen(desk.keys.stream()) == 1)

        desk.now += 25 * HOUR
        desk.reap()  # the lease of the second, whose publishing is forgotten
        desk.apply(A)
        for leased in desk.claim(9).feeds:
            desk.record(leased, story(1), story(2), story(3))
        for taken in desk.take(9).pages:
            desk.publish(taken)
        ids = [entry[b"id"].decode() for _, entry in client.xrange(desk.keys.stream())]
        assert lost <= set(ids)
        assert max(Counter(ids).values()) == 1
        assert len(ids) == 3
        desk.census()


def test_with_min_replicas_nothing_is_acknowledged_that_only_the_primary_has() -> None:
    with watched_pair() as pair, closing(connect_blocking(pair.url)) as client:
        client.config_set("min-replicas-to-write", 1)
        client.config_set("min-replicas-max-lag", 2)
        desk = Desk(client)
        (first,) = desk.start(story(1))
        pair.stop_replica()

        def refused() -> bool:
            with contextlib.suppress(LedgerUnavailable):
                desk.apply(A)
                return False
            return True

        until(refused)
        with pytest.raises(LedgerUnavailable) as told:
            desk.publish(first)
        assert told.value.temporary  # scheduler and workers wait


async def test_daemon_and_consumer_follow_the_primary(tmp_path: Path) -> None:
    listed = 1

    def listing(seen: Seen) -> object:
        items = "".join(
            f"<item><title>n{one}</title><link>http://{seen.host}/page/{one}</link></item>"
            for one in range(listed)
        )
        return feed(f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>")

    words = "<p>" + "There are enough words in this article for it to be taken as one. " * 12 + "</p>"
    routes = {"/feed": listing, **{f"/page/{one}": page(f"<h1>n{one}</h1>{words}{one}") for one in range(2)}}
    site = Site(tmp_path / "config", tmp_path / "data")
    quick = SETTINGS.replace("[workers]", '[workers]\nhold = "0s"')
    settings = quick.replace('gap = "0s"', 'gap = "0s"\n[polling]\ninterval = "1s"\nmin_interval = "1s"')
    async with serve(routes) as origin:
        with watched_pair() as pair:
            site.write(origin.url("/feed"), settings=settings + f'[redis]\nurl = "{pair.url}"\n')
            process = site.start("up")
            try:
                with closing(connect_blocking(pair.url)) as client:
                    await asyncio.to_thread(until, lambda: client.xlen("feedmill:articles") == 1)
                    await asyncio.to_thread(pair.in_step)
                    await asyncio.to_thread(pair.fail_over)
                    listed = 2
                    await asyncio.to_thread(until, lambda: client.xlen("feedmill:articles") == 2)
                    ids = [entry[b"id"] for _, entry in client.xrange("feedmill:articles")]
                    assert len(set(ids)) == 2

                # an asyncio consumer: one in a thread would outlive a test that fails, and wait for ever
                async with AsyncConsumer(pair.url, "mine") as consumer:
                    events = await anext(consumer.batches(2, wait=20.0))
                    assert [event.id.encode() for event in events] == ids
            finally:
                process.terminate()
                await asyncio.to_thread(process.communicate, timeout=60)
