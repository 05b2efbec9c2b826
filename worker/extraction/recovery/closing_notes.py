"""Finds the notes right below an article's last paragraph that are of its text: corrections, summaries.

The evidence is a name: of the box that stands beside the paragraphs, or of an element below them that calls
itself a correction. In a footer, where such notes have no name of their own, the words that open the
line count as one.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from worker.document.block_tests import is_link, is_sentence
from worker.document.blocks import Block, ElementFrame

_CLOSING_BLOCKS = 8
"""Blocks below the last paragraph that are checked."""
_NOTE = re.compile(
    r" \w*(?:callout|admonition|notice|correct(?:ion|ed)|errat\w*|clarif\w*|summary|editors?note|keypoints?|"
    r"infobox|foot ?notes?|endnotes?)\w* "
    r"| (?:note|info|tip|hint|alert|warning|update) "
)
"""Class words by which a box below the last paragraph is part of the text."""
_NOTE_ROLES = frozenset(("note", "doc-footnote", "doc-endnotes", "doc-endnote"))
_CORRECTION = re.compile(
    r" (?:\w*correct(?:ions?|ed)|errat(?:um|a)|\w*clarifications?|corrigend\w*|korrektur(?:en)?|"
    r"berichtigung(?:en)?|rectificatifs?|correccion(?:es)?|fe de erratas|errata corrige) "
)
_NAMES = "|".join(
    [
        *("corrections?", "clarifications?", "correction and clarification", "erratum", "corrigendum"),
        *("korrektur", "berichtigung", "richtigstellung", "correctif", "rectificatif", "précision"),
        *("correcci[oó]n", "fe de (?:errores|erratas)", "rettifica", "correzione", "errata(?: corrige)?"),
        *("corre[cç][aã]o", "correctie", "rectificatie", "rättelse", "rettelse", "korjaus", "oikaisu"),
        *("sprostowanie", "oprava", "düzeltme", "helyesbítés", "исправление", "поправка", "уточнение"),
        *("виправлення", "تصحيح", "توضيح", "訂正", "更正", "勘误", "勘誤", "정정", "सुधार", "แก้ไข"),
    ]
)
_OPENING = re.compile(
    r"(?:(?:this|an earlier version of this) (?:article|story|report|piece|post|headline)\b.{0,80}"
    r"\b(?:amended|corrected|misstated|misspelled|misidentified|incorrect\w*|gave|said|stated)\b"
    rf"|(?:{_NAMES})\b[^:：.!?。]{{0,40}}[:：])",  # noqa: RUF001
    re.IGNORECASE,
)
"""How a note of correction opens: by its name and a colon, or by what was wrong with the article."""
_APART = ("nav", "form", "dialog", "article", "li", "figure")


def find_closing_notes(
    blocks: Sequence[Block],
    everything: Sequence[Block],
    child_of: Callable[[Block], ElementFrame | None],
    is_text: Callable[[Sequence[Block], ElementFrame], bool],
) -> Iterator[Block]:
    """Find the notes right below the last kept block.

    `child_of` gives the element beside the paragraphs that a block stands in, `is_text` tests such a box.
    """
    last = max(blocks, key=lambda block: block.index)
    below = everything[last.index + 1 : last.index + 1 + _CLOSING_BLOCKS]
    child = child_of(below[0]) if below else None
    if child is not None and is_note(child):
        box = [block for block in below if block.frame is not None and child in block.frame.up()]
        if len(box) < _CLOSING_BLOCKS and is_text(box, child):
            yield from box
            below = [block for block in below if block not in box]
    around = {frame.number for frame in last.frame.up()} if last.frame else set[int]()
    heading: Block | None = None
    for block in below:
        if _is_correction(block, heading, around):
            yield from (block,) if heading is None else (heading, block)
        heading = block if block.level > 1 else None


def is_note(child: ElementFrame) -> bool:
    """Return whether a class or role calls an element a note, a summary or a correction."""
    return _NOTE.search(child.words) is not None or child.element.get("role") in _NOTE_ROLES


def _is_correction(block: Block, heading: Block | None, around: set[int]) -> bool:
    """Return whether a line is a note of correction: by its element's name, or in a footer by how it opens.

    The footer is the article's: it stands in an element that holds the paragraphs too, the page's body apart.
    """
    if block.frame is None or is_link(block) or not is_sentence(block):
        return False
    apart = [frame for frame in block.frame.up() if frame.number not in around]
    if any(frame.tag in _APART for frame in apart):
        return False
    if any(_CORRECTION.search(frame.words) for frame in apart):
        return True
    outer = apart[-1].parent if apart else None
    text = f"{heading.text.rstrip(':')}: {block.text}" if heading else block.text
    return (
        any(frame.tag == "footer" for frame in apart)
        and (outer is not None and outer.tag != "body")
        and _OPENING.match(text) is not None
    )
