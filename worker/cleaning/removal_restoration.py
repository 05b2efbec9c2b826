"""Decides what of a cleaning step's removals goes back, by the structure that it stands in.

Pure, over the blocks before a step and the places that the step took. No step applies these rules; they hold
for all (docs/text.md, "What no step may take").
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from worker.cleaning.markup_class_words import is_caption
from worker.cleaning.protected_lines import find_box_lines, find_broken_lines, find_items, find_led_lines
from worker.cleaning.removal_surroundings import (
    RemovalSurroundings,
    count_running,
    find_container,
    is_running,
)
from worker.document.block_tests import LINKED, heads_caption, is_dense
from worker.document.blocks import Block
from worker.document.text_rendering import count_words

_MAX_LABELED_SHARE = 0.1
"""The most of the running text that one step may take by the words of its labels."""
_MIN_ESSAY_SHARE = 0.5
"""Share of the running text in captions above which these are the article."""
_MIN_ESSAY_CAPTIONS = 3
"""Captions from which a text is a photo essay that keeps them; fewer are pictures of an ordinary article."""
_MIN_TEXT_WORDS = 4
"""Words under a heading from which they are its text, and keep it."""
_SETS = frozenset(("other_post", "related_end", "headline", "standfirst"))
"""Rules that take what a number, a label or a repetition sets apart, lists included."""
_ROWS = frozenset(
    [
        *("read_time", "share", "caption", "tags", "copyright", "byline", "agency_credit"),
        *("author_note", "reporter_credit", "closing_rows"),
    ]
)
"""Rules for short rows of the page's frame: words that may be an article's own in a list or over a text."""
_CALLS = frozenset(("newsletter", "follow", "comments", "cookies", "service"))
_POINTERS = frozenset(("inline_related", "related"))
_BY_WORDS = _ROWS | _CALLS | {"advert"}
"""Rules that go by a line's words, or by the words of its address."""


def find_beyond_bounds(blocks: Sequence[Block], removed: Collection[int], rule: str) -> frozenset[int]:
    """Return the places among `removed` that the step of this rule may not take."""
    gone = frozenset(place for place in removed if not blocks[place].is_landmark)
    if not gone or rule in _SETS:
        return frozenset()
    taken = RemovalSurroundings(blocks, gone)
    back = set(find_items(taken, rule, whole=rule in _ROWS, pointers=rule in _POINTERS))
    if rule in _BY_WORDS:
        back.update(_find_headings(taken, rule), _find_running_text(taken, rule))
        back.update(find_broken_lines(taken), find_led_lines(taken))
    if rule in _ROWS:
        back.update(find_box_lines(taken))
    if rule == "caption":
        back.update(_find_essay(taken))
    return frozenset(back)


def _find_headings(taken: RemovalSurroundings, rule: str) -> Iterator[int]:
    """Find headings whose text stays: it stands right under them in the same element.

    Of what sounds like a call or a byline, only a heading that has others of its kind beside it.
    """
    headings = [place for place in sorted(taken.gone) if taken.blocks[place].level]
    if rule == "advert" or not headings:
        return
    leading = [place for place in taken.shown if taken.blocks[place].level and _leads_text(taken, place)]
    kinds = Counter(_name_kind(taken.blocks[place]) for place in leading)
    stay = Counter(_name_kind(taken.blocks[place]) for place in leading if place not in taken.gone)
    leads = {*leading}
    for place in headings:
        kind = _name_kind(taken.blocks[place])
        if place <= taken.start or place not in leads or taken.blocks[place].linked >= LINKED:
            continue
        if kinds[kind] > 1 if rule == "byline" else rule in _ROWS or stay[kind]:
            yield place


def _leads_text(taken: RemovalSurroundings, place: int) -> bool:
    """Return whether a line that stays, and is text, stands right under a heading within the same element."""
    under, container = taken.find_next(place), find_container(taken.blocks[place])
    if under is None or under in taken.gone or container is None:
        return False
    block = taken.blocks[under]
    if block.frame is None or block.level or block.linked >= LINKED:
        return False
    is_text = block.kind == "item" or is_dense(block.text) or count_words(block.text) >= _MIN_TEXT_WORDS
    return is_text and any(frame is container for frame in block.frame.up())


def _name_kind(block: Block) -> tuple[str, str, int]:
    """Name what headings of one kind share: their tag and the element that they stand in, or one like it."""
    container = find_container(block)
    if block.frame is None or container is None:
        return "", "", -1
    around = container.parent.number if container.parent else -1
    return block.frame.tag, f"{container.tag} {container.element.get('class') or ''}", around


def _find_running_text(taken: RemovalSurroundings, rule: str) -> Iterator[int]:
    """Find lines of running text that a step took by their words, or by where their link leads.

    None without a link may go from among those that stay in the same element, and none for a link alone; of
    others a tenth of all at most. What the page marks as a caption is no running text, and what stands after
    the last line that stays is a labeled tail.
    """
    blocks = taken.blocks
    gone = [n for n in sorted(taken.gone) if is_running(blocks[n]) and not is_caption(blocks[n])]
    left = _MAX_LABELED_SHARE * sum(count_running(blocks[n]) for n in taken.running) if gone else 0
    for place in gone:
        if rule == "service" or (not blocks[place].linked and taken.is_among(place)):
            yield place
        elif place < taken.last:
            left -= count_running(blocks[place])
            if left < 0:
                yield place


def _find_essay(taken: RemovalSurroundings) -> Iterator[int]:
    """Find the captions of a photo essay, with the headings over them: they hold most of the running text."""
    blocks = taken.blocks
    captions = [n for n in sorted(taken.gone) if is_running(blocks[n]) and is_caption(blocks[n])]
    if len(captions) < _MIN_ESSAY_CAPTIONS:
        return
    words = sum(count_running(blocks[n]) for n in captions)
    if words > _MIN_ESSAY_SHARE * sum(count_running(blocks[n]) for n in taken.running):
        yield from captions
        yield from (
            n - 1 for n in captions if n - 1 in taken.gone and heads_caption(blocks[n - 1], blocks[n])
        )
