"""A hostile server polled: every route ends as its table says, in time; a good feed beside it is served."""

import asyncio
import dataclasses
from collections.abc import Sequence

import footprint
import pytest
from hostile import Route, Spent, serve_hostile
from hostile_feeds import ENTITIES, HOGS, KINDS, SIZES
from hostile_wire import CODINGS, FEED, FRAMES, GROWTH, HEADS, REDIRECTS, WAITS
from origin import feed, serve
from structlog.testing import capture_logs

import scheduler.components
import scheduler.main
from config.settings import NetworkSettings, PolitenessSettings, PollingSettings, Settings
from feedmill._ledger.core.records import FeedSpec
from scheduler.sandbox.parser_pool import ParserPoolSettings

DEADLINE_S = 4.0
BUSY_DEADLINE_S = 40.0
"""For answers that end by their size: a machine with more to do needs the time to read that much."""
LONGEST_PAUSE_S = 0.4
"""Of the scripts: a poll at its deadline may meet one that has begun, and one more until its end is known."""
MOST_REQUESTS = 2
"""aiohttp asks once more where a connection closes without a word."""
MOST_WIRE = 2**20
MOST_UNREAD = 2**24
"""What the two ends of a connection buffer beyond what is read."""
PARSER = ParserPoolSettings(children=2, cpu_s=1, wall_s=240)
SETTINGS = Settings(
    network=NetworkSettings(
        allow_private=("127.0.0.0/8",),
        contact="https://feedmill.test/",
        max_wire=MOST_WIRE,
        max_decoded=2**22,
    ),
    politeness=PolitenessSettings(per_site=64, gap=0.0),
)
ROOMY = Settings(
    network=NetworkSettings(allow_private=("127.0.0.0/8",), contact="https://feedmill.test/"),
    politeness=PolitenessSettings(per_site=64, gap=0.0),
    polling=PollingSettings(timeout=20.0),
)


async def poll_all(
    redis_url: str, routes: Sequence[Route], settings: Settings, spent: Spent | None = None
) -> dict[str, dict[str, object]]:
    """Poll every route and a good feed once; answers the log's lines by the routes' names."""
    async with (
        serve_hostile(routes, spent) as base,
        serve({"/good": feed(FEED)}, hosts=["127.0.0.2"]) as origin,
    ):
        urls = {f"{base}/{route.name}": route.name for route in routes}
        urls[origin.url("/good", host="127.0.0.2")] = "good"
        specs = [FeedSpec(url=url, source="Mill") for url in urls]
        with capture_logs() as lines:
            await asyncio.wait_for(
                scheduler.main.run(
                    redis_url=redis_url, settings=settings, feeds=specs, stop=asyncio.Event(), once=True
                ),
                400,
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
        (REDIRECTS, BUSY_DEADLINE_S),
    ],
    ids=["waits", "heads", "frames", "codings", "redirects"],
)
async def test_what_a_server_does_on_the_wire_is_named_and_bounded(
    redis_url: str, routes: Sequence[Route], deadline_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.components, "make_parser_settings", lambda _times: PARSER)
    before = footprint.begin()
    settings = dataclasses.replace(SETTINGS, polling=PollingSettings(timeout=deadline_s))
    lines = await poll_all(redis_url, routes, settings, spent := Spent())
    assert wrong(routes, lines) == {}
    late = {
        name: paused for name, paused in spent.paused_s.items() if paused > deadline_s + 2 * LONGEST_PAUSE_S
    }
    assert late == {}, "a poll ends at its deadline: the server has made no more pauses than fit into it"
    assert max(spent.sent_bytes.values()) <= MOST_WIRE + MOST_UNREAD, "no poll reads on beyond its bound"
    asked = {name: times for name, times in spent.requests.items() if times > MOST_REQUESTS}
    assert routes is REDIRECTS or asked == {}
    assert footprint.peak() - before < footprint.MOST
    assert lines["good"]["outcome"] == "ok"


@pytest.mark.parametrize("routes", [HOGS, ENTITIES, SIZES, KINDS], ids=["hogs", "entities", "sizes", "kinds"])
async def test_what_a_document_holds_is_named_and_bounded(
    redis_url: str, routes: Sequence[Route], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.components, "make_parser_settings", lambda _times: PARSER)
    before = footprint.begin()
    lines = await poll_all(redis_url, routes, ROOMY)
    assert wrong(routes, lines) == {}
    assert footprint.peak() - before < footprint.MOST
    assert lines["good"]["outcome"] == "ok"
