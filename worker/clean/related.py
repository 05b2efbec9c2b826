"""Steps for pointers to other pages: lists of related articles, inline links, runs of links at the end."""

import re

from worker.blocks import Block
from worker.clean.labels import labels, normal
from worker.clean.story import Story, is_link, is_paragraph

_CARD = 320
_ENDED = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more|weiterlesen|lire la suite|leer más)\W*$", re.IGNORECASE
)
_INLINE_LONGEST = 300


def related_end(story: Story) -> Story:
    """Remove a closing "Similar posts" heading and all that follows it.

    The heading must be a whole line, below the middle of the text, and what follows must not read on as the
    article: two plain paragraphs in the article's own container, not led by links, keep everything.
    """
    sizes = [len(block.key) for block in story.blocks]
    total = sum(sizes)
    before = 0
    for place, block in enumerate(story.blocks):
        if place and before * 2 >= total - _card_size(story, place) and _is_end_label(block):
            rest = story.blocks[place + 1 :]
            if _reads_on(story.blocks[:place], rest) < 2:  # noqa: PLR2004
                return story.without(range(place, len(story.blocks)), "related")
        before += sizes[place]
    return story


def _card_size(story: Story, place: int) -> int:
    """What stands after a label does not count when the middle of the text is sought."""
    return sum(len(block.key) for block in story.blocks[place:])


def _is_end_label(block: Block) -> bool:
    return len(block.text) <= 80 and labels().says("related_end", block.text)  # noqa: PLR2004


def _reads_on(before: tuple[Block, ...], after: tuple[Block, ...]) -> int:
    """Count the blocks after a label that look like more of the article."""
    homes = {id(block.frame.parent) for block in before if block.frame and is_paragraph(block)}
    count = 0
    led = False
    for block in after:
        card = is_link(block) or (block.kind == "heading") or block.linked > 0.5  # noqa: PLR2004
        if card:
            led = True
            continue
        at_home = block.frame is None or id(block.frame.parent) in homes
        if (
            at_home
            and is_paragraph(block)
            and not (led and (len(block.text) <= _CARD or _ENDED.search(block.text)))
        ):
            count += 1
        led = False
    return count


def related(story: Story) -> Story:
    """Remove a "Related" heading with the link lines under it, anywhere in the text.

    The label must be a whole line and links must follow it, or it must be a link itself; a subheading
    "Related" over a paragraph stays.
    """
    gone: set[int] = set()
    blocks = story.blocks
    for place, block in enumerate(blocks):
        if place in gone or len(block.text) > 80 or not _is_label(block):  # noqa: PLR2004
            continue
        end = place + 1
        while end < len(blocks) and (
            is_link(blocks[end]) or (blocks[end].linked > 0.6 and not is_paragraph(blocks[end]))
        ):  # noqa: PLR2004
            end += 1
        if end > place + 1 or is_link(block) or end == len(blocks):
            gone.update(range(place, end))
    return story.without(gone, "related")


def _is_label(block: Block) -> bool:
    return labels().says("related", block.text) or labels().says("related_end", block.text)


def inline_related(story: Story) -> Story:
    """Remove "Also read: …" lines: a label, then a link's text and nothing else.

    Where links are known, most of the line must be one; where they are not, the label needs its colon and
    the line no full stop.
    """
    gone = []
    for place, block in enumerate(story.blocks):
        if len(block.text) > _INLINE_LONGEST:
            continue
        head, rest = _labelled(block)
        if rest and head and (block.linked > 0.5 or (block.frame is None and not rest.endswith("."))):  # noqa: PLR2004
            gone.append(place)
    return story.without(gone, "inline_related")


def _labelled(block: Block) -> tuple[str, str]:
    """Split a line into a label of another article and the rest; empty when it starts with none."""
    for mark in (":", "：", "|", "–", "—", "-", "»", ">", "►", "▶"):
        head, found, rest = block.text.partition(mark)
        if found and rest.strip() and len(head) <= 40 and labels().says("inline", head):  # noqa: PLR2004
            return head, rest.strip()
    first = block.pieces[0] if block.pieces else ""
    if len(block.pieces) > 1 and first != block.text and labels().says("inline", first):
        return first, block.text[len(first) :].strip()
    return "", ""


def link_run(story: Story) -> Story:
    """Remove the links that close the text: two or more lines in a row that are links and nothing else.

    A single closing link stays (it may be the source), and so does any line with words of its own.
    """
    start = len(story.blocks)
    while (
        start
        and is_link(story.blocks[start - 1])
        and not normal(story.blocks[start - 1].text).startswith("http")
    ):
        start -= 1
    if len(story.blocks) - start < 2 or start * 2 < len(story.blocks):  # noqa: PLR2004
        return story
    return story.without(range(start, len(story.blocks)), "link_run")
