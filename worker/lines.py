"""Lines: the blocks of a cleaned text as flat values that outlive the page's tree."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from worker.blocks import Block, unnumbered
from worker.clean.render import count_words, gap, marked, printed
from worker.page import Cleaned, Line, Removed

_OUTER = frozenset(("body", "html", "article", "main"))
_STEPS = 2
_LEAD = 60
_BAR = re.compile(r"(?<!\\)\|")


def as_lines(blocks: Sequence[Block]) -> tuple[Line, ...]:
    """Flatten blocks; rendering what is kept of the lines gives what rendering the blocks gives."""
    gaps = ["", *(gap(before, block) for before, block in pairwise(blocks))][: len(blocks)]
    return tuple(
        Line(
            text=block.text,
            kind=block.kind,
            gap=between,
            printed=printed(block),
            marked=marked(block),
            linked=round(block.linked, 2),
            strong=round(block.strong, 2),
            lead=_lead(block),
            markup=_markup(block),
            home=block.frame.parent.number if block.frame and block.frame.parent else -1,
        )
        for block, between in zip(blocks, gaps, strict=True)
    )


def text_of(lines: Sequence[Line]) -> str:
    """Join lines to the plain form."""
    return "".join(line.gap + line.printed for line in lines).strip()


def markdown_of(lines: Sequence[Line]) -> str:
    """Join lines to Markdown; rows of equally many cells make a table of GitHub's (GFM 0.29, 4.10)."""
    written: list[str] = []
    for rows in _rows(lines):
        even = rows[0][0].kind == "cell" and len(rows) > 1 and len({len(row) for row in rows}) == 1
        if even and len(rows[0]) > 1:
            written.append(rows[0][0].gap + _table(rows))
        else:
            written.extend(line.gap + line.marked for row in rows for line in row)
    return "".join(written).strip()


def _rows(lines: Sequence[Line]) -> Iterator[list[list[Line]]]:
    """Group lines: the rows of a table together, any other line by itself."""
    rows: list[list[Line]] = []
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


def _table(rows: Sequence[Sequence[Line]]) -> str:
    written = [" | ".join(_cell(line) for line in row) for row in rows]
    return "\n".join(f"| {row} |" for row in (written[0], " | ".join(["---"] * len(rows[0])), *written[1:]))


def _cell(line: Line) -> str:
    return _BAR.sub(r"\\|", " ".join(line.marked.split()))


def without(cleaned: Cleaned, places: Collection[int], rule: str) -> Cleaned:
    """Take lines out by their places, recording the rule; an article is never emptied."""
    kept = [place for place in range(len(cleaned.lines)) if place not in places]
    if not places or not kept:
        return cleaned
    lines = tuple(_moved(cleaned.lines, before, place) for before, place in pairwise([-1, *kept]))
    text = text_of(lines)
    gone = (Removed(cleaned.lines[place].text, rule) for place in sorted(places))
    return replace(
        cleaned,
        text=text,
        markdown=markdown_of(lines),
        word_count=count_words(text),
        removed=(*cleaned.removed, *gone),
        lines=lines,
    )


def _moved(lines: Sequence[Line], before: int, place: int) -> Line:
    """Join a line to the one that now stands before it, by the widest of the gaps between them."""
    between = [line.gap for line in lines[before + 1 : place + 1]]
    return replace(lines[place], gap="" if before < 0 else max(between, key=lambda gap: gap.count("\n")))


def _lead(block: Block) -> str:
    """Give the words before a link that closes the line and is most of it."""
    if len(block.pieces) != 2 or not 0.3 < block.linked < 1:  # noqa: PLR2004
        return ""
    lead = block.pieces[0]
    share = len("".join(lead.split())) / max(1, len(block.key))
    return lead if len(lead) <= _LEAD and abs(1 - block.linked - share) < 0.1 else ""  # noqa: PLR2004


def _markup(block: Block) -> str:
    """Write the path of a block: its own tag and classes and those of what it stands in; numbers aside."""
    parts = [block.words.strip()]
    for step, frame in enumerate(block.frame.up() if block.frame else ()):
        if step > _STEPS or frame.tag in _OUTER:
            break
        parts.append(f"{frame.tag}.{unnumbered(frame.words)}")
    return "/".join(parts)
