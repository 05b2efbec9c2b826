"""Joins the large first letter of an article with the rest of its word, where markup sets it apart."""

import re
from itertools import islice

from lxml.html import HtmlElement

from worker.document.attribute_inventory import list_values
from worker.document.inline_context import empty_element
from worker.document.tag_sets import BLOCK_TAGS, HEADING_TAGS, MOST_CHECKED, MOST_NAME_CHARS, NEAR_LEVELS

_NAMED = re.compile(
    r"(?:^|[\s_-])(?:drop-?(?:cap|letter|initial)s?|first-?letter|initial(?:-?letter)?|lettrine|initiale?|has-drop-?cap)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\W{0,2}[^\W\d_]")
"""One letter, with a quotation mark or a bracket before it."""
_CANDIDATES = ("span", "div", "b", "strong", "big", "font")
_OWN_WORDS = frozenset("AIOÀÉYEUВИКОСУЯ")  # noqa: RUF001
"""Letters that are words too: the space after one stays."""


def join_drop_caps(tree: HtmlElement) -> None:
    """Write each letter that a class calls an initial at the begin of the text that goes on in lower case.

    In the same line the space between goes; a letter in a block of its own moves into the paragraph after it.
    """
    if not _NAMED.search("\n".join(list_values(tree, "class"))):
        return
    named = (
        each
        for each in tree.iter(*_CANDIDATES)
        if (names := each.get("class")) and _NAMED.search(names[:MOST_NAME_CHARS])
    )
    for element in list(islice(named, MOST_CHECKED)):
        letter = "".join(islice(element.itertext(), 20)).strip()
        if _LETTER.fullmatch(letter):
            _join(element, letter)


def _join(element: HtmlElement, letter: str) -> None:
    around, between = element, ""
    for _ in range(NEAR_LEVELS):
        between += around.tail or ""
        if between.strip():
            _join_tail(element, around, letter, between)
            return
        if (following := around.getnext()) is not None:
            _join_next(element, following, letter, between)
            return
        around = around.getparent()
        if around is None or around.tag in ("p", "body", *HEADING_TAGS):
            return


def _join_tail(element: HtmlElement, around: HtmlElement, letter: str, rest: str) -> None:
    """Join with text of the same line that has no element of its own."""
    if not rest.lstrip()[0].islower() or around.tail is None:
        return
    empty_element(element)
    around.tail = f"{letter}{_choose_space(letter, rest)}{around.tail.lstrip()}"


def _join_next(element: HtmlElement, following: HtmlElement, letter: str, between: str) -> None:
    """Join with the text that the next element begins with."""
    target = following
    for _ in range(NEAR_LEVELS):
        text = target.text or ""
        if text.strip():
            break
        if not len(target) or not isinstance(target[0].tag, str):
            return
        target = target[0]
    else:
        return
    if not text.lstrip()[0].islower():
        return
    is_inline = following.tag not in BLOCK_TAGS
    space = _choose_space(letter, between + text) if is_inline else ""
    empty_element(element)
    target.text = f"{letter}{space}{text.lstrip()}"


def _choose_space(letter: str, rest: str) -> str:
    return " " if letter[-1] in _OWN_WORDS and rest[:1].isspace() else ""
