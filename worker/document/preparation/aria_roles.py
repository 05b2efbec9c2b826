"""Gives tables and lists that are such by ARIA roles alone their tags, and panels of tabs their headings."""

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.preparation.panel_detection import has_paragraph_beside
from worker.document.preparation.tab_headings import head_panels

_ROLES = XPath("descendant::*[@role][@role='tablist' or @role='table' or @role='list']")
"""Most elements have no role: to ask for one first takes a third of the time."""
_MIN_ROWS = 2
"""Rows or items from which roles make a table or a list; one alone is neither."""
_CELL_ROLES = {"cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th"}
_NO_ITEMS = ("img", "picture", "h1", "h2", "h3", "h4", "h5", "h6", "a", "button", "input")
"""What a card has, or an entry of a menu, and an item of words has not."""


def apply_roles(tree: HtmlElement) -> None:
    """Set the words of each tab as a heading into its panel; give tables and lists by role their tags."""
    for element in list(_ROLES(tree)):
        role = element.get("role")
        if role == "tablist":
            head_panels(element)
        elif role == "list":
            _name_items(element)
        elif element.tag != "table":
            _name_parts(element)


def _name_parts(table: HtmlElement) -> None:
    """Give what is a table by its roles alone the tags of one."""
    rows = [each for each in table.iterdescendants() if each.get("role") == "row"]
    cells = [[cell for cell in row if cell.get("role") in _CELL_ROLES] for row in rows]
    whole = all(len(row) == len(kept) for row, kept in zip(rows, cells, strict=True))
    if len(rows) < _MIN_ROWS or not whole:
        return
    table.tag = "table"
    for row, kept in zip(rows, cells, strict=True):
        row.tag = "tr"
        for cell in kept:
            cell.tag = _CELL_ROLES[cell.get("role")]


def _name_items(element: HtmlElement) -> None:
    """Give what is a list of words by its roles alone, among an article's paragraphs, the tags of one."""
    items = list(element)
    if element.tag != "div" or len(items) < _MIN_ROWS:
        return
    plain = all(
        item.tag == "div" and item.get("role") == "listitem" and next(item.iter(*_NO_ITEMS), None) is None
        for item in items
    )
    if plain and has_paragraph_beside(element):
        element.tag = "ul"
        for item in items:
            item.tag = "li"
