"""Makes one text of what is preformatted, with its lines and indentation (HTML, 4.4.3; CSS Text 3, 3)."""

import re

from lxml import etree
from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.tag_sets import BLOCK_TAGS, SKIPPED_TAGS

_GUTTER = re.compile(
    r"(?:^|[\s_-])(?:gutters?|line-?no|lineno|line-?numbers?|linenos|ln|lnum|hljs-ln-n\w*)(?:$|[\s_-])"
)
_COUNTED = re.compile(r"\s*(?:\d+\s*)+", re.ASCII)
_SPACED_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_SPACED_CLASS = re.compile(r"(?:^|\s)whitespace-(?:pre|break-spaces)", re.IGNORECASE)
"""Class names of Tailwind CSS that set this style."""
_SPACED = XPath(
    "(descendant::p|descendant::div|descendant::blockquote)"
    "[contains(@style, 'white-space') or contains(@class, 'whitespace-')]"
)
_CODE_TABLES = XPath("descendant::table[.//td[contains(@class, 'code')] or .//td/code or .//td/pre]")
_MIN_LISTING_LINES = 2
"""Lines from which a listing is one: one line alone shows no indentation, and may be anything."""
_KEPT_STYLE = re.compile(r"white-space\s*:\s*(?:pre(?!-line)|break-spaces)", re.IGNORECASE)
_FIXED_WIDTH = re.compile(r"font(?:-family)?\s*:[^;]*\bmono", re.IGNORECASE)
_INDENTED = re.compile(r"\n(?: {2,}|\t)\S")
_CODE_CLASS = re.compile(r"(?:^|\s)(?:language-|lang-|hljs|highlight|prettyprint)", re.IGNORECASE)


def keep_preformatted_lines(tree: HtmlElement) -> None:
    """Flatten listings to their text; break the lines of what a style shows with its white space."""
    for code in list(tree.iter("code")):
        if _is_listing(code):
            code.tag = "pre"
    for table in _CODE_TABLES(tree):
        if _counts_lines(table):
            text = _read_rows(table)
            table.tag = "pre"
            replace_content(table, text)
    for pre in list(tree.iter("pre")):
        if next(pre.iterancestors("pre"), None) is None:
            text = read_preformatted(pre)
            if not _is_gutter(pre, text):
                replace_content(pre, text)
            else:
                replace_content(pre, "")
    for element in _SPACED(tree):
        if _SPACED_STYLE.search(element.get("style") or "") or _SPACED_CLASS.search(
            element.get("class") or ""
        ):
            _show_white_space(element)


def _show_white_space(element: HtmlElement) -> None:
    if _is_indented(element):
        element.tag = "pre"
        replace_content(element, read_preformatted(element))
        return
    _break_lines(element)
    if element.tag == "div" and next(element.iterdescendants(*BLOCK_TAGS), None) is None:
        element.tag = "p"


def _is_indented(element: HtmlElement) -> bool:
    """Return whether a style shows the indentation of lines that have one: two of them, or fixed width."""
    style = element.get("style") or ""
    if not _KEPT_STYLE.search(style) or next(element.iterdescendants(*BLOCK_TAGS), None) is not None:
        return False
    indented = len(_INDENTED.findall("".join(element.itertext()).replace("\xa0", " ")))
    return indented >= (1 if _FIXED_WIDTH.search(style) else _MIN_LISTING_LINES)


def _counts_lines(table: HtmlElement) -> bool:
    """Return whether a table is a listing: a row's first cell counts or is empty, the second has a line."""
    rows = list(table.iter("tr"))
    if len(rows) < _MIN_LISTING_LINES or next(table.iterdescendants("table"), None) is not None:
        return False
    for number, row in enumerate(rows, 1):
        cells = list(row)
        if len(cells) != 2 or "".join(cells[0].itertext()).strip() not in ("", str(number)):  # noqa: PLR2004
            return False
        named = "code" in (cells[1].get("class") or "").lower()
        if not named and cells[1].find("code") is None and cells[1].find("pre") is None:
            return False
    return True


def _read_rows(table: HtmlElement) -> str:
    return "\n".join("".join(row[1].itertext()).rstrip().lstrip("\n") for row in table.iter("tr"))


def replace_content(element: HtmlElement, text: str) -> None:
    """Leave this text alone in an element."""
    for child in list(element):
        element.remove(child)
    element.text = text


def read_preformatted(element: HtmlElement) -> str:
    """Read text as it stands: `br` and blocks begin lines, columns of line numbers are left out."""
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    skipped = None
    for event, part in walk:
        if event == "start":
            if part is not element and (part.tag in SKIPPED_TAGS or _is_gutter(part)):
                walk.skip_subtree()
                skipped = part
                continue
            if part.tag == "br":
                parts.append("\n")
            elif part is not element and part.tag in BLOCK_TAGS and part.tag not in ("td", "th"):
                _begin_line(parts)
            parts.append(part.text or "")
        elif part is not element:
            if part is skipped:
                skipped = None
            elif part.tag in BLOCK_TAGS and part.tag not in ("td", "th"):
                _begin_line(parts)
            parts.append(part.tail or "")
    lines = [line.rstrip() for line in "".join(parts).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    return "\n".join(lines[first:]).rstrip()


def _begin_line(parts: list[str]) -> None:
    while parts and not parts[-1]:
        parts.pop()
    if parts and not parts[-1].endswith("\n"):
        parts.append("\n")


def _is_gutter(element: HtmlElement, text: str | None = None) -> bool:
    """Return whether an element counts lines: by its class, and by holding nothing but numbers."""
    if text is not None:
        around = element.getparent()
        names = f"{element.get('class') or ''} {(around.get('class') or '') if around is not None else ''}"
    else:
        names = element.get("class") or ""
    if not names.strip() or not _GUTTER.search(names.lower()):
        return False
    return _COUNTED.fullmatch("".join(element.itertext()) if text is None else text) is not None


def _is_listing(code: HtmlElement) -> bool:
    """Return whether `code` outside of `pre` is lines of its own: it holds breaks and fills its block.

    Line ends are breaks where a style or a class of highlighters shows them.
    """
    breaks = sum(1 for _ in code.iter("br"))
    if _KEPT_STYLE.search(code.get("style") or "") or _CODE_CLASS.search(code.get("class") or ""):
        breaks += "".join(code.itertext()).strip().count("\n")
    around = code.getparent()
    if breaks < _MIN_LISTING_LINES - 1 or around is None or next(code.iterancestors("pre"), None) is not None:
        return False
    if around.tag in ("td", "th") or around.tag not in BLOCK_TAGS:
        return False
    before, after = code.getprevious(), code.getnext()
    text = (around.text if before is None else before.tail) or ""
    if f"{text}{code.tail or ''}".strip():
        return False
    return all(beside is None or beside.tag in BLOCK_TAGS for beside in (before, after))


def _break_lines(element: HtmlElement) -> None:
    """Put a `br` at each line's end in the texts of an element."""
    for part in [element, *element.iterdescendants()]:
        if part.tag in SKIPPED_TAGS or part.tag in ("pre", "br"):
            continue
        if part.text and "\n" in part.text.strip("\n"):
            lines = part.text.strip("\n").split("\n")
            part.text = lines[0]
            _insert_lines(part, next(iter(part), None), lines[1:])
    for part in list(element.iterdescendants()):
        if part.tag == "br" or not part.tail or "\n" not in part.tail.strip("\n"):
            continue
        lines = part.tail.split("\n")
        part.tail = lines[0]
        _insert_lines(part.getparent(), part.getnext(), lines[1:])


def _insert_lines(around: HtmlElement, following: HtmlElement | None, lines: list[str]) -> None:
    """Insert lines before a child, at the end where there is none: a place by number costs a walk each."""
    for line in lines:
        mark = around.makeelement("br")
        mark.tail = line
        if following is None:
            around.append(mark)
        else:
            following.addprevious(mark)
