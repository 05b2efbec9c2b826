"""Shows the current state and its history: numbers, findings, small plots."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from feedmill.event import texts
from web.api.status_endpoints import read_status
from web.app_context import AppContext
from web.http.parameters import EnumType, Param
from web.pages.page_template import SHOWN, render_page
from web.rendering.charts import Chart, make_bar_chart, make_line_chart, make_outcome_chart
from web.route_request import RequestContext, RouteSpec

_MINUTE_MS = 60_000
SPANS = {"hour": (60, _MINUTE_MS), "day": (48, 30 * _MINUTE_MS), "week": (84, 120 * _MINUTE_MS)}
"""Bins and the length of each in ms."""
_CACHE_S = 5.0
"""Seconds that the plots are kept: their finest bar is a minute."""


async def overview(request: RequestContext) -> Response:
    """Show how things stand."""
    app = request.app
    name = request["span"]
    result = await read_status(app)

    async def draw() -> list[Chart]:
        return await _make_charts(app, name, result["counts"])

    return render_page(
        request,
        "overview.html",
        standing=result,
        plots=await app.read_cached(f"plots {name}", _CACHE_S, draw),
        span_name=name,
        spans=tuple(SPANS),
        rules=app.limits,
    )


async def _make_charts(app: AppContext, name: str, counts: Mapping[str, Any]) -> list[Chart]:
    count, step = SPANS[name]
    now = round(app.clock() * 1000)
    start = now - now % step - (count - 1) * step
    bins = [app.index.count_between(start + at * step, start + (at + 1) * step) for at in range(count)]
    rows: Any = await app.ledger.client.xrange(app.ledger.keys.samples(), min=str(start - 2 * step))
    samples = [(int(row[0].partition(b"-")[0]), _parse_numbers(texts(row[1]))) for row in rows]
    present = {
        f"{kind}:{outcome}": number
        for kind in ("published", "settled")
        for outcome, number in counts[kind].items()
    }
    samples.append((now, present))
    return [
        make_bar_chart("Stream entries", [entries for entries, _ in bins], start, step, "entries"),
        make_line_chart(
            "Seconds to the stream",
            {"half take less": [_find_percentile(delays, 0.5) for _, delays in bins],
             "nine in ten take less": [_find_percentile(delays, 0.9) for _, delays in bins]},
            start,
            step,
        ),
        make_outcome_chart("Outcomes of pages", samples, start, step, count),
    ]  # fmt: skip


def _find_percentile(delays: Any, share: float) -> float | None:
    return sorted(delays)[min(int(len(delays) * share), len(delays) - 1)] if delays else None


def _parse_numbers(fields: dict[str, str]) -> dict[str, int]:
    return {name: int(value) for name, value in fields.items() if value.isdecimal()}


ROUTES = (
    RouteSpec(
        path="/overview",
        handler=overview,
        summary="How things stand",
        is_page=True,
        params=(Param("span", EnumType(tuple(SPANS)), "How far back the plots go.", default="day"),),
        responses=SHOWN,
    ),
)
