"""Finds panels that a click opens within an article (tabs, accordions); gives parts by role their tags."""

from itertools import chain, islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import is_dense
from worker.document.html_elements import HEADING_TAGS

_ROLES = XPath("descendant::*[@role][@role='tablist' or @role='table' or @role='list']")
"""Most elements have no role: to ask for one first takes a third of the time."""
_TABS = XPath("descendant::*[@role='tab']")
_MIN_ROWS = 2
"""Rows or items from which roles make a table or a list; one alone is neither."""
_CELL_ROLES = {"cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th"}
_NO_ITEMS = ("img", "picture", "h1", "h2", "h3", "h4", "h5", "h6", "a", "button", "input")
"""What a card has, or an entry of a menu, and an item of words has not."""
_MOST_TABS = 40
"""Tabs of a row that are paired with panels: bounds the cost; articles have fewer."""
_MOST_SIBLINGS = 30
"""Siblings on each side in which a paragraph or an open panel is searched for, for the same bound."""
_MOST_LINKS = 40
"""Links of a panel that are measured, for the same bound."""
_MAX_LINKED_SHARE = 0.4
"""Share of a panel's text in links from which it is a menu or list of articles, and stays closed."""
_MIN_PARAGRAPH_CHARS = 60
"""Characters from which a paragraph beside a panel is one: panels of an article stand among such."""
_MIN_DENSE_PARAGRAPH_CHARS = 25
"""As `_MIN_PARAGRAPH_CHARS`, in Chinese, Japanese and Korean."""
_UP = 4
"""Steps from a panel to the element that stands beside the article's paragraphs."""
_MAX_LABEL_CHARS = 80
"""Characters of the longest label of a tab that becomes its panel's heading."""


def is_panel_of_text(element: HtmlElement) -> bool:
    """Return whether a hidden element is a panel among an article's paragraphs that a click opens.

    It has the role of one, its like stands open beside it, or a heading or control that opens it stands right
    over it; and it holds words, not links.
    """
    if element.tag not in ("div", "section"):
        return False
    opened = element.get("role") == "tabpanel" or _has_opener(element) or _has_open_sibling(element)
    return opened and _is_worded(element) and _stands_beside_text(element)


def _has_opener(element: HtmlElement) -> bool:
    """Return whether what stands right over an element opens it."""
    opener = element.getprevious()
    if opener is None or (opener.tail or "").strip():
        return False
    parts = [opener, *islice(opener.iterdescendants(), 8)]
    return any(
        part.get("aria-expanded") is not None or part.get("role") == "button" or part.tag == "button"
        for part in parts
    )


def _has_open_sibling(element: HtmlElement) -> bool:
    """Return whether a sibling of the same tag and class is shown: no style of its own hides it."""
    names = element.get("class")
    if not names:
        return False
    beside = chain(
        islice(element.itersiblings(preceding=True), _MOST_SIBLINGS),
        islice(element.itersiblings(), _MOST_SIBLINGS),
    )
    return any(
        each.tag == element.tag
        and each.get("class") == names
        and each.get("style") is None
        and each.get("hidden") is None
        and each.get("aria-hidden") != "true"
        for each in beside
    )


def _is_worded(element: HtmlElement) -> bool:
    text = "".join(element.itertext()).strip()
    linked = sum(len(link.text_content()) for link in islice(element.iter("a"), _MOST_LINKS))
    return bool(text) and linked <= len(text) * _MAX_LINKED_SHARE


def _stands_beside_text(element: HtmlElement) -> bool:
    """Return whether an element, or one that it stands in, has a paragraph of the article right beside it."""
    return any(
        each.tag not in ("body", "main", "article") and _has_paragraph_beside(each)
        for each in islice(chain((element,), element.iterancestors()), _UP)
    )


def _has_paragraph_beside(element: HtmlElement) -> bool:
    before = islice(element.itersiblings(preceding=True), _MOST_SIBLINGS)
    after = islice(element.itersiblings(), _MOST_SIBLINGS)
    return any(each.tag == "p" and _is_long(each) for each in chain(before, after))


def _is_long(paragraph: HtmlElement) -> bool:
    text = "".join(islice(paragraph.itertext(), 60)).strip()
    return len(text) >= (_MIN_DENSE_PARAGRAPH_CHARS if is_dense(text) else _MIN_PARAGRAPH_CHARS)


def order_by_roles(tree: HtmlElement) -> None:
    """Set the words of each tab as a heading into its panel; give tables and lists by role their tags."""
    for element in list(_ROLES(tree)):
        role = element.get("role")
        if role == "tablist":
            _head_panels(element)
        elif role == "list":
            _name_items(element)
        elif element.tag != "table":
            _name_parts(element)


def _head_panels(tabs: HtmlElement) -> None:
    """Set the words of tabs into their panels, where they stand among an article's paragraphs."""
    if not _stands_beside_text(tabs):
        return
    pairs = _pair(tabs)
    if len(pairs) < 2 or not all(_is_worded(panel) for _, panel in pairs):  # noqa: PLR2004
        return
    for tab, panel in pairs:
        label = " ".join("".join(tab.itertext()).split())
        panel.set("role", "tabpanel")
        if label and len(label) <= _MAX_LABEL_CHARS and next(panel.iter(*HEADING_TAGS), None) is None:
            _set_heading(panel, label)
    tabs.drop_tree()


def _name_parts(table: HtmlElement) -> None:
    """Return what is a table by its roles alone the tags of one."""
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
    if plain and _has_paragraph_beside(element):
        element.tag = "ul"
        for item in items:
            item.tag = "li"


def _pair(tabs: HtmlElement) -> list[tuple[HtmlElement, HtmlElement]]:
    """Pair tabs with their panels: by the id that a tab names, else in order."""
    around = tabs.getparent()
    listed = list(islice(_TABS(tabs), _MOST_TABS))
    if around is None or not listed:
        return []
    panels = [
        each
        for each in islice(around.iter("div", "section"), 10 * _MOST_TABS)
        if each.get("role") == "tabpanel" or each.get("id")
    ]
    by_id = {panel.get("id"): panel for panel in panels}
    named = [(tab, by_id[name]) for tab in listed if (name := _name_panel(tab)) in by_id]
    if len(named) == len(listed):
        return named
    with_role = [panel for panel in panels if panel.get("role") == "tabpanel"]
    return list(zip(listed, with_role, strict=True)) if len(with_role) == len(listed) else []


def _name_panel(tab: HtmlElement) -> str:
    """Return the id of what a tab, or the link in it, opens."""
    for part in (tab, *islice(tab.iter("a", "button"), 2)):
        for name in ("aria-controls", "href", "data-bs-target", "data-target"):
            value = part.get(name) or ""
            if value and (name == "aria-controls" or value.startswith("#")):
                return value.removeprefix("#")
    return ""


def _set_heading(panel: HtmlElement, label: str) -> None:
    heading = panel.makeelement("h4")
    heading.text, heading.tail, panel.text = label, panel.text, None
    panel.insert(0, heading)
