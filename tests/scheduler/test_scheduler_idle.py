"""A scheduler that has nothing to do asks little of Redis."""

import asyncio

import pytest
from origin import Route, feed, serve
from redis.asyncio import Redis
from support.waiting import until

from config.settings import NetworkSettings, PolitenessSettings, PollingSettings, Settings, WorkerSettings
from feedmill._ledger.core.records import FeedSpec
from scheduler.main import run

EMPTY = '<rss version="2.0"><channel><title>News</title></channel></rss>'


async def calls_a_second(client: Redis) -> float:
    """Count calls while two seconds pass, or more where the machine is busy."""
    began = asyncio.get_running_loop().time()
    await client.config_resetstat()
    await asyncio.sleep(2)  # sleep: calls are counted meanwhile
    stats = await client.info("commandstats")
    return float(stats.get("cmdstat_evalsha", {}).get("calls", 0)) / (
        asyncio.get_running_loop().time() - began
    )


@pytest.mark.parametrize("state", ["nothing listed", "nothing due", "site busy"])
async def test_waiting_is_not_busy(redis_url: str, redis_client: Redis, state: str) -> None:
    never = asyncio.Event()
    routes: dict[str, Route] = {"/a": feed(EMPTY), "/b": feed(EMPTY)}
    if state == "site busy":
        routes = {"/a": feed(EMPTY, wait=never), "/b": feed(EMPTY, wait=never)}
    settings = Settings(
        network=NetworkSettings(allow_private=("127.0.0.0/8",)),
        politeness=PolitenessSettings(per_site=1, gap=0.0),
        polling=PollingSettings(min_interval=0.1, interval=600.0, timeout=20.0),
        workers=WorkerSettings(processes=1),
    )
    async with serve(routes) as origin:
        paths = [] if state == "nothing listed" else ["/a", "/b"]
        listed = [FeedSpec(url=origin.url(path), source="News") for path in paths]
        stop = asyncio.Event()
        running = asyncio.create_task(run(redis_url=redis_url, settings=settings, feeds=listed, stop=stop))
        asked = {"nothing listed": 0, "nothing due": 2, "site busy": 1}[state]
        await until(lambda: len(origin.log) == asked)
        await asyncio.sleep(0.3)  # sleep: what follows a poll is no waiting
        assert await calls_a_second(redis_client) <= 6
        stop.set()
        origin.closing.set()
        await running
