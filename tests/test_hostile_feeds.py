"""A hostile server polled: every route ends as its table says, in time; a good feed beside it is served."""

import asyncio
import dataclasses
from collections.abc import Sequence

import footprint
import pytest
from hostile import Route, serve_hostile
from hostile_feeds import ENTITIES, HOGS, KINDS, SIZES
from hostile_wire import CODINGS, FEED, FRAMES, GROWTH, HEADS, REDIRECTS, WAITS
from origin import feed, serve
from structlog.testing import capture_logs

import scheduler.main
from config.settings import NetworkUse, Politeness, Polling, Settings
from feedmill._ledger.records import FeedSpec
from scheduler.cage import CageSettings

LATE_S = 2.0
"""How much later than its deadline a poll may end."""
DEADLINE_S = 1.5
BUSY_DEADLINE_S = 4.0
"""For answers that end by their size: a machine with more to do needs the time to read that much."""
PARSER = CageSettings(children=2, cpu_s=1, wall_s=25)
SETTINGS = Settings(
    network=NetworkUse(
        allow_private=("127.0.0.0/8",), contact="https://feedmill.test/", max_wire=2**20, max_decoded=2**22
    ),
    politeness=Politeness(per_site=64, gap=0.0),
)
ROOMY = Settings(
    network=NetworkUse(allow_private=("127.0.0.0/8",), contact="https://feedmill.test/"),
    politeness=Politeness(per_site=64, gap=0.0),
    polling=Polling(timeout=20.0),
)


async def poll_all(
    redis_url: str, routes: Sequence[Route], settings: Settings
) -> dict[str, dict[str, object]]:
    """Poll every route and a good feed once; answers the log's lines by the routes' names."""
    async with serve_hostile(routes) as base, serve({"/good": feed(FEED)}, hosts=["127.0.0.2"]) as origin:
        urls = {f"{base}/{route.name}": route.name for route in routes}
        urls[origin.url("/good", host="127.0.0.2")] = "good"
        specs = [FeedSpec(url=url, source="Mill") for url in urls]
        with capture_logs() as lines:
            await asyncio.wait_for(
                scheduler.main.run(
                    redis_url=redis_url, settings=settings, feeds=specs, stop=asyncio.Event(), once=True
                ),
                55,
            )
    return {urls[str(line["feed"])]: line for line in lines if line["event"] == "poll"}


def wrong(routes: Sequence[Route], lines: dict[str, dict[str, object]]) -> dict[str, object]:
    """Pick the routes that ended otherwise than their table says."""
    ended = {route.name: (lines[route.name]["outcome"], lines[route.name].get("detail")) for route in routes}
    return {route.name: ended[route.name] for route in routes if ended[route.name][0] not in route.outcomes}


@pytest.mark.parametrize(
    ("routes", "deadline_s"),
    [
        (WAITS, DEADLINE_S),
        (HEADS, DEADLINE_S),
        (FRAMES, BUSY_DEADLINE_S),
        ([*CODINGS, *GROWTH], BUSY_DEADLINE_S),
        (REDIRECTS, DEADLINE_S),
    ],
    ids=["waits", "heads", "frames", "codings", "redirects"],
)
async def test_what_a_server_does_on_the_wire_is_named_and_bounded(
    redis_url: str, routes: Sequence[Route], deadline_s: float
) -> None:
    before = footprint.begin()
    settings = dataclasses.replace(SETTINGS, polling=Polling(timeout=deadline_s))
    lines = await poll_all(redis_url, routes, settings)
    assert wrong(routes, lines) == {}
    assert footprint.peak() - before < footprint.MOST
    assert lines["good"]["outcome"] == "ok"
    assert max(float(str(line["seconds"])) for line in lines.values()) < deadline_s + LATE_S


@pytest.mark.parametrize("routes", [HOGS, ENTITIES, SIZES, KINDS], ids=["hogs", "entities", "sizes", "kinds"])
async def test_what_a_document_holds_is_named_and_bounded(
    redis_url: str, routes: Sequence[Route], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.main, "_cage_settings", lambda _times: PARSER)
    before = footprint.begin()
    lines = await poll_all(redis_url, routes, ROOMY)
    assert wrong(routes, lines) == {}
    assert footprint.peak() - before < footprint.MOST
    assert lines["good"]["outcome"] == "ok"
    assert max(float(str(line["seconds"])) for line in lines.values()) < ROOMY.polling.timeout + LATE_S
