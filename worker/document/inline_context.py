"""Reads the text that stands beside an element in its line (for the rules of inline elements). Pure."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from worker.document.tag_sets import BLOCK_TAGS, SKIPPED_TAGS

_MOST_STEPS = 8
"""Elements that are passed on the way to the next text: beyond these a line counts as ended."""


def read_text_before(element: HtmlElement) -> str:
    """Return the nearest text that is not white space before an element in its line, else ""."""
    return next((text for text in _walk_back(element) if text and not text.isspace()), "")


def read_text_after(element: HtmlElement) -> str:
    """Return the nearest text that is not white space after an element in its line, else ""."""
    return next((text for text in _walk_on(element) if text and not text.isspace()), "")


def read_char_before(element: HtmlElement) -> str:
    """Return the character right before an element in its line, white space too; "" at the line's start."""
    return next((text[-1] for text in _walk_back(element) if text), "")


def read_char_after(element: HtmlElement) -> str:
    """Return the character right after an element in its line, white space too; "" at the line's end."""
    return next((text[0] for text in _walk_on(element) if text), "")


def _walk_back(element: HtmlElement) -> Iterator[str]:
    for _ in range(_MOST_STEPS):
        previous, around = element.getprevious(), element.getparent()
        if previous is not None:
            yield previous.tail or ""
            if _ends_line(previous):
                return
            yield _read_inner_text(previous)
            element = previous
        elif around is not None:
            yield around.text or ""
            if _ends_line(around):
                return
            element = around
        else:
            return


def _walk_on(element: HtmlElement) -> Iterator[str]:
    for _ in range(_MOST_STEPS):
        yield element.tail or ""
        following, around = element.getnext(), element.getparent()
        if following is not None:
            if _ends_line(following):
                return
            yield _read_inner_text(following)
            element = following
        elif around is None or _ends_line(around):
            return
        else:
            element = around


def replace_by_text(element: HtmlElement, text: str) -> None:
    """Make a bare `span` of an element, with this text alone; what follows it stays."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "span", text, tail


def make_bare_span(element: HtmlElement) -> None:
    """Make a `span` without attributes of an element; its content stays."""
    element.attrib.clear()
    element.tag = "span"


def empty_element(element: HtmlElement) -> None:
    """Leave nothing of an element but its place: to join the texts round many would cost their square."""
    replace_by_text(element, "")


def _ends_line(element: HtmlElement) -> bool:
    return element.tag in BLOCK_TAGS or element.tag == "br"


def _read_inner_text(element: HtmlElement) -> str:
    return "" if element.tag in SKIPPED_TAGS else "".join(element.itertext())
