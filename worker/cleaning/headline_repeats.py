"""Removes the headline where the text repeats it at its top."""

from worker.cleaning.draft import CleaningDraft
from worker.document.block_tests import fold_text, is_paragraph
from worker.document.blocks import Block

_MAX_HEADLINE_BLOCKS = 6
"""Blocks from the top in which a repeated headline is searched for; further down it is part of the text."""
_MIN_TITLE_CHARS = 15
"""Characters of a title from which a heading that holds it repeats it; shorter, it may name a section."""
_MAX_EXCESS = 2
"""Times that the longer of two alike headings is as long as the other: a kicker or the site is added."""


def remove_headline_repeats(draft: CleaningDraft) -> CleaningDraft:
    """Remove the headline where it is repeated at the top of the text.

    Looks at the first blocks only and at whole blocks that equal a known title (a heading may have a kicker
    before it). Never removes a line that
    merely resembles it, nor one below the first paragraphs.
    """
    gone = []
    for place, block in enumerate(draft.blocks[:_MAX_HEADLINE_BLOCKS]):
        text = fold_text(block.text)
        if (
            text in draft.facts.titles
            or (block.level == 1 and any(_is_alike(text, title) for title in draft.facts.titles))
            or (block.level and _closes_with_title(block, draft.facts.titles))
        ):
            gone.append(place)
        elif is_paragraph(block) and place > 0:
            break
    return draft.remove_blocks(gone, "headline")


def _is_alike(text: str, title: str) -> bool:
    short, long = sorted((text, title), key=len)
    return len(short) >= _MIN_TITLE_CHARS and short in long and len(short) * _MAX_EXCESS >= len(long)


def _closes_with_title(block: Block, titles: tuple[str, ...]) -> bool:
    """Return whether a heading is a kicker, set apart by markup or a colon, and a title after it."""
    after = block.text.partition(":")[2]
    rests = [after, *("".join(block.pieces[place:]) for place in range(1, len(block.pieces)))]
    return any(len(rest) >= _MIN_TITLE_CHARS and fold_text(rest) in titles for rest in rests)
