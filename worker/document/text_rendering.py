"""Writes blocks, and the lines made of them, as plain text and as Markdown; counts words."""

import re
from collections.abc import Iterator, Sequence

from feedmill._text_safety import plain_text
from worker.document.blocks import Block
from worker.page_models import TextLine

_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")  # noqa: RUF001
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.\-][A-Za-z0-9]+)*")
"""As `_WORD`, for texts of ASCII alone: found in half the time."""
_PARTING_SIGNS = ("\u2018", "\u201c", "\u201d", "\u2013", "\u2014", "\u2026", "\xa0")
"""Signs that English texts have besides ASCII; all of them part words."""
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_SPECIAL = re.compile(r"[\\`*_\[\]]")
_OPENING = re.compile(r"<|&(?=#?\w+;)")
_ENTITY = {"<": "&lt;", "&": "&amp;"}
"""Every parser of Markdown has these; a backslash before < is CommonMark's alone."""
_LEVEL = "  "
_BAR = re.compile(r"(?<!\\)\|")
_TICKS = re.compile(r"`+")
_LEADING = re.compile(r"^([ \t]*)(?:([#>+=~-])|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)
"""What would begin a heading, a quote, a list or a rule (CommonMark 0.31, sections 4 and 5)."""


def render_plain(block: Block, level: int = 0) -> str:
    """Write one block in the plain form: a number that the page does not print is no part of it.

    `level` is in how many other items an item stands.
    """
    return f"{_LEVEL * level}- {block.text}" if block.marker and block.kind == "item" else block.text


def render_markdown(block: Block, indent: int = 0) -> str:
    """Write one block as CommonMark: headings with #, items with -, quotes with >, code fenced.

    `indent` are the columns before an item's marker, or before its further lines (section 5.2). Of the page's
    own characters none begins HTML or a link.
    """
    plain = plain_text(block.text)  # what is harmful goes before it is looked at, not after
    text = _OPENING.sub(lambda found: _ENTITY[found[0]], _SPECIAL.sub(r"\\\g<0>", plain))
    text = _LEADING.sub(_escape_match, text)
    kind = block.kind
    if kind == "heading":
        return f"{'#' * max(2, block.level)} {text}"
    if kind == "item":
        return f"{' ' * indent}{block.marker} {text}" if block.marker else f"{' ' * indent}{text}"
    if kind == "quote":
        return f"> {text}".replace("\n", "\n> ")
    return _fence_code(plain) if kind == "code" else text


def _fence_code(text: str) -> str:
    """Write code in a fence that nothing in it closes; indented, it would be an item's text after a list."""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _escape_match(found: re.Match[str]) -> str:
    indent, mark, number, point = found.groups()
    return f"{indent}\\{mark}" if mark else f"{indent}{number}\\{point}"


def choose_separator(before: Block, block: Block) -> str:
    """Return what stands between two blocks.

    An empty line; a newline between lines of one element, items and rows; a bar between cells.
    """
    if before.frame is None or block.frame is None:
        return "\n\n"
    if before.kind == block.kind == "cell":
        rows = [next((f for f in b.frame.up() if f.tag == "tr"), None) for b in (before, block) if b.frame]
        return " | " if rows[0] is rows[1] else "\n"
    if before.kind == block.kind == "item":
        return "\n"
    return "\n" if before.run == block.run else "\n\n"


def join_plain(lines: Sequence[TextLine]) -> str:
    """Join lines to the plain form."""
    return "".join(line.gap + line.printed for line in lines).strip()


def join_markdown(lines: Sequence[TextLine]) -> str:
    """Join lines to Markdown; rows of equally many cells make a table of GitHub's (GFM 0.29, 4.10)."""
    written: list[str] = []
    for rows in _group_rows(lines):
        even = rows[0][0].kind == "cell" and len(rows) > 1 and len({len(row) for row in rows}) == 1
        if even and len(rows[0]) > 1:
            written.append(rows[0][0].gap + _render_table(rows))
        else:
            written.extend(line.gap + line.marked for row in rows for line in row)
    return "".join(written).strip()


def _group_rows(lines: Sequence[TextLine]) -> Iterator[list[list[TextLine]]]:
    """Group lines: the rows of a table together, any other line by itself."""
    rows: list[list[TextLine]] = []
    for line in lines:
        cell = line.kind == "cell" and bool(rows) and rows[-1][-1].kind == "cell"
        if cell and line.gap == " | ":
            rows[-1].append(line)
        elif cell and line.gap == "\n":
            rows.append([line])
        else:
            if rows:
                yield rows
            rows = [[line]]
    if rows:
        yield rows


def _render_table(rows: Sequence[Sequence[TextLine]]) -> str:
    written = [" | ".join(_render_cell(line) for line in row) for row in rows]
    return "\n".join(f"| {row} |" for row in (written[0], " | ".join(["---"] * len(rows[0])), *written[1:]))


def _render_cell(line: TextLine) -> str:
    return _BAR.sub(r"\\|", " ".join(line.marked.split()))


def count_words(text: str) -> int:
    """Count words; each Chinese character and Japanese kana counts as one, as they stand without spaces."""
    plain = text.replace("\u2019", "'")
    for sign in () if plain.isascii() else _PARTING_SIGNS:
        plain = plain.replace(sign, " ")
    if plain.isascii():
        return len(_ASCII_WORD.findall(plain))
    if _DENSE.search(text) is None:
        return len(_WORD.findall(text))
    spaced, dense = _DENSE.subn(" ", text)
    return dense + len(_WORD.findall(spaced))
