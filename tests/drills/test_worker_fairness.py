"""Whole workers share their processor fairly: a site of slow pages does not keep the good one's back."""

from contextlib import AsyncExitStack

import pytest
from newsroom import enqueue, entries, list_pages, until, working
from newsroom import story as page_of
from origin import page, serve

from feedmill._ledger.core.ledger_client import Ledger

GOOD = "127.0.0.1"


@pytest.mark.parametrize("sites", [1, 5])
@pytest.mark.parametrize("workers", [1, 2])
async def test_good_pages_are_out_before_slow_sites_come_to_more_than_a_page_each_worker(
    ledger: Ledger, redis_url: str, sites: int, workers: int
) -> None:
    slow = [f"127.0.7.{1 + site}" for site in range(sites)]
    good = {f"/good-{number}": page(page_of(f"good-{number}")) for number in range(12)}
    bad = {f"/slow-{number}": page(page_of(f"slow-{number}", poison="burn=0.8 ")) for number in range(6)}
    async with serve(good | bad, hosts=(GOOD, *slow)) as origin:
        links = [origin.url(path, host=slow[number % sites]) for number, path in enumerate(bad)]
        await list_pages(ledger, [*links, *(origin.url(path) for path in good)])
        async with AsyncExitStack() as stack:
            for _ in range(workers):
                await stack.enter_async_context(working(redis_url, cpu=20, lease=60))
            enqueue(redis_url, times=workers)
            now = await until(ledger, redis_url)
    assert now.settled == {"published": 18}
    out = [entry["url"].rpartition("/")[2].partition("-")[0] for entry in await entries(ledger)]
    last_good = len(out) - out[::-1].index("good")
    assert out[:last_good].count("slow") <= workers, out
