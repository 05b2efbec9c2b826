"""Lists the names in the attributes of a page: a step asks them first whether anything concerns it."""

from lxml.etree import XPath
from lxml.html import HtmlElement

_NAMES = XPath("descendant-or-self::*/@*[name()='class' or name()='id']", smart_strings=False)
"""One step over all attributes: libxml2 joins the results of two in the product of their sizes."""


def list_names(tree: HtmlElement) -> frozenset[str]:
    """List the values of all `class` and `id` attributes, each once."""
    return frozenset(_NAMES(tree))
