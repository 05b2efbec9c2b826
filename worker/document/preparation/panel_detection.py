"""Finds an article's panels that a click opens (tabs, accordions); heads those of tabs with their labels."""

from itertools import chain, islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.paragraph_detection import is_long
from worker.document.tag_sets import HEADING_TAGS

_TABS = XPath("descendant::*[@role='tab']")
_MOST_TABS = 40
"""Tabs of a row that are paired with panels: bounds the cost; articles have fewer."""
_MOST_SIBLINGS = 30
"""Siblings on each side in which a paragraph or an open panel is searched for, for the same bound."""
_MOST_TEXTS = 60
"""Texts of a paragraph beside a panel that are measured, for the same bound."""
_MOST_LINKS = 40
"""Links of a panel that are measured, for the same bound."""
_MAX_LINKED_SHARE = 0.4
"""Share of a panel's text in links from which it is a menu or list of articles, and stays closed."""
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
        each.tag not in ("body", "main", "article") and has_paragraph_beside(each)
        for each in islice(chain((element,), element.iterancestors()), _UP)
    )


def has_paragraph_beside(element: HtmlElement) -> bool:
    """Return whether a long paragraph is a near sibling of an element."""
    before = islice(element.itersiblings(preceding=True), _MOST_SIBLINGS)
    after = islice(element.itersiblings(), _MOST_SIBLINGS)
    return any(
        each.tag == "p" and is_long("".join(islice(each.itertext(), _MOST_TEXTS)).strip())
        for each in chain(before, after)
    )


def head_panels(tabs: HtmlElement) -> None:
    """Set the words of tabs as headings into the panels, where these stand among an article's paragraphs."""
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
