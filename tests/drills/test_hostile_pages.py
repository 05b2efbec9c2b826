"""Hostile pages, and a hostile server's answers for pages, through a real worker: each ends by its name."""

from collections.abc import Sequence

import footprint
import newsroom
import pytest
from hostile import Route, serve_hostile
from hostile_pages import PAGES
from hostile_wire import CODINGS, FRAMES, HEADS, REDIRECTS, WAITS
from newsroom import WorkerProcess, list_pages, story, until, working
from origin import page, serve

from feedmill._ledger.core.ledger_client import Ledger

SHORT_S, LONG_S = 2.0, 20.0
"""What a page that is waited for in vain may take, and one that ends by itself: also on a busy machine."""
READ = frozenset({"ok", "empty", "binary"})
"""Outcomes of answers whose bytes are read: a feed is another thing there than a page."""


async def read_all(
    ledger: Ledger, redis_url: str, routes: Sequence[Route], **workers: object
) -> dict[str, str]:
    """Have a worker read every route and a good page; answers the outcomes by the routes' names."""
    async with (
        serve_hostile(routes) as base,
        serve({"/good": page(story("good"))}, hosts=["127.0.0.2"]) as origin,
    ):
        names = {f"{base}/{route.name}": route.name for route in routes}
        good = origin.url("/good", host="127.0.0.2")
        names[good] = "good"
        await list_pages(ledger, list(names))
        async with working(redis_url, attempts=1, lease=600, **workers) as worker:
            await worker.logged("worker", state="ready")
            before = footprint.begin(worker.process.pid)
            await until(
                ledger,
                redis_url,
                lambda now: not (now.ready or now.leased) and _ended(worker, good),
                limit=100,
            )
            assert worker.process.returncode is None
            after = footprint.peak(worker.process.pid)
            buried = {page.url: page.reason for page in (await newsroom.dead_pages(ledger)).values()}
            for url in names.keys() - buried.keys():
                await worker.logged("page", url=url)
            lines = [line for line in worker.lines if line.get("event") == "page"]
    assert after - before < footprint.MOST, "the worker has grown"
    ended = {names[url]: reason for url, reason in buried.items() if url in names}
    for line in lines:
        kept = line.get("reason") if line["outcome"] in {"deferred", "dead", "returned"} else line["outcome"]
        ended[names[str(line["url"])]] = str(kept)
    return ended


def _ended(worker: WorkerProcess, url: str) -> bool:
    """Say whether a page has been read to its end.

    A bad page that ends the horse while robots.txt is on its way makes a good one wait for that fetch's time.
    """
    return any(
        line.get("event") == "page" and line["url"] == url and line["outcome"] not in {"deferred", "returned"}
        for line in worker.lines
    )


def wrong(routes: Sequence[Route], ended: dict[str, str]) -> dict[str, str]:
    """Pick the routes that ended otherwise than their table says."""
    return {route.name: ended[route.name] for route in routes if ended[route.name] not in route.outcomes}


async def test_what_a_page_holds_is_named_and_bounded(ledger: Ledger, redis_url: str) -> None:
    ended = await read_all(ledger, redis_url, PAGES, cpu=1, page_timeout=20)
    assert wrong(PAGES, ended) == {}
    assert ended["good"] == "created"


@pytest.mark.parametrize("waits", [True, False])
async def test_what_a_server_does_to_a_page_request_is_named_and_bounded(
    ledger: Ledger, redis_url: str, waits: bool
) -> None:
    everything = [*WAITS, *HEADS, *FRAMES, *CODINGS, *REDIRECTS]
    routes = [route for route in everything if ("timeout" in route.outcomes) is waits]
    ended = await read_all(ledger, redis_url, routes, page_timeout=SHORT_S if waits else LONG_S)
    assert wrong([route for route in routes if not route.outcomes & READ], ended) == {}
    assert ended["good"] == "created"
