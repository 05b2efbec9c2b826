"""Removes pointers to other pages: lists of related articles, inline links, runs of links at the end."""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.removal_surroundings import is_running
from worker.cleaning.set_apart_parts import is_pointer_box
from worker.document.block_tests import (
    LINKED,
    is_link,
    is_paragraph,
    is_sentence,
    lead_elsewhere,
    may_head_list,
)
from worker.document.blocks import Block
from worker.vocabulary.labels import load_labels, normalize_label

_MAX_EXCERPT_CHARS = 320
"""Characters of the longest excerpt under a link; longer ones read as the article unless they are cut."""
_MAX_LABEL_CHARS = 80
"""Characters of the longest label over a list of links; a longer line is a sentence, and stays."""
_ENDED = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more|weiterlesen|lire la suite|leer más)\W*$", re.IGNORECASE
)
_MAX_ENDING_CHARS = 100
"""Characters at a text's end that are searched for a sign that it is cut."""
_MAX_INLINE_CHARS = 300
"""Characters of the longest "Also read" line; a longer one has more in it than a label and a title."""
_SENTENCE_WORDS = 5
"""Words from which a line is a sentence that may go on with the article."""
_COLONS = (":", "：")  # noqa: RUF001
"""What a line ends with that leads in what follows: a list of links as often as not."""
_NOTES = ("note", "copyright", "appeared", "newsletter")
_CALLS = (*_NOTES, "follow", "share", "comments", "related_end")
"""Kinds of lines that stand among an article's paragraphs below a label and are none."""
_WORD = re.compile(r"(?<= )[a-z]+(?= )")


def remove_related_tail(draft: CleaningDraft) -> CleaningDraft:
    """Remove a closing "Similar posts" heading and all that follows it.

    The heading must be a whole line and what follows must not read on as the article: paragraphs that are no
    cards (a link line and its excerpt) and stand in markup like the article's own keep everything.
    """
    blocks, known = draft.blocks, load_labels()
    running = _Running(blocks)
    before = 0
    for place, block in enumerate(blocks):
        if before and len(block.text) <= _MAX_LABEL_CHARS and known.is_label("related_end", block.text):
            strong = known.is_label("related_strong", block.text)
            if running.after(place) * 5 <= before * 3 and not running.reads_on(place, strong=strong):
                return draft.remove_blocks(range(place, len(blocks)), "related_end")
        before += len(block.key)
    return draft


class _Running:
    """What follows a label in the text; asked label by label, in order, it looks at each block once."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self._blocks = blocks
        self._left: list[int] | None = None
        self._homes: set[tuple[str, ...]] = set()
        """The markup of the paragraphs before the last label asked for."""
        self._containers: set[int] = set()
        """The elements that these paragraphs stand in, by their numbers."""
        self._seen = 0
        self._reads_on = {True: -1, False: -1}
        """The place of a paragraph that reads on after a strong label, and after a weak one.

        It does so after later labels too: the more paragraphs stand before, the more are like them.
        """

    def after(self, place: int) -> int:
        """Count the characters of the paragraphs after a place."""
        if self._left is None:
            sizes = [len(block.key) if is_paragraph(block) else 0 for block in reversed(self._blocks)]
            self._left = [*accumulate(sizes)][::-1]
        return self._left[place + 1] if place + 1 < len(self._left) else 0

    def reads_on(self, place: int, *, strong: bool) -> bool:
        """Return whether a paragraph after a label looks like more of the article.

        An excerpt is a short paragraph right under a link line (a list of links has its excerpts within);
        under a weak label it must also be marked up differently from the article's paragraphs. Notes on
        authors and rights are no more of the article. A short sentence is more of it where it stands in the
        very element of the paragraphs before, and right under no link, heading or label.
        """
        if self._reads_on[strong] > place:
            return True
        before = [
            block for block in self._blocks[self._seen : place] if is_paragraph(block) or is_running(block)
        ]
        self._homes.update(map(_markup_signature, before))
        self._containers.update(map(_find_container, before))
        self._seen = place
        boxed = _find_container(self._blocks[place]) not in self._containers
        led: str | None = None if boxed else self._blocks[place].kind
        for at in range(place + 1, len(self._blocks)):
            block = self._blocks[at]
            if is_link(block) or block.kind == "heading" or block.linked >= LINKED:
                led = block.kind
            elif is_paragraph(block):
                below = led is not None and (led != "item" or block.kind == "item")
                excerpt = below and (
                    len(block.text) <= _MAX_EXCERPT_CHARS
                    or _ENDED.search(block.text[-_MAX_ENDING_CHARS:]) is not None
                )
                alien = _markup_signature(block) not in self._homes
                apart = (excerpt or strong) if alien else (excerpt and strong)
                if not (apart or _is_one_of(_NOTES, block)):
                    self._reads_on[strong] = at
                    return True
                led = None
            elif self._is_sentence(block):
                if led is None or (led == "item" and block.kind != "item"):
                    self._reads_on[strong] = at
                    return True
                led = None
        return False

    def _is_sentence(self, block: Block) -> bool:
        """Return whether a block is a short sentence in the element and markup of the paragraphs before."""
        return (
            is_sentence(block, _SENTENCE_WORDS)
            and not block.text.endswith(_COLONS)
            and _find_container(block) in self._containers
            and _markup_signature(block) in self._homes
            and not _is_one_of(_CALLS, block)
        )


def _find_container(block: Block) -> int:
    """Give the number of the element that a block's element stands in; -1 where that is not known."""
    return block.frame.parent.number if block.frame and block.frame.parent else -1


def _is_one_of(kinds: Iterable[str], block: Block) -> bool:
    return any(load_labels().is_label(kind, block.text) for kind in kinds)


def _markup_signature(block: Block) -> tuple[str, ...]:
    """Tags and classes of a block and its container, numbers aside: alike for paragraphs of one article."""
    frames = list(block.frame.up())[:2] if block.frame else []
    return tuple(part for frame in frames for part in (frame.tag, *_WORD.findall(frame.words)))


def remove_related_lists(draft: CleaningDraft) -> CleaningDraft:
    """Remove a "Related" heading with the link lines under it, anywhere in the text.

    The label must be a whole line and links must follow it (in the text, or left out of it by the
    extractor), or it must be a link itself; a subheading "Related" over a paragraph stays.
    """
    gone: set[int] = set()
    blocks = draft.blocks
    left_out = {block.index: block for block in draft.below}
    for place, block in enumerate(blocks):
        if place in gone or len(block.text) > _MAX_LABEL_CHARS or not _is_label(block):
            continue
        end = place + 1
        while end < len(blocks) and (
            is_link(blocks[end]) or (blocks[end].linked > 0.6 and not is_paragraph(blocks[end]))  # noqa: PLR2004
        ):
            end += 1
        under = left_out.get(block.index + 1) if block.index >= 0 else None
        if is_link(block) and block.level == 0:  # a button of the card above it
            gone.add(place)
        elif end > place + 1 or is_link(block) or end == len(blocks) or (under and is_link(under)):
            gone.update(range(place, end))
    return draft.remove_blocks(gone, "related")


def _is_label(block: Block) -> bool:
    return load_labels().is_label("related", block.text) or load_labels().is_label("related_end", block.text)


def remove_inline_related(draft: CleaningDraft) -> CleaningDraft:
    """Remove "Also read: …" lines: a label, then a link's text and nothing else.

    Where links are known, most of the line or all after the label must be one; where they are not, the label
    needs its colon and the line no full stop. Whatever the label says, a box of a class between two
    paragraphs goes that is a label and one link to a page of the site, and no sentence.
    """
    gone = []
    for place, block in enumerate(draft.blocks):
        if len(block.text) > _MAX_INLINE_CHARS:
            continue
        if is_pointer_box(draft, place):
            gone.append(place)
            continue
        head, rest = _split_label(block)
        if rest and head and (_is_linked(block, rest) or (block.frame is None and not rest.endswith("."))):
            gone.append(place)
    return draft.remove_blocks(gone, "inline_related")


def _is_linked(block: Block, rest: str) -> bool:
    """Return whether most of the line is a link, or all that is not its label."""
    linked = block.linked * len(block.key)
    return block.linked >= LINKED or linked >= 0.9 * len("".join(rest.split()))


def _split_label(block: Block) -> tuple[str, str]:
    """Split a line into a label of another article and the rest; empty when it starts with none."""
    for mark in (":", "：", "|", "–", "—", "-", "»", ">", "►", "▶"):  # noqa: RUF001
        head, found, rest = block.text.partition(mark)
        if found and rest.strip() and len(head) <= 40 and load_labels().is_label("inline", head):  # noqa: PLR2004
            return head, rest.strip()
    first = block.pieces[0] if block.pieces else ""
    is_telling = len(first.split()) > 1 or not block.text.endswith(".")  # "Read the labels." is advice
    if (
        len(block.pieces) > 1
        and first != block.text
        and is_telling
        and load_labels().is_label("inline", first)
    ):
        return first, block.text[len(first) :].strip()
    return "", ""


def remove_link_runs(draft: CleaningDraft) -> CleaningDraft:
    """Remove the links that close the text: two or more lines in a row that are links and nothing else.

    A single closing link stays (it may be the source), and so does any line with words of its own, and what
    a heading or a line with a colon leads in and leads to other hosts: the article's sources.
    """
    start = len(draft.blocks)
    while (
        start
        and is_link(draft.blocks[start - 1])
        and not normalize_label(draft.blocks[start - 1].text).startswith("http")
    ):
        start -= 1
    if len(draft.blocks) - start < 2 or start * 2 < len(draft.blocks):  # noqa: PLR2004
        return draft
    if _are_sources(draft, range(start, len(draft.blocks))):
        return draft
    return draft.remove_blocks(range(start, len(draft.blocks)), "link_run")


def remove_link_lists(draft: CleaningDraft) -> CleaningDraft:
    """Remove lists below the last paragraph whose every item is a link: headlines of other articles.

    A list with words of its own in any item stays, and so does any list that text follows, and one of the
    article's sources.
    """
    tail = draft.tail()
    lists: dict[int, list[int]] = {}
    for place in range(tail, len(draft.blocks)):
        block = draft.blocks[place]
        home = (
            next((f.parent.number for f in block.frame.up() if f.tag == "li" and f.parent), None)
            if block.frame
            else None
        )
        if home is not None:
            lists.setdefault(home, []).append(place)
    gone = [
        place
        for places in lists.values()
        if len(places) > 1
        and all(draft.blocks[place].linked > 0.6 for place in places)  # noqa: PLR2004
        and not _are_sources(draft, places)
        for place in places
    ]
    return draft.remove_blocks(gone, "link_list") if tail else draft


def _are_sources(draft: CleaningDraft, places: Sequence[int]) -> bool:
    """Return whether lines of links are the article's sources.

    A line that may head a list leads them in, no label of the page, and all lead to other hosts.
    """
    if places[0] * 2 < len(draft.blocks) and len(places) * 2 > len(draft.blocks):  # they are the article
        return lead_elsewhere((draft.blocks[place] for place in places), draft.facts.host)
    before = draft.blocks[places[0] - 1] if places[0] else None
    if before is None or not may_head_list(before) or _is_label(before):
        return False
    return lead_elsewhere((draft.blocks[place] for place in places), draft.facts.host)
