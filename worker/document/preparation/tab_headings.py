"""Sets the words of tabs as headings into their panels, which are shown one below the other."""

from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import LABEL_CHARS
from worker.document.preparation.panel_detection import is_worded, stands_beside_text
from worker.document.tag_sets import HEADING_TAGS, MOST_CHECKED

_TABS = XPath("descendant::*[@role='tab']")


def head_panels(tabs: HtmlElement) -> None:
    """Set the words of tabs as headings into the panels, where these stand among an article's paragraphs."""
    if not stands_beside_text(tabs):
        return
    pairs = _pair(tabs)
    if len(pairs) < 2 or not all(is_worded(panel) for _, panel in pairs):  # noqa: PLR2004
        return
    for tab, panel in pairs:
        label = " ".join("".join(tab.itertext()).split())
        panel.set("role", "tabpanel")
        if label and len(label) <= LABEL_CHARS and next(panel.iter(*HEADING_TAGS), None) is None:
            _set_heading(panel, label)
    tabs.drop_tree()


def _pair(tabs: HtmlElement) -> list[tuple[HtmlElement, HtmlElement]]:
    """Pair tabs with their panels: by the id that a tab names, else in order."""
    around = tabs.getparent()
    listed = list(islice(_TABS(tabs), MOST_CHECKED))
    if around is None or not listed:
        return []
    panels = [
        each
        for each in islice(around.iter("div", "section"), MOST_CHECKED)
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
