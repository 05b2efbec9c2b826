"""Makes text lines of the blocks of a cleaned text (flat, without the page's tree), and removes some."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from worker.document.block_tests import LABEL_CHARS
from worker.document.blocks import Block, drop_numbered_words
from worker.document.text_rendering import (
    choose_separator,
    count_words,
    join_markdown,
    join_plain,
    render_markdown,
    render_plain,
)
from worker.page_models import CleanedArticle, RemovedText, TextLine

_OUTER = frozenset(("body", "html", "article", "main"))
_MAX_PATH_STEPS = 2
"""Elements around a block that its path has: enough to part kinds of lines; more would part like ones."""
_FURTHER = 2
"""Columns before the further lines of an item whose first one is not in the text."""

_MIN_LEAD_LINKED_SHARE = 0.3
"""Share of a line's characters in its closing link from which the words before it may label the link."""
_MAX_SHARE_GAP = 0.1
"""Difference at most between the words before the link and what is in no link: else there are others."""


def flatten_blocks(blocks: Sequence[Block]) -> tuple[TextLine, ...]:
    """Flatten blocks; rendering what is kept of the lines gives what rendering the blocks gives."""
    gaps = ["", *(choose_separator(before, block) for before, block in pairwise(blocks))][: len(blocks)]
    levels = _find_levels(blocks)
    return tuple(
        TextLine(
            text=block.text,
            kind=block.kind,
            gap=between,
            printed=render_plain(block, level),
            marked=render_markdown(block, indent),
            linked=round(block.linked, 2),
            strong=round(block.strong, 2),
            lead=_find_lead(block),
            markup=_block_path(block),
            home=block.frame.parent.number if block.frame and block.frame.parent else -1,
        )
        for block, between, (level, indent) in zip(blocks, gaps, levels, strict=True)
    )


def _find_levels(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Find of each item in how many others it stands, and the columns before its marker or further line.

    Only items that are in the text count: an item whose outer one was left out stands at its level.
    """
    levels: list[tuple[int, int]] = []
    shown: dict[int, tuple[int, int]] = {}
    """Of the items above, by the numbers of their frames, the level and column of what stands in them."""
    for block in blocks:
        item = block.frame.item() if block.frame and block.kind == "item" else None
        if item is None:
            levels.append((0, 0))
            if block.frame is None or block.frame.item() is None:
                shown = {}
            continue
        if not block.marker:
            levels.append(shown.get(item.number, (0, _FURTHER)))
            continue
        around = item.parent.item() if item.parent else None
        while around is not None and around.number not in shown:
            around = around.parent.item() if around.parent else None
        level, indent = shown[around.number] if around else (0, 0)
        levels.append((level, indent))
        shown[item.number] = level + 1, indent + len(block.marker) + 1
    return levels


def remove_lines(cleaned: CleanedArticle, places: Collection[int], rule: str) -> CleanedArticle:
    """Take lines out by their places, recording the rule; an article is never emptied."""
    kept = [place for place in range(len(cleaned.lines)) if place not in places]
    if not places or not kept:
        return cleaned
    lines = tuple(_join_gap(cleaned.lines, before, place) for before, place in pairwise([-1, *kept]))
    text = join_plain(lines)
    gone = (RemovedText(cleaned.lines[place].text, rule) for place in sorted(places))
    return replace(
        cleaned,
        text=text,
        markdown=join_markdown(lines),
        word_count=count_words(text),
        removed=(*cleaned.removed, *gone),
        lines=lines,
    )


def _join_gap(lines: Sequence[TextLine], before: int, place: int) -> TextLine:
    """Join a line to the one that now stands before it, by the widest of the gaps between them."""
    between = [line.gap for line in lines[before + 1 : place + 1]]
    gap = "" if before < 0 else max(between, key=lambda gap: gap.count("\n"))
    return lines[place] if gap == lines[place].gap else replace(lines[place], gap=gap)


def _find_lead(block: Block) -> str:
    """Return the words before a link that closes the line and is most of it."""
    if len(block.pieces) != 2 or not _MIN_LEAD_LINKED_SHARE < block.linked < 1:  # noqa: PLR2004  words and the link
        return ""
    lead = block.pieces[0]
    share = len("".join(lead.split())) / max(1, len(block.key))
    return lead if len(lead) <= LABEL_CHARS and abs(1 - block.linked - share) < _MAX_SHARE_GAP else ""


def _block_path(block: Block) -> str:
    """Write the path of a block: its own tag and classes and those of what it stands in; numbers aside."""
    parts = [block.words.strip()]
    for step, frame in enumerate(block.frame.up() if block.frame else ()):
        if step > _MAX_PATH_STEPS or frame.tag in _OUTER:
            break
        parts.append(f"{frame.tag}.{drop_numbered_words(frame.words)}")
    return "/".join(parts)
