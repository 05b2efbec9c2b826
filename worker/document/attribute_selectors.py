"""Selects elements by values of their attributes as XPath expressions do, each value tested once a page.

In XPath `re:test` calls back into Python for each element, and is half of an extraction's time.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml.etree import XPath
from lxml.html import HtmlElement

_HEAD = re.compile(r"\s*(\(?)\s*\.//\*(?:\[(self::\w+(?:\s+or\s+self::\w+)*)\])?\[\s*")
_TEST = re.compile(
    r"(?:(?P<function>re:test|contains|starts-with)\()?(?P<folded>translate\()?"
    r"@(?P<name>[\w-]+)(?:\|@(?P<other>[\w-]+))?(?(folded), ?'(?P<from>\w+)', ?'(?P<to>\w+)'\))"
    r"(?(function), ?'(?P<part>[^']*)'(?P<anycase>, ?'i')?\)|(?: ?= ?'(?P<whole>[^']*)')?)"
)
_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
_OR = re.compile(r"\s+or\s+")
_QUOTED = re.compile(r"'[^']*'")
_Taken = Literal["all", "siblings", "first", "asked"]
"""Which of the elements whose attributes match an expression takes; "asked" where it has more conditions."""
_ENDS: dict[str, _Taken] = {"]": "all", "][1]": "siblings", "])[1]": "first"}


@contextmanager
def keep_tested_values(tree: HtmlElement) -> Iterator[None]:
    """Have selectors test the values of this page's attributes once for as long as the context lasts.

    For trees that are copies of this one, or parts: with values that it does not have they miss elements.
    """
    before = _page.set(_PageValues(tree))
    try:
        yield
    finally:
        _page.reset(before)


class AttributeSelector:
    """Selects the descendants that an XPath expression does, by the values of their attributes.

    For expressions `.//*[self::TAG or …][TEST or …]` whose tests each compare one attribute, or the first
    one of two. Conditions besides are left to the expression, asked where an element passes the tests.
    """

    __slots__ = ("_patterns", "_tags", "_taken", "expression")

    def __init__(
        self,
        expression: XPath,
        tags: tuple[str, ...],
        patterns: dict[tuple[str, ...], re.Pattern[str]],
        taken: _Taken,
    ) -> None:
        self.expression = expression
        self._tags = tags
        self._patterns = patterns
        self._taken = taken

    def __call__(self, tree: HtmlElement) -> list[HtmlElement]:
        """Return the elements within the tree that the expression selects, in their order."""
        matching = self.match_values(_page.get() or _PageValues(tree))
        if not matching:
            return []
        if self._taken == "asked":
            found: list[HtmlElement] = self.expression(tree)
            return found
        matched = self._iterate_matched(tree, matching)
        if self._taken == "all":
            return list(matched)
        if self._taken == "first":
            return list(islice(matched, 1))
        first: dict[HtmlElement, HtmlElement] = {}
        for element in matched:
            first.setdefault(element.getparent(), element)
        return list(first.values())

    def match_values(self, page: "_PageValues") -> dict[tuple[str, ...], frozenset[str]]:
        """Return which values of attributes pass the tests, for those attributes of which one does."""
        matching = page.matching.get(self)
        if matching is None:
            matching = {}
            for names, pattern in self._patterns.items():
                values = page.list_values(*names)
                if passing := frozenset(filter(pattern.search, values)):
                    matching[names] = passing
            page.matching[self] = matching
        return matching

    def _iterate_matched(
        self, tree: HtmlElement, matching: dict[tuple[str, ...], frozenset[str]]
    ) -> Iterator[HtmlElement]:
        alone = [(names[0], values) for names, values in matching.items() if len(names) == 1]
        paired = [(names, values) for names, values in matching.items() if len(names) > 1]
        for element in tree.iterdescendants(*self._tags):
            for name, values in alone:
                if element.get(name) in values:
                    yield element
                    break
            else:
                if paired and any(_read_first(element, names) in values for names, values in paired):
                    yield element


class _PageValues:
    """The values of a page's attributes, and which of them pass the tests of a selector.

    Of the page as the extractor gets it, which only takes away.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._values: dict[str, frozenset[str]] = {}
        self.matching: dict[AttributeSelector, dict[tuple[str, ...], frozenset[str]]] = {}

    def list_values(self, *names: str) -> frozenset[str]:
        """List the values that one of these attributes has."""
        for name in names:
            if name not in self._values:
                self._values[name] = frozenset(_build_reader(name)(self._tree))
        return frozenset().union(*(self._values[name] for name in names))


_page: ContextVar[_PageValues | None] = ContextVar("page", default=None)


@lru_cache(maxsize=16)
def _build_reader(name: str) -> XPath:
    return XPath(f"descendant-or-self::*/@{name}", smart_strings=False)


def _read_first(element: HtmlElement, names: tuple[str, ...]) -> str | None:
    """Read the attribute that stands first of these in the markup."""
    name = next((name for name in element.keys() if name in names), None)  # noqa: SIM118
    return None if name is None else element.get(name)


def build_selector(expression: XPath) -> XPath | AttributeSelector:
    """Build what selects the same as an expression in less time; itself where it has another form."""
    path = expression.path
    head = _HEAD.match(path)
    if head is None:
        return expression
    parts: dict[tuple[str, ...], list[str]] = {}
    end = head.end()
    while test := _TEST.match(path, end):
        names = (test["name"], test["other"]) if test["other"] else (test["name"],)
        parts.setdefault(names, []).append(_write_pattern(test))
        more = _OR.match(path, end := test.end())
        if more is None:
            break
        end = more.end()
    else:
        return expression
    rest = "".join(_QUOTED.sub("", path[end:]).split())
    taken: _Taken = _ENDS.get(rest, "asked")
    if taken == "asked" and ("|" in rest or not rest.startswith("][")):
        return expression
    tags = tuple(name.removeprefix("self::") for name in _OR.split(head[2])) if head[2] else ("*",)
    patterns = {names: re.compile("|".join(written)) for names, written in parts.items()}
    return AttributeSelector(expression, tags, patterns, taken)


def _write_pattern(test: re.Match[str]) -> str:
    """Write the regular expression that a value has where the test of an attribute holds."""
    if test["whole"] is not None:
        return rf"\A{re.escape(test['whole'])}\Z"
    if test["function"] is None:
        return ""  # the attribute is there
    part: str = test["part"]
    if test["function"] == "re:test":
        return f"(?i:{part})" if test["anycase"] else f"(?:{part})"
    written = re.escape(part)
    for big, small in zip(test["from"] or "", test["to"] or "", strict=True):
        written = written.replace(small, f"[{small}{big}]")
    return rf"\A{written}" if test["function"] == "starts-with" else written


def build_union_selector(expression: XPath) -> Callable[[HtmlElement], list[HtmlElement]]:
    """Build what asks the last part of a union, if it tests attributes, only where an element passes it."""
    others, found, last = expression.path.rpartition("|.//*[")
    tested = build_selector(XPath(f".//*[{last}", namespaces=_NAMESPACES)) if found else expression
    if not isinstance(tested, AttributeSelector):
        return expression  # type: ignore[no-any-return]
    rest = XPath(others, namespaces=_NAMESPACES)
    return lambda tree: expression(tree) if tested(tree) else rest(tree)
