"""Lists the values of a page's attributes: a step asks them first whether anything concerns it.

One attribute of all elements takes libxml2 a tenth of what a condition on each element takes.
"""

from collections.abc import Collection, Iterable

from lxml.etree import XPath
from lxml.html import HtmlElement

_READERS = {
    name: XPath(f"descendant-or-self::*/@{name}", smart_strings=False)
    for name in ("class", "id", "role", "style", "hidden", "aria-hidden", "itemtype", "itemprop")
}


def list_values(tree: HtmlElement, name: str) -> frozenset[str]:
    """List the values of all attributes of this name, each once."""
    return frozenset(_READERS[name](tree))


def find_words(names: Collection[str], words: Iterable[str]) -> list[str]:
    """Return those of the words, of small letters, that stand in any of the names."""
    said = "\n".join(names).lower()
    return [word for word in words if word in said]


def list_names(tree: HtmlElement) -> frozenset[str]:
    """List the values of all `class` and `id` attributes, each once."""
    return list_values(tree, "class") | list_values(tree, "id")
