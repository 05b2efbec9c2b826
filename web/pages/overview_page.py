"""Shows in ten seconds whether feedmill runs, what came today and what needs a look; then how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from feedmill.event import texts
from feedmill.stream_entry_filter import Wanted
from web.api.status_endpoints import read_needy_feeds, read_status
from web.app_context import AppContext
from web.http.parameters import EnumType, Param
from web.pages.articles_page import describe_entry
from web.pages.page_response import SHOWN, find_zone, render_page
from web.rendering.charts import Chart, TimeBins, count_outcomes, make_bar_chart, make_delay_chart
from web.rendering.reader_zone import find_day_start_ms, find_offset_ms
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.status.feed_attention import describe_need
from web.status.feed_list import classify_health

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
"""Ms of a minute and of a day, of which the bins of the charts are made."""
SPANS = {"hour": (60, _MINUTE_MS), "day": (48, 30 * _MINUTE_MS), "week": (84, 120 * _MINUTE_MS)}
"""Bins and the length of each in ms."""
_CACHE_S = 5.0
"""Seconds that the figures of the charts are kept: their finest bar is a minute."""
_LATEST = 5
"""Articles that the overview names."""
_TOP_SOURCES = 5
"""Sources that the overview names, those of most new articles today."""
_SHOWN_AS_FEEDS = frozenset(
    {"failing feeds", "flooding feeds", "unreadable feeds", "dropped entries", "feeds that are gone"}
)
"""Findings that the table of feeds shows, feed by feed."""

_SHOWN_AS_STATE = frozenset({"polls", "workers", "line"})
"""Findings that the line about the state has, where that is not well."""


async def overview(request: RequestContext) -> Response:
    """Show the overview."""
    app = request.app
    name, zone = request["span"], find_zone(request)
    now_ms = round(app.clock() * 1000)
    standing = await read_status(app)
    needy, needing = await read_needy_feeds(app)
    shown = _SHOWN_AS_FEEDS | (_SHOWN_AS_STATE if standing["running"].level == "wrong" else frozenset())
    latest = app.index.find_entries(Wanted(events=frozenset({"created"})), _LATEST)
    return render_page(
        request,
        "overview.html",
        standing=standing,
        findings=[one for one in standing["findings"] if one.what not in shown],
        needy=[(feed, classify_health(feed), describe_need(feed)) for feed in needy],
        needing=needing,
        paused=sum(name.startswith("feed:") for name in standing["counts"]["paused"]),
        today=_count_today(app, find_day_start_ms(zone, now_ms), now_ms),
        latest=[describe_entry(entry) for entry in await app.read_entries(latest.places)],
        plots=await _make_charts(request, name, standing["counts"], now_ms),
        span_name=name,
        spans=tuple(SPANS),
        rules=app.limits,
    )


@dataclass(frozen=True, slots=True)
class TodayCounts:
    """What came since the reader's midnight."""

    new: int
    updated: int
    yesterday: int
    """New ones until the same time of the day before."""
    sources: int
    top: tuple[tuple[str, int], ...]
    """The sources of most new ones."""


def _count_today(app: AppContext, midnight_ms: int, now_ms: int) -> TodayCounts:
    events = app.index.count_events(midnight_ms, now_ms + _DAY_MS)
    before = app.index.count_events(midnight_ms - _DAY_MS, now_ms - _DAY_MS)
    sources = app.index.count_sources(midnight_ms)
    top = sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP_SOURCES]
    created, updated = events.get("created", 0), events.get("updated", 0)
    return TodayCounts(created, updated, before.get("created", 0), len(sources), tuple(top))


async def _make_charts(
    request: RequestContext, name: str, counts: Mapping[str, Any], now_ms: int
) -> list[Chart]:
    app, zone = request.app, find_zone(request)
    count, step = SPANS[name]
    offset = find_offset_ms(zone, now_ms)
    start = now_ms - (now_ms + offset) % step - (count - 1) * step
    bins = TimeBins(start, step, count, zone)

    async def measure() -> tuple[list[dict[str, int]], list[Sequence[int]], dict[str, list[int]]]:
        spans = [(start + at * step, start + (at + 1) * step) for at in range(count)]
        events = [app.index.count_events(*span) for span in spans]
        delays = [app.index.count_between(*span)[1] for span in spans]
        return (
            events,
            delays,
            count_outcomes(await _read_samples(app, counts, start - 2 * step, now_ms), bins),
        )

    # the bins of all zones that are ahead by as much are the same
    events, delays, outcomes = await app.read_cached(f"figures {name} {offset}", _CACHE_S, measure)
    new = [one.get("created", 0) for one in events]
    updated = [one.get("updated", 0) for one in events]
    percentiles = {f"p{share}": [_find_percentile(one, share / 100) for one in delays] for share in (50, 90)}
    published = [sum(pair) for pair in zip(new, updated, strict=True)]
    return [
        make_bar_chart("Articles in the stream", {"new": new, "updated": updated}, bins),
        make_delay_chart("From listing to the stream", percentiles, bins),
        make_bar_chart("What pages gave", {"published": published, **outcomes}, bins),
    ]


async def _read_samples(
    app: AppContext, counts: Mapping[str, Any], since_ms: int, now_ms: int
) -> list[tuple[int, dict[str, int]]]:
    """Read the counts of all time as they were every ten minutes, and as they are."""
    rows: Any = await app.ledger.client.xrange(app.ledger.keys.samples(), min=str(since_ms))
    samples = [(int(row[0].partition(b"-")[0]), _parse_numbers(texts(row[1]))) for row in rows]
    present = {f"settled:{outcome}": number for outcome, number in counts["settled"].items()}
    return [*samples, (now_ms, present)]


def _find_percentile(delays: Sequence[int], share: float) -> float | None:
    return sorted(delays)[min(int(len(delays) * share), len(delays) - 1)] if delays else None


def _parse_numbers(fields: dict[str, str]) -> dict[str, int]:
    return {name: int(value) for name, value in fields.items() if value.isdecimal()}


ROUTES = (
    RouteSpec(
        path="/overview",
        handler=overview,
        summary="How things stand",
        is_page=True,
        params=(Param("span", EnumType(tuple(SPANS)), "How far back the charts go.", default="day"),),
        responses=SHOWN,
    ),
)
