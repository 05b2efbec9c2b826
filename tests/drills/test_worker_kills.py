"""Worker processes and their horses are killed at random moments."""

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter

from newsroom import entries, horse_of, list_pages, story, until, working
from origin import page, serve

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.operations.lease_recovery_operations import reap_leases


async def test_random_kills_neither_lose_nor_double_a_page(ledger: Ledger, redis_url: str) -> None:
    rng = random.Random(5)
    names = [f"story-{number}" for number in range(60)]
    async with serve({f"/{name}": page(story(name), drip=0.15, piece=400) for name in names}) as origin:
        await list_pages(ledger, [origin.url(f"/{name}") for name in names])

        async def reaping() -> None:
            while True:
                call = reap_leases(ledger.keys, limit=100, max_attempts=1000, token=os.urandom(8).hex())
                await ledger.run(call)
                await asyncio.sleep(0.2)  # sleep: as often as upkeep

        reaper = asyncio.create_task(reaping())
        limits = {"lease": 2, "attempts": 1000, "in_flight": 4, "pages_per_ticket": 8}
        async with working(redis_url, **limits) as survivor:
            async with working(redis_url, **limits) as victim:
                await survivor.logged("worker", state="ready")
                await victim.logged("worker", state="ready")
                for _ in range(10):
                    with contextlib.suppress(TimeoutError):
                        await until(ledger, redis_url, limit=rng.uniform(0.05, 0.3))
                    for worker in (survivor, victim):
                        if horse := horse_of(worker):
                            with contextlib.suppress(ProcessLookupError):
                                os.kill(horse, signal.SIGKILL)
                victim.process.kill()
            now = await until(ledger, redis_url)
            await survivor.logged("horse_died")
        reaper.cancel()
    assert now.settled == {"published": 60}
    assert sorted(Counter(entry["id"] for entry in await entries(ledger)).values()) == [1] * 60
