"""Writes raised and lowered figures so that they do not run into the figures beside them (10⁶, not 106)."""

import re

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.inline_context import (
    read_char_after,
    read_char_before,
    read_text_before,
    replace_by_text,
)

_SUPERSCRIPTS = str.maketrans("0123456789０１２３４５６７８９+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")  # noqa: RUF001
_SUBSCRIPTS = str.maketrans("0123456789０１２３４５６７８９+-−=()", "₀₁₂₃₄₅₆₇₈₉₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")  # noqa: RUF001
_FIGURES = re.compile(r"\(?[+\-−]?\d{1,8}[+\-−]?(?:\s*[,;/–-]\s*\d{1,4}){0,8}\)?")  # noqa: RUF001
_SIGN_AFTER = re.compile(r"[+\-−]")  # noqa: RUF001
_VARIABLE = re.compile(r"[+\-−]?\d{0,3}[nkxijpqNK](?:\s*[+\-−]\s*\d{1,3})?")  # noqa: RUF001
"""Letters that no ordinal ends with, as an exponent: 10^n, not 1er or 2o."""
_SUM = re.compile(r"[a-zA-Z]\s*[+\-−]\s*\w{1,3}")  # noqa: RUF001
_LONE_LETTER = re.compile(r"(?:^|[^\w])[^\W\d_]$")
_NOTE_ROLES = frozenset(("doc-noteref", "note"))
_NOTE_CLASSES = re.compile(r"foot-?note|note-?ref|fn-?ref|reference|endnote", re.IGNORECASE)
_CLOSING = frozenset(".,;:!?”’»“\"'…。！？」")  # noqa: RUF001
_LONG_WORD = re.compile(r"[^\W\d_]{4}$")
_STYLED = XPath("descendant::span[contains(@style, 'vertical-align')]")
_STYLE = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_SLASHES = frozenset("/\u2044")
_MAX_FIGURE_CHARS = 24
"""Characters of the longest raised or lowered text that is written so; a longer one is a note."""


def write_superscripts(tree: HtmlElement) -> None:
    """Write figures in `sup` and `sub` as superscripts and subscripts where they stand at other characters.

    The mark of a note is written in brackets, apart from the number or word before it; a variable at a figure
    is written with "^". Ordinals (2nd, 1er) and other letters stay as they are, and a lowered figure changes
    at figures only: H2O stays.
    """
    for element in _STYLED(tree):
        if found := _STYLE.search(element.get("style") or ""):
            element.tag = found[1].lower()[:3]
            del element.attrib["style"]
    for element in list(tree.iter("sup", "sub")):
        text = "".join(element.itertext()).strip()
        if not text or len(text) > _MAX_FIGURE_CHARS:
            continue
        written = _write_lowered(element, text) if element.tag == "sub" else _write_raised(element, text)
        if written is not None:
            replace_by_text(element, written)


def _write_raised(element: HtmlElement, text: str) -> str | None:
    before = read_char_before(element)
    if _FIGURES.fullmatch(text):
        if _is_note_mark(element, before):
            return f"[{text.strip('()')}]"
        if not (before.strip() or read_char_after(element).strip()):
            return None
        written = text.translate(_SUPERSCRIPTS)
        return f"^{text}" if written == text and before.isdigit() else written
    if before.isdigit() and len(text) == 1 and _SIGN_AFTER.fullmatch(text):
        return text.translate(_SUPERSCRIPTS)
    if ((before.isdigit() or before == ")") and _VARIABLE.fullmatch(text)) or (
        _SUM.fullmatch(text) and _LONE_LETTER.search(read_text_before(element))
    ):
        return f"^{text}" if text.isalnum() else f"^({text})"
    return None


def _write_lowered(element: HtmlElement, text: str) -> str | None:
    if not _FIGURES.fullmatch(text):
        return None
    before = read_char_before(element)
    numerator = element.getprevious()
    fraction = before in _SLASHES and numerator is not None and (numerator.tail or "").strip() in _SLASHES
    if before.isdigit() or fraction or read_char_after(element).isdigit():
        return text.translate(_SUBSCRIPTS)
    return None


def _is_note_mark(element: HtmlElement, before: str) -> bool:
    """Return whether a raised figure is the mark of a note.

    It is by its link, role or class, and where it stands after a sentence or a word of more letters than a
    unit has.
    """
    if before in _CLOSING or (before.isalpha() and _LONG_WORD.search(read_text_before(element))):
        return True
    for part in element.iter():
        if part.tag == "a" and "#" in (part.get("href") or ""):
            return True
        if part.get("role") in _NOTE_ROLES or _NOTE_CLASSES.search(part.get("class") or ""):
            return True
    around = element.getparent()
    return around is not None and around.tag == "a" and "#" in (around.get("href") or "")
