"""How things stand: counts, server, groups, what is wrong, and whether the gateway itself is well."""

import asyncio
from dataclasses import asdict
from typing import Any

import msgspec
from redis.exceptions import RedisError
from starlette.responses import Response

from feedmill._ledger.answers import Census
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.watch_calls import census as census_call
from feedmill._metrics.gather import CONTENT_TYPE, gathered
from feedmill._metrics.standing import Standing as Measured
from feedmill._metrics.standing import measure
from feedmill.groups import GroupState, group_states
from web.answers import json_answer
from web.ask import Ask, Given, Route
from web.feeds import all_feeds
from web.house import Finding, House
from web.listing import counted
from web.outlook import Retention, outlook
from web.worries import worries

_KEPT_S = 2.0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything at one moment."""

    now_ms: int
    counts: dict[str, Any]
    """As `feedmill status --json` gives them."""
    feeds: dict[str, int]
    """Feeds by health."""
    stream: Retention
    findings: tuple[Finding, ...]
    """What is not as it must be; empty when all is well."""
    groups: int
    live: int
    """Readers of /v1/stream."""
    entries_indexed: int


class GroupPage(msgspec.Struct, frozen=True, kw_only=True):
    """The consumer groups of the stream; times in ms."""

    groups: tuple[GroupState, ...]


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of being ready."""

    name: str
    ok: bool
    detail: str


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Whether requests can be answered as they should."""

    ready: bool
    checks: tuple[Check, ...]


async def status(ask: Ask) -> Response:
    """Answer with everything at one moment."""
    return json_answer(await standing(ask.house))


async def groups(ask: Ask) -> Response:
    """Answer with the groups."""
    return json_answer({"groups": await all_groups(ask.house)})


async def livez(ask: Ask) -> Response:
    """Answer as long as the process lives."""
    del ask
    return json_answer(Alive(status="ok"))


async def readyz(ask: Ask) -> Response:
    """Answer with 200 when ready and 503 when not, with reasons."""
    tail = ask.house.tail
    try:
        await ask.house.ledger.client.ping()
        said = ""
    except (RedisError, OSError) as error:
        said = str(error) or type(error).__name__
    checks = (
        Check(name="redis", ok=not said, detail=said or "answers"),
        Check(
            name="index",
            ok=tail.ready,
            detail=f"{len(tail.shelf)} entries" + ("" if tail.ready else " so far, still reading the stream"),
        ),
    )
    ready = all(check.ok for check in checks)
    return json_answer(Ready(ready=ready, checks=checks), status=200 if ready else 503)


async def metrics(ask: Ask) -> Response:
    """Answer with all metrics; a server that does not answer is one of them."""
    house = ask.house

    async def look() -> Measured | None:
        try:
            return await asyncio.to_thread(measure, house.blocking, house.prefix)
        except (LedgerError, RedisError, OSError):
            return None

    measured = await house.kept("metrics", _KEPT_S, look)
    text = await asyncio.to_thread(gathered, house.ports.metrics, measured)
    return Response(text, media_type=CONTENT_TYPE)


async def standing(house: House) -> dict[str, Any]:
    """Look at everything, at most every two seconds."""

    async def look() -> dict[str, Any]:
        counts = await house.ledger.run(census_call(house.ledger.keys))
        feeds = await all_feeds(house)
        found = await all_groups(house)
        info: Any = await house.ledger.client.info()
        now_ms = round(house.clock() * 1000)
        stream = await outlook(house, info, found, counts, now_ms)
        findings = [one for one in house.ports.judge(info, found) if one.level != "ok"]
        return {
            "now_ms": now_ms,
            "counts": _counts(counts),
            "feeds": counted(feeds),
            "stream": stream,
            "findings": [*worries(counts, feeds, now_ms), *findings],
            "groups": len(found),
            "live": house.live,
            "entries_indexed": len(house.tail.shelf),
        }

    return await house.kept("standing", _KEPT_S, look)


async def all_groups(house: House) -> list[GroupState]:
    """Read the state of all groups, at most every two seconds."""
    return await house.kept(
        "groups", _KEPT_S, lambda: asyncio.to_thread(group_states, house.blocking, house.prefix)
    )


def _counts(census: Census) -> dict[str, Any]:
    return {**asdict(census), "balanced": census.balanced, "idle": census.idle}


ROUTES = (
    Route(
        path="/v1/status",
        act=status,
        summary="Counts, stream, findings: everything at one moment",
        gives={200: Given(said="Everything.", shape=Standing)},
    ),
    Route(
        path="/v1/groups",
        act=groups,
        summary="Consumer groups with their lag",
        gives={200: Given(said="The groups.", shape=GroupPage)},
    ),
    Route(
        path="/metrics",
        act=metrics,
        summary="Counters of this machine's processes and gauges of the ledger, for Prometheus",
        gives={200: Given(said="The text format 0.0.4.", media="text/plain")},
    ),
    Route(
        path="/livez",
        act=livez,
        summary="Whether the process answers",
        gives={200: Given(said="It does.", shape=Alive)},
        open=True,
    ),
    Route(
        path="/readyz",
        act=readyz,
        summary="Whether requests can be answered as they should, with reasons",
        gives={
            200: Given(said="They can.", shape=Ready),
            503: Given(said="They cannot, for these reasons.", shape=Ready),
        },
        open=True,
    ),
)
