"""Makes pages whose text is in the values of their scripts, in any size: for drills of how the cost of reading grows.

Each shape is a pure function like those of `page_shapes`.
"""

import json
from collections.abc import Callable
from typing import Any

from support.page_shapes import Shape, filled, sentence

_TITLE = "The old bridge stays"


def _page(script: str) -> bytes:
    head = f"<!doctype html><html lang=en><head><title>{_TITLE}</title></head>"
    return f"{head}<body><div id=root></div><h1>{_TITLE}</h1>{script}</body></html>".encode()


def _told(size: int) -> str:
    return filled(size, lambda n: f"<p>{sentence(n)}</p>")


def _state(make: Callable[[int], Any]) -> Shape:
    """Carry a value as JSON."""
    return lambda size: _page(f"<script type=application/json>{json.dumps(make(size))}</script>")


def _script(unit: Callable[[int], str]) -> Shape:
    """Repeat a statement in one script."""
    return lambda size: _page(f"<script>{filled(size, unit)}</script>")


def _flight(make: Callable[[int], str]) -> Shape:
    """Send the rows of React."""
    return lambda size: _page(f"<script>self.__next_f.push([1,{json.dumps(make(size))}])</script>")


def _row_of_text(size: int) -> str:
    told = _told(size)
    return f"1:T{len(told.encode()):x},{told}"


def _rows_of_one_text(size: int) -> str:
    props = {"title": _TITLE, "body": ["$1"] * (size // 12)}
    return f"{_row_of_text(size // 2)}2:{json.dumps(['$', '$L3', None, props])}\n"


def _rows_of_one_markup(size: int) -> str:
    element = json.dumps(["$", "div", None, {"dangerouslySetInnerHTML": {"__html": "$1"}}])
    return _row_of_text(size // 2) + filled(size // 2, lambda n: f"{n + 2:x}:{element}\n")


def _row(number: int) -> str:
    return f"{number:x}:{json.dumps(['$', 'p', None, {'children': sentence(number)}])}\n"


def _paragraph(number: int) -> dict[str, str]:
    return {"type": "paragraph", "text": sentence(number, 20)}


SHAPES: dict[str, Shape] = {
    "state_blocks": _state(lambda size: {"title": _TITLE, "body": [_paragraph(n) for n in range(size // 140)]}),
    "state_others": _state(lambda size: [{"slug": f"/{n}", "title": sentence(n, 6), "body": _told(400)} for n in range(size // 520)]),
    "state_numbered": _state(lambda size: [{"title": 1, "body": 2}, _TITLE, [3] * (size // 6), _told(size // 2)]),
    "state_named": _state(lambda size: {"a": {"__typename": "A", "title": _TITLE, "body": [{"__ref": "b"}] * (size // 32)}, "b": {"__typename": "B", "html": _told(size // 2)}}),
    "state_chained": _state(lambda size: {f"n{n}": {"__typename": "A", "a": {"__ref": f"n{n + 1}"}, "b": {"__ref": f"n{n + 1}"}, "text": sentence(n, 40)} for n in range(size // 340)}),
    "state_open": lambda size: _page(f"<script>x = {'[{0:[' * (size // 5)}</script>"),
    "literals": _script(lambda n: f't("{_TITLE}");h("<p>{sentence(n, 40)}</p>");'),
    "literals_open": _script(lambda n: f"t{n} = '<p> \""),
    "flight_rows": _flight(lambda size: filled(size, _row)),
    "flight_one_text": _flight(_rows_of_one_text),
    "flight_one_markup": _flight(_rows_of_one_markup),
}  # fmt: skip
