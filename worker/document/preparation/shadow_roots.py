"""Puts declarative shadow roots and documents written into frames where a browser shows them.

A `<template shadowrootmode>` becomes its parent's shadow tree while the page is parsed, without any script;
the parent's other children are shown in its slots (HTML Standard, "template element"; DOM Standard, "Slots").
"""

from itertools import islice

from lxml import etree, html
from lxml.html import HtmlElement

from worker.document.tag_sets import MOST_CHECKED

_MODES = frozenset(("open", "closed"))
_LONGEST_DOCUMENT = 1_000_000
"""Characters of such a document that are parsed."""
_NO_TEXT = frozenset(("style", "script"))
_BLOCKS = frozenset(("p", "div", "article", "section", "ul", "ol", "h1", "h2", "h3", "blockquote", "figure"))
_LEAST_PARAGRAPHS = 2
"""Paragraphs from which a written document is read: a frame with fewer holds an advertisement or a player."""
_LEAST_SHOWN = 200
"""Characters of text in a shadow tree from which what it does not show of its host is hidden."""


def open_shadow_roots(tree: HtmlElement) -> None:
    """Replace declarative shadow roots by what they show, frames with `srcdoc` by its body; in place."""
    templates = (each for each in tree.iter("template") if _is_shadow_root(each))
    for template in reversed(list(islice(templates, MOST_CHECKED))):  # those within another one first
        _open(template)
    for frame in list(islice((each for each in tree.iter("iframe") if each.get("srcdoc")), MOST_CHECKED)):
        _open_frame(frame)


def _is_shadow_root(template: HtmlElement) -> bool:
    mode = template.get("shadowrootmode") or template.get("shadowroot") or ""
    return mode.strip().lower() in _MODES


def _open(template: HtmlElement) -> None:
    host = template.getparent()
    if host is None:
        return
    _fill_slots(host, template)
    for slot in list(template.iter("slot")):
        slot.tag = "div" if any(child.tag in _BLOCKS for child in slot) else "span"
    template.tag = "div"
    for name in ("shadowrootmode", "shadowroot"):
        template.attrib.pop(name, None)


def _fill_slots(host: HtmlElement, template: HtmlElement) -> None:
    """Move a host's children into the slots of its shadow root, and hide those that none takes."""
    slots = {slot.get("name") or "": slot for slot in reversed(list(template.iter("slot")))}
    light = [child for child in host if child is not template and isinstance(child.tag, str)]
    bare = "".join((host.text or "", template.tail or "")).strip()
    hides = _count_chars([template]) >= _LEAST_SHOWN or _count_chars(light) < _LEAST_SHOWN
    filled = {child.get("slot") or "" for child in light} | ({""} if bare else set())
    for name, slot in slots.items():  # what is slotted takes the place of a slot's own text
        if name in filled:
            for child in list(slot):
                slot.remove(child)
            slot.text = None
    for child in light:
        home = slots.get(child.get("slot") or "")
        if home is not None:
            home.append(child)
        elif hides and slots:
            child.set("hidden", "")
    if bare and "" in slots:
        _move_text(host, template, slots[""])


def _count_chars(elements: list[HtmlElement]) -> int:
    return sum(
        len((part.text or "").strip()) + len((part.tail or "").strip())
        for element in elements
        for part in islice(element.iter(), MOST_CHECKED)
        if part.tag not in _NO_TEXT
    )


def _move_text(host: HtmlElement, template: HtmlElement, slot: HtmlElement) -> None:
    """Move a host's own text, which stands beside its shadow root, into the slot."""
    text = " ".join(part for part in (host.text, template.tail) if part)
    host.text = template.tail = None
    slot.text = text


def _open_frame(frame: HtmlElement) -> None:
    """Put the body of a document that an attribute holds in the place of its frame."""
    try:
        inner = html.document_fromstring((frame.get("srcdoc") or "")[:_LONGEST_DOCUMENT])
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    body = inner.find("body")
    if body is None or len(list(islice(body.iter("p"), _LEAST_PARAGRAPHS))) < _LEAST_PARAGRAPHS:
        return
    place = frame.makeelement("div")
    place.text = body.text
    place.extend(list(body))
    place.tail = frame.tail
    parent = frame.getparent()
    if parent is not None:
        parent.replace(frame, place)
