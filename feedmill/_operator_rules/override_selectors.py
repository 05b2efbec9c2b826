"""Parses CSS selectors into steps that an element is compared with: the one door to cssselect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cssselect
from cssselect import parser

ALLOWED = (
    "a CSS selector of names, classes, ids, attributes, :not(), :first-child, :last-child, :nth-child(),"
    " their -of-type and the four combinators, of at most 500 characters"
)
_CACHED_SELECTORS = 1024
"""Parsed selectors that a process keeps; more than the sites of a usual list have."""
_ENDS = {
    "first-child": (False, False),
    "last-child": (True, False),
    "first-of-type": (False, True),
    "last-of-type": (True, True),
}
"""Of a pseudo-class: whether it counts from the last, and those of its name alone."""
_SERIES = {
    "nth-child": (False, False),
    "nth-last-child": (True, False),
    "nth-of-type": (False, True),
    "nth-last-of-type": (True, True),
}


class SelectorError(ValueError):
    """A selector that is none, or of a kind that is not read; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place among the children of one parent: a * n + b for some n from 0 on."""

    step: int
    start: int
    from_last: bool
    of_type: bool


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must be."""

    tag: str = ""
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str, str], ...] = ()
    """Name, operator (`exists`, `=`, `~=`, `|=`, `^=`, `$=`, `*=`) and value."""
    excluded: "tuple[Compound, ...]" = ()
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector read from its end."""

    last: Compound
    before: tuple[tuple[str, Compound], ...] = ()
    """Combinator and compound, from the last one backwards."""


@lru_cache(maxsize=_CACHED_SELECTORS)
def parse_selectors(text: str) -> tuple[Selector, ...]:
    """Parse selectors that stand apart by commas, once in a process; raises SelectorError."""
    try:
        parsed = cssselect.parse(text)
    except cssselect.SelectorError as error:
        found = re.search(r" at (\d+)", str(error))
        where = f" from character {int(found[1]) + 1} on" if found else ""
        raise SelectorError(f"cannot be read{where}") from error
    return tuple(_read_selector(one) for one in parsed)


def _read_selector(parsed: Any) -> Selector:
    if parsed.pseudo_element is not None:
        raise SelectorError(f"::{parsed.pseudo_element} is no element")
    tree, before = parsed.parsed_tree, []
    last: Compound | None = None
    combinator = ""
    while isinstance(tree, parser.CombinedSelector):
        compound = _read_compound(tree.subselector)
        if last is None:
            last = compound
        else:
            before.append((combinator, compound))
        combinator, tree = tree.combinator, tree.selector
    if last is None:
        return Selector(_read_compound(tree))
    return Selector(last, (*before, (combinator, _read_compound(tree))))


def _read_compound(tree: Any) -> Compound:
    tag, classes, attributes, excluded, positions = "", [], [], [], []
    for part in _list_parts(tree):
        if isinstance(part, parser.Element):
            tag = (part.element or "").lower()
            if part.namespace:
                raise SelectorError("namespaces are not read")
        elif isinstance(part, parser.Class):
            classes.append(part.class_name)
        elif isinstance(part, parser.Hash):
            attributes.append(("id", "=", part.id))
        elif isinstance(part, parser.Attrib):
            attributes.append(_read_attribute(part))
        elif isinstance(part, parser.Negation):
            excluded.append(_read_compound(part.subselector))
        elif isinstance(part, parser.Pseudo | parser.Function):
            positions.append(_read_position(part))
        else:
            raise SelectorError(f"{part.canonical()} is not read")
    return Compound(tag, tuple(classes), tuple(attributes), tuple(excluded), tuple(positions))


def _list_parts(tree: Any) -> Iterator[Any]:
    while not isinstance(tree, parser.Element):
        yield tree
        if isinstance(tree, parser.CombinedSelector) or not hasattr(tree, "selector"):
            raise SelectorError("combinators within :not() are not read")
        tree = tree.selector
    yield tree


def _read_attribute(part: Any) -> tuple[str, str, str]:
    if part.namespace or getattr(part, "flag", None):
        raise SelectorError("attributes with a namespace or a flag are not read")
    value = part.value.value if part.value is not None else ""
    if part.operator == "!=":
        raise SelectorError("!= is no operator of CSS; write :not([a=b])")
    return part.attrib.lower(), part.operator, value or ""


def _read_position(part: Any) -> Position:
    if isinstance(part, parser.Function) and part.name in _SERIES:
        try:
            step, start = parser.parse_series(part.arguments)
        except ValueError as error:
            raise SelectorError(f":{part.name}() needs a number or an+b") from error
        return Position(step, start, *_SERIES[part.name])
    if isinstance(part, parser.Pseudo) and part.ident in _ENDS:
        return Position(0, 1, *_ENDS[part.ident])
    name = part.name if isinstance(part, parser.Function) else part.ident
    raise SelectorError(f":{name} is not read")
