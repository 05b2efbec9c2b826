"""Keeps explanations that a page shows on demand out of the word before them."""

import re

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.inline_context import empty_element, read_char_before, read_text_before
from worker.document.tag_sets import BLOCK_TAGS

_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tool-?tips?(?:-?(?:text|content))?|definition|glossary-info|glossary-definition|side-?note|margin-?note|pop-?over)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMED = XPath(
    "(descendant::p|descendant::dd)/descendant::*[@aria-hidden='true' or @role='tooltip' or @role='note'"
    " or contains(@class, 'ooltip') or contains(@class, 'efinition')"
    " or contains(@class, 'lossary') or contains(@class, 'note') or contains(@class, 'opover')]"
)
"""Looked for within paragraphs: of a page's other elements thousands would be compared."""
_MIN_NOTE_WORDS = 3
"""Words from which a text right at a word is a note on it; fewer may be the rest of the word."""
_TOGGLES = XPath("descendant::input[@type='checkbox' and @id]")


def set_notes_apart(tree: HtmlElement) -> None:
    """Take the notes out of a line that only a click or a pointer shows, by their markup.

    That is an element with the role or class of a tooltip, definition or sidenote, or hidden from readers of
    the screen, whose text runs on from the word before it without a space; and what follows a checkbox in
    mid-sentence that a label leads to. A tooltip by its role goes from its line in any case. Without such a
    mark the text stays.
    """
    for toggle in _TOGGLES(tree):
        note = toggle.getnext()
        if note is None or note.tag in BLOCK_TAGS or not read_text_before(toggle):
            continue
        label = toggle.getprevious()
        if label is not None and label.tag == "label" and label.get("for") == toggle.get("id"):
            empty_element(note)
    for note in _NAMED(tree):
        if note.getparent() is None or note.tag in ("body", "html", "p"):
            continue
        marked = (
            note.get("aria-hidden") == "true"
            or note.get("role") in ("tooltip", "note")
            or _NOTE_CLASS.search(note.get("class") or "")
        )
        if (marked and _is_glued(note)) or (note.get("role") == "tooltip" and read_text_before(note)):
            empty_element(note)


def _is_glued(note: HtmlElement) -> bool:
    """Return whether a text of several words begins right at the word before it."""
    text = "".join(note.itertext())
    if not text or text[0].isspace() or len(text.split()) < _MIN_NOTE_WORDS:
        return False
    return read_char_before(note).isalnum()
