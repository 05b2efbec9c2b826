"""Finds the elements of a page that CSS selectors name, within a bound of processor time."""

import time
from collections.abc import Callable, Iterator, Sequence

from lxml.html import HtmlElement

from feedmill._operator_rules.override_selectors import Compound, Position, Selector

MAX_CPU_S = 0.2
"""Processor time of one selector on one page: two hundred times what a usual one needs."""
MAX_FOUND = 2000
"""Elements that a selector gives; further ones are left out."""
_STEPS_BETWEEN_CHECKS = 16
"""Comparisons between two readings of the clock: reading it costs more than a comparison."""
_MAX_ATTRIBUTE_CHARS = 4000
"""Characters of an attribute that are compared: bounds the cost of one step."""

_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda _value, _wanted: True,
    "=": lambda value, wanted: value == wanted,
    "~=": lambda value, wanted: wanted in value.split(),
    "|=": lambda value, wanted: value == wanted or value.startswith(f"{wanted}-"),
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
}


class SelectionTimeoutError(Exception):
    """A selector took more processor time than it may."""


class StepTimer:
    """Raises SelectionTimeoutError when the time is over; asked at every element that is compared."""

    def __init__(self, max_cpu_s: float, clock: Callable[[], float] = time.process_time) -> None:
        self._clock = clock
        self._until = clock() + max_cpu_s
        self._steps = 0

    def check(self) -> None:
        """Count one step."""
        self._steps += 1
        if self._steps % _STEPS_BETWEEN_CHECKS == 0 and self._clock() > self._until:
            raise SelectionTimeoutError


def select_elements(
    tree: HtmlElement, selectors: Sequence[Selector], timer: StepTimer | None = None
) -> list[HtmlElement]:
    """Return the elements that one of the selectors names, in document order."""
    timer = timer or StepTimer(MAX_CPU_S)
    found = []
    for element in tree.iter("*"):
        timer.check()
        if any(_matches(one, element, timer) for one in selectors):
            found.append(element)
            if len(found) >= MAX_FOUND:
                break
    return found


def _matches(selector: Selector, element: HtmlElement, timer: StepTimer) -> bool:
    return _fits(selector.last, element, timer) and _follows(selector, 0, element, timer)


def _follows(selector: Selector, at: int, element: HtmlElement, timer: StepTimer) -> bool:
    """Return whether what a selector requires before an element is there, from the place `at` on."""
    if at == len(selector.before):
        return True
    combinator, compound = selector.before[at]
    for other in _list_related(combinator, element):
        timer.check()
        if _fits(compound, other, timer) and _follows(selector, at + 1, other, timer):
            return True
    return False


def _list_related(combinator: str, element: HtmlElement) -> Iterator[HtmlElement]:
    if combinator == " ":
        yield from element.iterancestors()
    elif combinator == ">":
        parent = element.getparent()
        if parent is not None:
            yield parent
    else:
        for sibling in element.itersiblings("*", preceding=True):
            yield sibling
            if combinator == "+":
                return


def _fits(compound: Compound, element: HtmlElement, timer: StepTimer) -> bool:
    if compound.tag and element.tag != compound.tag:
        return False
    if compound.classes:
        there = (element.get("class") or "")[:_MAX_ATTRIBUTE_CHARS].split()
        if any(name not in there for name in compound.classes):
            return False
    return (
        all(_has_attribute(element, *one) for one in compound.attributes)
        and not any(_fits(one, element, timer) for one in compound.excluded)
        and all(_stands_at(one, element, timer) for one in compound.positions)
    )


def _has_attribute(element: HtmlElement, name: str, operator: str, wanted: str) -> bool:
    value = element.get(name)
    if value is None:
        return False
    return _COMPARISONS[operator](value[:_MAX_ATTRIBUTE_CHARS], wanted)


def _stands_at(position: Position, element: HtmlElement, timer: StepTimer) -> bool:
    place = 1
    wanted = element.tag if position.of_type else "*"
    for _ in element.itersiblings(wanted, preceding=not position.from_last):
        timer.check()
        place += 1
    if position.step == 0:
        return place == position.start
    count, left = divmod(place - position.start, position.step)
    return left == 0 and count >= 0
