"""Reads the values that a page's scripts carry: JSON, assignments of it, React's flight rows, literals.

Nothing is run. What frameworks write for their own scripts is read by its form: a JSON document, a JSON value
behind "=" or "(", a string that holds JSON, a list whose numbers name places in it (devalue, turbo-stream),
objects that name one another (`__ref`), rows "id:value" (React 19, "Flight").
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

from worker.document.page_trimming import MOST_ELEMENTS
from worker.extraction.page_data.flight_rows import MOST_NODES, ExpansionLimit, read_flight_values

MOST_CHARS = 4_000_000
"""Characters of all scripts that are read: five times what the largest state of 980 pages has."""
_LEAST_CHARS = 160
"""A script or attribute with fewer holds no article."""
_MOST_STARTS = 30
"""Places of a script at which a JSON value is tried: each failure costs what was read until it."""
_START = re.compile(r"(?:[=(:]|return|\|\|)\s*(?=[\[{]\s*[\[{\"\]}])")
_BARE_WORD = re.compile(r"(?<=[:,\[])\s*(?:undefined|void 0|!0|!1|NaN)\s*(?=[,}\]])")
_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?", re.DOTALL)
"""A string, closed or not: what an open one holds is not read again from each quotation mark in it."""
_MAX_CHARS_BEHIND = 4000
"""Characters behind known words in which a text must go on."""
_WORDS = re.compile(r"[^\W\d_]{2}[,;]? [^\W\d_]{2}")
_MORE_WORDS = 150
"""Pairs of words in so many characters that show a text that goes on, and no list of names and values."""
_MARKUP = re.compile(r"(?:<|\\u003c|\\x3c|&lt;)p\b", re.IGNORECASE)
"""Without it the literals of a script that is no JSON hold no article."""
_PUSHED = re.compile(r"\.push\(\s*\[\s*1\s*,\s*(\"(?:[^\"\\]|\\.)*+\")\s*\]\s*\)", re.DOTALL)
_JSON_TYPES = ("json", "speculationrules")
_DECODER = json.JSONDecoder(strict=False)


def read_script_values(
    scripts: Iterable[HtmlElement], tree: HtmlElement, least: int, probe: str | None = None
) -> Iterator[Any]:
    """Yield the values of scripts, and of attributes that hold JSON, that have at least so many characters.

    What is said for machines about the page (JSON-LD) comes with the rest. At most MOST_CHARS are read. With
    a `probe` only scripts are read in which a text goes on behind these words: looking costs a hundredth of
    reading.
    """
    least = max(least, _LEAST_CHARS)
    left = MOST_CHARS
    pushed: list[str] = []
    for script in scripts:
        text = script.text or ""
        if probe and not _goes_on(text, probe):
            continue
        if (part := _PUSHED.findall(text)) and left > 0:
            pushed.extend(part)
            left -= len(text)
        elif len(text) >= least and len(text) <= left:
            left -= len(text)
            yield from _read_script(text, (script.get("type") or "").lower())
    if pushed:
        yield from read_flight_values("".join(filter(None, map(_parse_string, pushed))))
    if not probe:
        yield from _read_attributes(tree, least, left)


def _goes_on(text: str, probe: str) -> bool:
    """Return whether a text written for readers goes on behind these words."""
    place = text.find(probe)
    behind = text[place + len(probe) : place + len(probe) + _MAX_CHARS_BEHIND]
    return place >= 0 and len(_WORDS.findall(behind)) >= _MORE_WORDS


def _read_script(text: str, kind: str) -> Iterator[Any]:
    if any(word in kind for word in _JSON_TYPES) or text.lstrip()[:1] in ("{", "["):
        value = parse_json(text.strip().rstrip(";"))
        if value is not None:
            yield _hydrate(value, len(text))
            return
    text = _BARE_WORD.sub(_replace_bare_word, text)
    found = False
    for value, chars in _read_assigned(text):
        found = True
        yield _hydrate(value, chars)
    if not _MARKUP.search(text) and "JSON" not in text and "enqueue" not in text:
        return
    literals = _read_literals(text)
    for literal in literals:
        value = read_nested(literal)
        if value is not None:
            found = True
            yield _hydrate(value, len(literal))
    if not found:
        yield literals


def _replace_bare_word(word: re.Match[str]) -> str:
    return {"!0": "true", "!1": "false"}.get(word[0].strip(), "null")


def _read_assigned(text: str) -> Iterator[tuple[Any, int]]:
    """Yield the JSON values that stand behind "=", "(" and the like, the outermost, with their lengths."""
    place, tries = 0, 0
    while tries < _MOST_STARTS and (start := _START.search(text, place)):
        tries += 1
        try:
            value, place = _DECODER.raw_decode(text, start.end())
        except (ValueError, RecursionError):
            place = start.end()
            continue
        if (chars := place - start.end()) >= _LEAST_CHARS:
            yield value, chars


def _read_literals(text: str) -> list[str]:
    literals: list[str] = []
    for found in _LITERAL.finditer(text):
        if len(literals) >= MOST_NODES:
            break
        literal = found[0]
        if len(literal) > 1 and literal[-1] == literal[0] and (value := _parse_string(literal)):
            literals.append(value)
    return literals


def _parse_string(literal: str) -> str | None:
    """Read a string literal of JavaScript."""
    inner = literal[1:-1]
    if literal[0] != '"':
        inner = inner.replace("\\'", "'").replace("\\`", "`").replace("\n", "\\n")
        inner = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inner)
    inner = re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", inner)
    try:
        value = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def parse_json(text: str) -> Any:
    """Parse JSON; None for what is none."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def read_nested(text: str) -> Any:
    """Read the object or list that a string holds, written out or encoded as in an address; else None."""
    if len(text) < _LEAST_CHARS:
        return None
    if text.startswith(("%7B", "%5B")):
        text = unquote(text)
    return parse_json(text) if text[:2] in ('{"', "[{", "[[", '["') else None


def _read_attributes(tree: HtmlElement, least: int, left: int) -> Iterator[Any]:
    """Yield what attributes hold as JSON: the state of a part of the page that a script makes alive."""
    for number, element in enumerate(tree.iter()):
        if number > MOST_ELEMENTS:
            return
        for text in element.attrib.values():
            if least <= len(text) <= left and text[:1] in ("{", "["):
                left -= len(text)
                value = parse_json(text)
                if value is not None:
                    yield value


def _hydrate(value: Any, source_chars: int) -> Any:
    """Put what a value names by place or name where it is named."""
    limit = ExpansionLimit(MOST_NODES, source_chars)
    if isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict | list):
        return _Flat(value, limit).read() if _is_flat(value) else value
    if isinstance(value, dict):
        for cache in (value, *(part for part in value.values() if isinstance(part, dict))):
            if any(isinstance(node, dict) and "__typename" in node for node in cache.values()):
                return _Named(cache, limit).read()
    return value


def _is_flat(value: list[Any]) -> bool:
    first = value[0]
    places = [*first.values()] if isinstance(first, dict) else first[1:] or first
    return bool(places) and all(isinstance(place, int) and place < len(value) for place in places)


class _Flat:
    """A list in which every number within an object or list is the place of a value of it."""

    def __init__(self, values: list[Any], limit: ExpansionLimit) -> None:
        self.values = values
        self.limit = limit

    def read(self) -> Any:
        return self._at(0, 0)

    def _at(self, place: Any, depth: int) -> Any:
        if depth > 60 or not isinstance(place, int) or not 0 <= place < len(self.values):  # noqa: PLR2004
            return None
        value = self.values[place]
        if not self.limit.allow(value):
            return None
        if isinstance(value, dict):
            return {self._name(key): self._at(part, depth + 1) for key, part in value.items()}
        if isinstance(value, list):
            parts = value[1:] if value and isinstance(value[0], str) else value
            read = [self._at(part, depth + 1) for part in parts]
            return read[0] if len(parts) < len(value) and len(read) == 1 else read
        return value

    def _name(self, key: str) -> str:
        """Return a key, which turbo-stream writes as "_" and a place."""
        place = int(key[1:]) if key[:1] == "_" and key[1:].isdigit() else -1
        name = self.values[place] if 0 <= place < len(self.values) else key
        return name if isinstance(name, str) else key


class _Named:
    """Objects by name that hold one another as `{"__ref": name}`."""

    def __init__(self, nodes: dict[str, Any], limit: ExpansionLimit) -> None:
        self.nodes = nodes
        self.limit = limit

    def read(self) -> Any:
        return [self._fill(node, 0) for node in self.nodes.values()]

    def _fill(self, value: Any, depth: int) -> Any:
        if depth > 24 or not self.limit.allow(value):  # noqa: PLR2004
            return None
        if isinstance(value, dict):
            name = value.get("__ref")
            if isinstance(name, str):
                return self._fill(self.nodes.get(name), depth + 1)
            return {key: self._fill(part, depth + 1) for key, part in value.items()}
        if isinstance(value, list):
            return [self._fill(part, depth + 1) for part in value]
        return value
