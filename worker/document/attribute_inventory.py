"""Lists the values of a page's attributes: a step asks them first whether anything concerns it.

One attribute of all elements takes libxml2 a tenth of what a condition on each element takes.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import accumulate, islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.page_trimming import MOST_ELEMENTS

_READERS = {
    name: XPath(f"descendant-or-self::*/@{name}", smart_strings=False)
    for name in ("class", "id", "role", "style", "hidden", "aria-hidden", "itemtype", "itemprop")
}


def list_values(tree: HtmlElement, name: str) -> frozenset[str]:
    """List the values of all attributes of this name, each once."""
    return frozenset(_READERS[name](tree))


class PageNames:
    """The values of `class` and `id` of a page's elements, listed once for the steps that go by these.

    Elements that get another value later are not found by it.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._names = tuple(list_values(tree, "class") | list_values(tree, "id"))

    @cached_property
    def _lowered(self) -> tuple[str, list[int]]:
        """All names in lower case, one a line, and where each begins."""
        lines = [f"{name.lower()}\n" for name in self._names]
        return "".join(lines), list(accumulate(map(len, lines), initial=0))

    def find_names(self, words: Iterable[str]) -> list[str]:
        """Return the names that hold one of these words, of small letters, in any case."""
        text, begins = self._lowered
        found: set[int] = set()
        for word in words:
            at = text.find(word)
            while at >= 0:
                number = bisect_right(begins, at)
                found.add(number - 1)
                at = text.find(word, begins[number])
        return [self._names[number] for number in sorted(found)]

    def find_elements(self, names: Collection[str], tags: Iterable[str]) -> list[HtmlElement]:
        """Return the elements of these tags that have one of the names, in the page's order."""
        if not names:
            return []
        return [
            element
            for element in islice(self._tree.iter(*tags), MOST_ELEMENTS)
            if element.get("class") in names or element.get("id") in names
        ]
