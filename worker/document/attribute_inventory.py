"""Lists the values of a page's attributes: a step asks them first whether anything concerns it.

One attribute of all elements takes libxml2 a tenth of what a condition on each element takes.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.page_trimming import MOST_ELEMENTS

_READERS = {
    name: XPath(f"descendant-or-self::*/@{name}", smart_strings=False)
    for name in ("class", "id", "role", "style", "hidden", "aria-hidden", "itemtype", "itemprop")
}
_NAMED = XPath("descendant-or-self::*[@class or @id]")


def list_values(tree: HtmlElement, name: str) -> frozenset[str]:
    """List the values of all attributes of this name, each once."""
    return frozenset(_READERS[name](tree))


class NamedElements:
    """The elements of a page by their values of `class` and `id`, listed once for the steps that go by these.

    Elements that are taken out or lose a value later are not found by it; those that get one are not either.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._elements: list[HtmlElement] = _NAMED(tree)[:MOST_ELEMENTS]
        self._places: dict[str, list[int]] = {}
        for place, element in enumerate(self._elements):
            for name in (element.get("class"), element.get("id")):
                if name:
                    self._places.setdefault(name, []).append(place)

    @property
    def names(self) -> Collection[str]:
        """The values, each once."""
        return self._places.keys()

    @cached_property
    def _lowered(self) -> str:
        return "\n".join(self._places).lower()

    def find_words(self, words: Iterable[str]) -> list[str]:
        """Return those of the words, of small letters, that stand in any of the names."""
        return [word for word in words if word in self._lowered]

    def find_elements(self, names: Collection[str], tags: Collection[str]) -> list[HtmlElement]:
        """Return the elements of these tags that have one of the names now, in the page's order."""
        places = sorted({place for name in names for place in self._places.get(name, ())})
        return [
            element
            for element in map(self._elements.__getitem__, places)
            if element.tag in tags
            and (element.get("class") in names or element.get("id") in names)
            and self._holds(element)
        ]

    def find_named(self, is_named: Callable[[str], object], tags: Collection[str]) -> list[HtmlElement]:
        """Return the elements of these tags whose class or id is named so, in the page's order."""
        return self.find_elements(frozenset(filter(is_named, self._places)), tags)

    def _holds(self, element: HtmlElement) -> bool:
        outermost = element
        for outermost in element.iterancestors():  # noqa: B007
            pass
        return outermost is self._tree
