"""Serves the status: counts, server, groups, findings, and the health of the gateway itself."""

import asyncio
from dataclasses import asdict
from typing import Any

import msgspec
from redis.exceptions import RedisError
from starlette.responses import Response

from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.errors import LedgerError
from feedmill._metrics.exposition import CONTENT_TYPE, render_exposition
from feedmill._metrics.gauges import GaugeReadings, read_gauges
from feedmill._redis.connection_errors import describe_outage
from feedmill.groups import GroupState, group_states
from web.api.feed_status_endpoints import read_all_feeds
from web.app_context import AppContext, FindingShape
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.status.backed_off_sites import ClosedSite, read_closed_sites
from web.status.feed_attention import choose_needy
from web.status.feed_list import FeedShape, count_by_health, shape_feed
from web.status.retention import Retention, read_retention
from web.status.running_state import RunningState, describe_running

_CACHE_S = 2.0
"""Seconds that gauges and groups are kept: many pages and programs ask, the ledger is read once."""


class GatewayStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Everything at one moment."""

    now_ms: int
    running: RunningState
    counts: dict[str, Any]
    """As `feedmill status --json` gives them."""
    feeds: dict[str, int]
    """Feeds by health."""
    attention: tuple[FeedShape, ...]
    """The feeds that need a look most, at most 10."""
    attention_total: int
    """Feeds that need a look."""
    closed_sites: tuple[ClosedSite, ...]
    """Sites of feeds whose gate is shut for more than a minute, at most 10."""
    stream: Retention
    findings: tuple[FindingShape, ...]
    """What is not as it must be; empty when all is well."""
    groups: int
    live: int
    """Readers of /v1/stream."""
    entries_indexed: int


class GroupPage(msgspec.Struct, frozen=True, kw_only=True):
    """The consumer groups of the stream; times in ms."""

    groups: tuple[GroupState, ...]


class Liveness(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str


class ReadinessCondition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of being ready."""

    name: str
    ok: bool
    detail: str


class ReadinessReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whether requests can be answered as they should."""

    ready: bool
    checks: tuple[ReadinessCondition, ...]


async def status(request: RequestContext) -> Response:
    """Answer with everything at one moment."""
    return json_answer(await read_status(request.app))


async def groups(request: RequestContext) -> Response:
    """Answer with the groups."""
    return json_answer({"groups": await read_all_groups(request.app)})


async def livez(request: RequestContext) -> Response:
    """Answer while the process runs."""
    del request
    return json_answer(Liveness(status="ok"))


async def readyz(request: RequestContext) -> Response:
    """Answer with 200 when ready and 503 when not, with reasons."""
    follower = request.app.follower
    try:
        await request.app.ledger.client.ping()
        said = ""
    except (RedisError, OSError) as error:
        said = describe_outage(error)
    checks = (
        ReadinessCondition(name="redis", ok=not said, detail=said or "answers"),
        ReadinessCondition(
            name="index",
            ok=follower.ready,
            detail=f"{len(follower.index)} entries"
            + ("" if follower.ready else " so far, still reading the stream"),
        ),
    )
    ready = all(check.ok for check in checks)
    return json_answer(ReadinessReport(ready=ready, checks=checks), status=200 if ready else 503)


async def metrics(request: RequestContext) -> Response:
    """Answer with all metrics; a server that does not answer is one of them."""
    measured = await _measure(request.app)
    gauges = None if isinstance(measured, Exception) else measured
    text = await asyncio.to_thread(render_exposition, request.app.dependencies.metrics, gauges)
    return Response(text, media_type=CONTENT_TYPE)


async def _measure(app: AppContext) -> GaugeReadings | Exception:
    """Measure the ledger at most every two seconds; a server that does not answer is kept as long."""

    async def measure() -> GaugeReadings | Exception:
        try:
            return await asyncio.to_thread(read_gauges, app.blocking, app.prefix)
        except (LedgerError, RedisError, OSError) as error:
            return error

    return await app.read_cached("gauges", _CACHE_S, measure)


async def read_status(app: AppContext) -> dict[str, Any]:
    """Measure everything, at most every two seconds."""

    async def look() -> dict[str, Any]:
        measured = await _measure(app)
        if isinstance(measured, Exception):
            raise measured.with_traceback(None)
        counts, found = measured.census, measured.groups
        feeds = await read_all_feeds(app)
        now_ms = round(app.clock() * 1000)
        stream = await read_retention(app, measured.info, found, counts, now_ms)
        needy, needing = await read_needy_feeds(app)
        return {
            "now_ms": now_ms,
            "running": describe_running(
                counts,
                workers=measured.workers,
                late_ms=measured.late_ms,
                last_poll_at=max((feed.last_poll_at or 0 for feed in feeds), default=0) or None,
                now_ms=now_ms,
            ),
            "counts": _count_census(counts),
            "feeds": count_by_health(feeds),
            "attention": [shape_feed(feed) for feed in needy],
            "attention_total": needing,
            "closed_sites": await read_closed_sites(app.ledger, feeds, now_ms),
            "stream": stream,
            "findings": await asyncio.to_thread(
                app.dependencies.find_problems, app.blocking, measured, feeds
            ),
            "groups": len(found),
            "live": app.live,
            "entries_indexed": len(app.index),
        }

    return await app.read_cached("standing", _CACHE_S, look)


async def read_needy_feeds(app: AppContext) -> tuple[list[FeedState], int]:
    """Read the feeds that need a look most, and how many need one, at most every two seconds."""

    async def choose() -> tuple[list[FeedState], int]:
        return choose_needy(await read_all_feeds(app))

    return await app.read_cached("needy", _CACHE_S, choose)


async def read_all_groups(app: AppContext) -> list[GroupState]:
    """Read the state of all groups, at most every two seconds."""
    return await app.read_cached(
        "groups", _CACHE_S, lambda: asyncio.to_thread(group_states, app.blocking, app.prefix)
    )


def _count_census(census: Census) -> dict[str, Any]:
    return {**asdict(census), "balanced": census.balanced, "idle": census.idle}


ROUTES = (
    RouteSpec(
        path="/v1/status",
        handler=status,
        summary="Counts, stream, findings: everything at one moment",
        responses={200: ResponseSpec(description="Everything.", body_type=GatewayStatus)},
    ),
    RouteSpec(
        path="/v1/groups",
        handler=groups,
        summary="Consumer groups with their lag",
        responses={200: ResponseSpec(description="The groups.", body_type=GroupPage)},
    ),
    RouteSpec(
        path="/metrics",
        handler=metrics,
        summary="Counters of this machine's processes and gauges of the ledger, for Prometheus",
        responses={200: ResponseSpec(description="The text format 0.0.4.", media="text/plain")},
    ),
    RouteSpec(
        path="/livez",
        handler=livez,
        summary="Whether the process answers",
        responses={200: ResponseSpec(description="It does.", body_type=Liveness)},
        is_public=True,
    ),
    RouteSpec(
        path="/readyz",
        handler=readyz,
        summary="Whether requests can be answered as they should, with reasons",
        responses={
            200: ResponseSpec(description="They can.", body_type=ReadinessReport),
            503: ResponseSpec(description="They cannot, for these reasons.", body_type=ReadinessReport),
        },
        is_public=True,
    ),
)
