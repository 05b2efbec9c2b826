"""Keeps the words of inline elements in their sentence (for extractors that drop or tear such elements).

Extractors take `time`, `button`, `label` and the like for controls of the page. Where one stands in a
sentence it is made a `span`; where it stands by itself it stays what it is.
"""

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import is_dense
from worker.document.inline_context import (
    empty_element,
    make_bare_span,
    read_text_after,
    read_text_before,
)
from worker.document.tag_sets import BLOCK_TAGS, HEADING_TAGS

_WORDED = ("time", "data", "meter", "output", "abbr", "label", "button")
_ENDS = (".", "!", "?", "…", ":", "。", "！", "？", "：", "؟", "।", "|", "·", "•")  # noqa: RUF001
"""What a sentence or a label ends with: a button after it is none of its words."""
_SENTENCE_CHARS = 12
"""Characters beside a button from which they are a sentence: less is a label, a number or a separator."""
_MIN_SENTENCE_CHARS = 40
"""Characters from which an element may be a paragraph of its own; a shorter one is a label or a button."""
_BESIDE_CHARS = 20
"""Characters of the text beside a date in a line from which the line is more than a name and a date."""
_WHOLE = frozenset(
    (*HEADING_TAGS, "li", "dd", "dt", "td", "th", "blockquote", "caption", "figcaption", "summary")
)
_DATA = frozenset(("dd", "dt", "td", "th"))
_STOPS = (".", "!", "?", "。", "！", "？", "।")  # noqa: RUF001
_QUESTION = ("?", "？", "؟", ";")  # noqa: RUF001
_CUSTOM = XPath("descendant::*[contains(name(), '-')]")
_HOLDS_BLOCK = tuple(BLOCK_TAGS)
_LISTED = frozenset(("li", "dd", "dt", "td", "th"))
_ITEMS = frozenset((*_LISTED, "p", "div"))


def order_custom_elements(tree: HtmlElement) -> None:
    """Make `div` of a page's own elements that hold blocks or stand among them, `span` of the others.

    A browser shows an unknown element inline (HTML Living Standard, 4.13); what holds blocks, or has neither
    text nor another inline element beside it, reads as a block all the same.
    """
    custom = _CUSTOM(tree)
    for element in reversed(custom):  # what is within first
        inline = next(element.iterdescendants(*_HOLDS_BLOCK), None) is None
        beside = inline and not _is_paragraph_among_own(element) and _stands_in_line(element)
        element.tag = "span" if beside else "div"


def _stands_in_line(element: HtmlElement) -> bool:
    return bool(read_text_before(element) or read_text_after(element)) or _has_inline_parent(element)


def _is_paragraph_among_own(element: HtmlElement) -> bool:
    """Return whether an element as long as a sentence has only blocks and the page's own elements near."""
    before, after, around = element.getprevious(), element.getnext(), element.getparent()
    if around is None or (around.tag not in BLOCK_TAGS and "-" not in around.tag):
        return False
    text = (around.text if before is None else before.tail) or ""
    if text.strip() or (element.tail or "").strip():
        return False
    if any(
        other is not None and other.tag not in BLOCK_TAGS and "-" not in other.tag
        for other in (before, after)
    ):
        return False
    return len("".join(element.itertext()).strip()) >= _MIN_SENTENCE_CHARS


def _has_inline_parent(element: HtmlElement) -> bool:
    around = element.getparent()
    return around is not None and around.tag not in BLOCK_TAGS and "-" not in around.tag


def keep_words_in_sentence(tree: HtmlElement) -> None:
    """Make spans of elements whose words are of a sentence, a heading or a list; empty stray buttons."""
    lines: dict[HtmlElement, int] = {}
    worded = list(tree.iter(*_WORDED))
    items = {(block, element.tag) for element in worded if (block := _find_block(element)) is not None}
    for element in worded:
        if element.tag == "button":
            _order_button(element)
        elif element.tag == "label":
            if _is_words_of_label(element):
                make_bare_span(element)
        elif _stands_in_sentence(element, lines, items):
            make_bare_span(element)


def _stands_in_sentence(
    element: HtmlElement, lines: dict[HtmlElement, int], items: set[tuple[HtmlElement, str]]
) -> bool:
    """Return whether more text stands beside an element than a name and a separator, as bylines have.

    `lines` holds what has been measured, by the blocks; `items` the blocks with each kind of element.
    """
    block = _find_block(element)
    if block is None:
        return False
    before, after = read_text_before(element).strip(), read_text_after(element).strip()
    if not before and not after:
        return block.tag in _DATA or (block.tag == "li" and _is_of_like_items(block, element.tag, items))
    if block.tag in _WHOLE or (block.tag == "p" and after.endswith(_STOPS)):
        return True
    if block not in lines:
        lines[block] = _measure_words_beside(block)
    beside = lines[block] if lines[block] >= 0 else _measure(before + after)
    return beside >= _BESIDE_CHARS


def _find_block(element: HtmlElement) -> HtmlElement | None:
    around = element.getparent()
    while around is not None and around.tag not in BLOCK_TAGS:
        around = around.getparent()
    return around


def _measure_words_beside(block: HtmlElement) -> int:
    """Measure the text of a block without that of its dates; -1 where it holds other blocks."""
    if next(block.iterdescendants(*_HOLDS_BLOCK), None) is not None:
        return -1
    dates = ["".join(element.itertext()) for element in block.iterdescendants("time")]
    if block.tag == "p" and len(dates) > 1:
        return _BESIDE_CHARS  # a list of dates in a line
    return _measure("".join(block.itertext())) - sum(map(len, dates))


def _measure(text: str) -> int:
    return len(text.strip()) * (2 if is_dense(text) else 1)


def _is_of_like_items(item: HtmlElement, tag: str, items: set[tuple[HtmlElement, str]]) -> bool:
    """Return whether the item before or after holds such an element too: a list of dates, not a byline."""
    return any((other, tag) in items for other in (item.getnext(), item.getprevious()))


def _is_words_of_label(label: HtmlElement) -> bool:
    """Return whether a label is text of the page: in a sentence, or an item to tick outside of a form."""
    if next(label.iterancestors("form"), None) is not None:
        return False
    if read_text_before(label) and read_text_after(label):
        return True
    around = label.getparent()
    if around is None or around.tag not in _ITEMS:
        return False
    choice = next(label.iter("input"), None)
    if choice is None:
        choice = next(around.iterchildren("input"), None)
    if choice is None or (choice.get("type") or "").lower() != "checkbox":
        return False
    return around.tag in _LISTED or _has_sibling(label) or _has_sibling(around)


def _has_sibling(element: HtmlElement) -> bool:
    """Return whether one of the same tag and class stands beside an element."""
    names = element.get("class")
    beside = (element.getnext(), element.getprevious())
    return any(
        other is not None and other.tag == element.tag and other.get("class") == names for other in beside
    )


def _order_button(button: HtmlElement) -> None:
    if (button.get("type") or "").lower() in ("submit", "reset"):
        return
    before, after = read_text_before(button).strip(), read_text_after(button).strip()
    if before or after:
        if _is_word_of_sentence(before, after) or _is_word_of_paragraph(button, before, after):
            make_bare_span(button)
        else:
            empty_element(button)
        return
    around = button.getparent()
    if around is None or not "".join(button.itertext()).strip():
        return
    if _find_heading(button) is not None:
        make_bare_span(button)
    elif _opens_panel(button) and _is_of_accordion(button):
        make_bare_span(button)
        button.tag = "h4"


def _is_word_of_sentence(before: str, after: str) -> bool:
    if max(len(before), len(after)) < _SENTENCE_CHARS:
        return False
    if before and before.endswith(_ENDS):
        return bool(after) and after[0].islower()
    return bool(before) or after[0].islower()


def _reads_on(text: str) -> bool:
    """Return whether a text may go on with a sentence: in lower case, or in a script that has none."""
    return text[0].islower() or (text[0].isalpha() and text[0].lower() == text[0].upper())


def _is_word_of_paragraph(button: HtmlElement, before: str, after: str) -> bool:
    """Return whether a sentence goes on on both sides of a button, in a paragraph that is no row."""
    if not before or not after or not _reads_on(after) or before.endswith(_ENDS):
        return False
    block = _find_block(button)
    if block is None or block.tag not in ("p", "li", "dd", "blockquote"):
        return False
    return _measure("".join(block.itertext())) >= _BESIDE_CHARS + len("".join(button.itertext()))


def _find_heading(button: HtmlElement) -> HtmlElement | None:
    """Return the heading that holds nothing besides a button."""
    around = _find_block(button)
    return around if around is not None and around.tag in (*HEADING_TAGS, "dt", "summary") else None


def _opens_panel(button: HtmlElement) -> bool:
    panel = button.getnext()
    if panel is None or panel.tag not in ("div", "section", "p"):
        return False
    if not (
        button.get("aria-expanded")
        or button.get("aria-controls")
        or "accordion" in (button.get("class") or "")
    ):
        return False
    return next(panel.iter("a", "button", "nav", "form"), None) is None and bool(
        "".join(panel.itertext()).strip()
    )


def _is_of_accordion(button: HtmlElement) -> bool:
    if "".join(button.itertext()).rstrip().endswith(_QUESTION):
        return True
    siblings = 0
    for sibling in button.itersiblings("button", "h4"):
        siblings += sibling.tag == "button" and _opens_panel(sibling)
        if siblings:
            return True
    previous = next(button.itersiblings("h4", preceding=True), None)
    return previous is not None
