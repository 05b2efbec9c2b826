"""A scheduler that has nothing to do asks little of Redis."""

import asyncio

import pytest
from origin import Route, feed, serve
from redis.asyncio import Redis

from config.settings import NetworkUse, Politeness, Polling, Settings, Workers
from feedmill._ledger.records import FeedSpec
from scheduler.main import run

EMPTY = '<rss version="2.0"><channel><title>News</title></channel></rss>'


async def calls_in(client: Redis, seconds: float) -> int:
    await client.config_resetstat()
    await asyncio.sleep(seconds)
    stats = await client.info("commandstats")
    return stats.get("cmdstat_evalsha", {}).get("calls", 0)


@pytest.mark.parametrize("state", ["nothing listed", "nothing due", "site busy"])
async def test_waiting_is_not_busy(redis_url: str, redis_client: Redis, state: str) -> None:
    never = asyncio.Event()
    routes: dict[str, Route] = {"/a": feed(EMPTY), "/b": feed(EMPTY)}
    if state == "site busy":
        routes = {"/a": feed(EMPTY, wait=never), "/b": feed(EMPTY, wait=never)}
    settings = Settings(
        network=NetworkUse(allow_private=("127.0.0.0/8",)),
        politeness=Politeness(per_site=1, gap=0.0),
        polling=Polling(min_interval=0.1, interval=600.0, timeout=20.0),
        workers=Workers(processes=1),
    )
    async with serve(routes) as origin:
        paths = [] if state == "nothing listed" else ["/a", "/b"]
        listed = [FeedSpec(url=origin.url(path), source="News") for path in paths]
        stop = asyncio.Event()
        running = asyncio.create_task(run(redis_url=redis_url, settings=settings, feeds=listed, stop=stop))
        while len(origin.log) < {"nothing listed": 0, "nothing due": 2, "site busy": 1}[state]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        assert await calls_in(redis_client, 2.0) <= 12
        stop.set()
        origin.closing.set()
        await running
