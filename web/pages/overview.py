"""How things stand and how they went: numbers, findings, small plots."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from feedmill.event import texts
from web.ask import Ask, Route
from web.house import House
from web.kinds import OneOf, Param
from web.pages.show import SHOWN, show
from web.plots import Plot, bars, lines, outcomes
from web.standing import standing

_MINUTE_MS = 60_000
SPANS = {"hour": (60, _MINUTE_MS), "day": (48, 30 * _MINUTE_MS), "week": (84, 120 * _MINUTE_MS)}
"""Bins and the length of each in ms."""
_KEPT_S = 5.0


async def overview(ask: Ask) -> Response:
    """Show how things stand."""
    house = ask.house
    name = ask["span"]
    told = await standing(house)

    async def draw() -> list[Plot]:
        return await _plots(house, name, told["counts"])

    return show(
        ask,
        "overview.html",
        standing=told,
        plots=await house.kept(f"plots {name}", _KEPT_S, draw),
        span_name=name,
        spans=tuple(SPANS),
        rules=house.rules,
    )


async def _plots(house: House, name: str, counts: Mapping[str, Any]) -> list[Plot]:
    count, step = SPANS[name]
    now = round(house.clock() * 1000)
    start = now - now % step - (count - 1) * step
    bins = [house.tail.shelf.between(start + at * step, start + (at + 1) * step) for at in range(count)]
    rows: Any = await house.ledger.client.xrange(house.ledger.keys.samples(), min=str(start - 2 * step))
    samples = [(int(row[0].partition(b"-")[0]), _numbers(texts(row[1]))) for row in rows]
    present = {
        f"{kind}:{outcome}": number
        for kind in ("published", "settled")
        for outcome, number in counts[kind].items()
    }
    samples.append((now, present))
    return [
        bars("Stream entries", [entries for entries, _ in bins], start, step, "entries"),
        lines(
            "Seconds to the stream",
            {"half take less": [_share(delays, 0.5) for _, delays in bins],
             "nine in ten take less": [_share(delays, 0.9) for _, delays in bins]},
            start,
            step,
        ),
        outcomes("Outcomes of pages", samples, start, step, count),
    ]  # fmt: skip


def _share(delays: Any, share: float) -> float | None:
    return sorted(delays)[min(int(len(delays) * share), len(delays) - 1)] if delays else None


def _numbers(fields: dict[str, str]) -> dict[str, int]:
    return {name: int(value) for name, value in fields.items() if value.isdecimal()}


ROUTES = (
    Route(
        path="/overview",
        act=overview,
        summary="How things stand",
        page=True,
        takes=(Param("span", OneOf(tuple(SPANS)), "How far back the plots go.", default="day"),),
        gives=SHOWN,
    ),
)
