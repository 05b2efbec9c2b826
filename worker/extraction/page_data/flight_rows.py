"""Reads the rows in which React sends a page's elements ("Flight": react-server-dom, React 18.3 and 19).

A row is "id:value" and ends with a newline, or "id:Tn," and n bytes of text. A value is JSON in which
["$", tag, key, props] is an element and "$id" or "$Lid" another row.
"""

import contextlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_NODES = 100_000
"""Values, items, rows or literals of a page's scripts that are read: bounds the cost of large states."""
MAX_DEPTH = 60
"""Levels of values that are visited: bounds the recursion."""
_ROW = re.compile(rb"([0-9a-f]+):(?:T([0-9a-f]+),)?")
_REFERENCE = re.compile(r"\$[L@]?([0-9a-f]+)$")
_TAG = re.compile(r"[a-z][a-z0-9-]*$")
_MOST_TIMES = 8
"""Times its own length to which a source grows where it names parts of itself: a text named by an article,
its feed and its page comes to four; one named by thousands of others would cost their product."""
_ELEMENT_PARTS = 4
"""Parts of the array that stands for an element."""
_SILENT = frozenset(("script", "style", "noscript", "template", "meta", "link", "svg"))


class ExpansionLimit:
    """Bounds the values, and the characters of texts, that a source gives which names parts of itself."""

    def __init__(self, most_nodes: int, source_chars: int) -> None:
        self._nodes = most_nodes
        self._chars = _MOST_TIMES * source_chars

    def allow(self, value: Any) -> bool:
        """Count a value; return whether it is within the bounds."""
        self._nodes -= 1
        if isinstance(value, str):
            self._chars -= len(value)
        return self._nodes >= 0 and self._chars >= 0


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """Elements written out as HTML: a page as its scripts would show it."""

    html: str


def read_flight_values(payload: str) -> Iterator[Any]:
    """Yield the page that the rows write out, then what their components are given as values."""
    rows = _read_rows(payload.encode("utf-8", "replace"))
    writer = _RowWriter(rows, ExpansionLimit(MOST_NODES, len(payload)))
    yield RenderedPage(writer.write_page())
    yield from writer.given


def _read_rows(payload: bytes) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    place = 0
    while len(rows) < MOST_NODES and (head := _ROW.match(payload, place)):
        if head[2] is not None:
            end = head.end() + int(head[2], 16)
            rows[head[1].decode()] = payload[head.end() : end].decode("utf-8", "replace")
            place = end + (payload[end : end + 1] == b"\n")
            continue
        end = payload.find(b"\n", head.end())
        end = len(payload) if end < 0 else end
        with contextlib.suppress(ValueError, RecursionError):  # a module, a hint, an error
            rows[head[1].decode()] = json.loads(payload[head.end() : end])
        place = end + 1
    return rows


class _RowWriter:
    """Writes elements as HTML, each row once; gathers the properties of components."""

    def __init__(self, rows: dict[str, Any], limit: ExpansionLimit) -> None:
        self.rows = rows
        self.limit = limit
        self.parts: list[str] = []
        self.written: set[str] = set()
        self.given: list[Any] = []

    def write_page(self) -> str:
        for name, value in self.rows.items():
            if name not in self.written and isinstance(value, list):
                self.written.add(name)
                self._write(value, 0)
        return "".join(self.parts)

    def _write(self, value: Any, depth: int) -> None:
        if depth > MAX_DEPTH or not self.limit.allow(value):
            return
        if isinstance(value, str):
            self._write_text(value, depth)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.parts.append(str(value))
        elif isinstance(value, list):
            if value[:1] == ["$"] and len(value) >= _ELEMENT_PARTS and isinstance(value[3], dict):
                self._write_element(value[1], value[3], depth)
            else:
                for part in value:
                    self._write(part, depth + 1)

    def _write_text(self, text: str, depth: int) -> None:
        reference = _REFERENCE.match(text)
        if reference and reference[1] in self.rows:
            if reference[1] not in self.written:
                self.written.add(reference[1])
                self._write(self.rows[reference[1]], depth + 1)
        elif text.startswith("$$"):
            self.parts.append(html.escape(text[1:]))
        elif not text.startswith("$"):
            self.parts.append(html.escape(text))

    def _write_element(self, tag: Any, props: dict[str, Any], depth: int) -> None:
        named = isinstance(tag, str) and _TAG.match(tag) is not None
        if named and tag in _SILENT:
            return
        if not named:
            self.given.append(self._fill(props, 0))
        inner = props.get("dangerouslySetInnerHTML")
        markup = self._fill(inner, 0).get("__html") if isinstance(inner, dict) else None
        names = props.get("className")
        if named:
            self.parts.append(
                f"<{tag} class={html.escape(json.dumps(names))}>" if isinstance(names, str) else f"<{tag}>"
            )
        if isinstance(markup, str):
            self.parts.append(markup)
        self._write(props.get("children"), depth + 1)
        if named:
            self.parts.append(f"</{tag}>")

    def _fill(self, value: Any, depth: int) -> Any:
        """Return a value with the texts that it names by row; elements in it are left out."""
        if depth > MAX_DEPTH // 3 or not self.limit.allow(value):
            return None
        if isinstance(value, dict):
            return {key: self._fill(part, depth + 1) for key, part in value.items() if key != "children"}
        if isinstance(value, list):
            return None if value[:1] == ["$"] else [self._fill(part, depth + 1) for part in value]
        if isinstance(value, str) and (reference := _REFERENCE.match(value)):
            row = self.rows.get(reference[1])
            if isinstance(row, str):
                return row if self.limit.allow(row) else None
            return self._fill(row, depth + 8)
        return value
