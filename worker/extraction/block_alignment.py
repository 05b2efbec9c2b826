"""Finds the blocks of the page that an extractor's text came from."""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from worker.document.blocks import Block, drop_white_space, normalize_line
from worker.extraction.subsequence_index import IDENTIFYING_CHARS, SubsequenceIndex
from worker.vocabulary.labels import load_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ALIKE = 64
"""Blocks of one text among which a line's is searched for: all pairs of equal ones would be their square."""
_OPENING_CHARS = 12
"""Characters by which keys are sorted that may begin a line: bounds the keys compared with each."""
_BREAKS = frozenset(("p", "head", "list", "item", "quote", "table", "row", "cell", "lb", "div", "body"))


def read_body_lines(body: HtmlElement) -> list[str]:
    """Read the lines of an extracted body tree in order."""
    lines: list[str] = []
    parts: list[str] = []

    def flush() -> None:
        if not parts:
            return
        text = normalize_line("".join(parts))
        parts.clear()
        if text:
            lines.append(text)

    def walk(element: HtmlElement) -> None:
        breaks = element.tag in _BREAKS
        if breaks:
            flush()
        if element.text:
            parts.append(element.text)
        for child in element:
            walk(child)
            if child.tail:
                parts.append(child.tail)
        if breaks:
            flush()

    walk(body)
    flush()
    return lines


class _Places:
    """Where the keys of a page's blocks stand: each key with the indexes of its blocks, in order."""

    __slots__ = ("_lengths", "of")

    def __init__(self, blocks: list[Block]) -> None:
        self.of: dict[str, list[int]] = {}
        for block in blocks:
            self.of.setdefault(block.key, []).append(block.index)
        self._lengths: dict[str, set[int]] = {}
        """Of the keys that begin alike; shorter keys under themselves."""
        for key in self.of:
            self._lengths.setdefault(key[:_OPENING_CHARS], set()).add(len(key))

    def longest(self, key: str) -> int:
        """Return the characters of the longest key that begins as this one does."""
        return max(self._lengths.get(key[:_OPENING_CHARS], ()), default=0)

    def first(self, key: str, floor: int, ceiling: int) -> int | None:
        """Return the first block of this key between two others."""
        indexes = self.of.get(key, ())
        at = bisect_right(indexes, floor)
        return indexes[at] if at < len(indexes) and indexes[at] < ceiling else None

    def last(self, key: str, floor: int, ceiling: int) -> int | None:
        """Return the last block of this key between two others."""
        indexes = self.of.get(key, ())
        at = bisect_left(indexes, ceiling) - 1
        return indexes[at] if at >= 0 and indexes[at] > floor else None

    def next_part(self, key: str, begin: int, floor: int, ceiling: int) -> int | None:
        """Return the first block between two others whose key stands in `key` from `begin` on."""
        found = None
        opening = key[begin : begin + _OPENING_CHARS]
        for size in range(1, len(opening) + 1):
            for length in self._lengths.get(opening[:size], ()):
                index = self.first(key[begin : begin + length], floor, ceiling)
                if index is not None:
                    found = ceiling = index
        return found


def align_lines(lines: list[str], blocks: list[Block]) -> list[Block]:
    """Replace each line by the block or blocks of the page it was made of; a line without any stays itself.

    Long lines are anchored first, in an order that never goes back; short ones are then searched for between
    their neighbors' anchors, so that a "More" in the article is not mistaken for one in the menu.
    """
    places = _Places(blocks)
    lines = _join_torn_lines(lines, places)
    keys = [drop_white_space(line) for line in lines]
    anchors = _find_anchors(keys, places.of)
    found: list[list[int]] = []
    floor = -1
    ceilings = _find_ceilings(anchors, len(blocks))
    for number, key in enumerate(keys):
        anchor = anchors[number]
        matched = (
            [anchor] if anchor is not None else _find_between(key, floor, ceilings[number], blocks, places)
        )
        floor = matched[-1] if matched else floor
        found.append(matched)
    return _order_as_on_page(lines, keys, found, blocks, places.of)


def _join_torn_lines(lines: list[str], places: _Places) -> list[str]:
    """Join the lines that an extractor made of one block: of bare text and the inline elements in it."""
    keys = [drop_white_space(line) for line in lines]
    joined: list[str] = []
    end = 0
    while end < len(lines):
        begin, end = end, _find_torn_end(keys, end, places)
        joined.append(" ".join(lines[begin:end]))
    return joined


def _find_torn_end(keys: list[str], begin: int, places: _Places) -> int:
    """Return where the lines end that spell a block together; the next line where none do."""
    key = keys[begin]
    longest = 0 if key in places.of else places.longest(key)
    for end in range(begin + 1, min(len(keys), begin + _MOST_ALIKE)):
        key += keys[end]
        if len(key) > longest:
            break
        if key in places.of:
            return end + 1
    return begin + 1


def _order_as_on_page(
    lines: list[str],
    keys: list[str],
    found: list[list[int]],
    blocks: list[Block],
    places: dict[str, list[int]],
) -> list[Block]:
    """Line up the blocks as they stand on the page, wherever the extractor moved their lines to."""
    taken = {index for matched in found for index in matched}
    left: dict[str, Iterator[int]] = {}
    """Of each key the blocks not looked at yet: what is taken stays so."""
    holed: SubsequenceIndex | None = None
    ordered: list[tuple[int, int, Block]] = []
    place = -1
    for number, matched in enumerate(found):
        if not matched:
            rest = left.setdefault(keys[number], iter(places.get(keys[number], ())))
            free = next((index for index in rest if index not in taken), None)
            if free is None:
                holed = holed or SubsequenceIndex(blocks)
                free = holed.find_block(keys[number], taken)
            matched = [] if free is None else [free]  # noqa: PLW2901
            taken.update(matched)
        place = matched[-1] if matched else place
        ordered.extend((index, number, blocks[index]) for index in matched)
        if not matched:
            line = lines[number]
            lost = Block(text=line, frame=None, run=-1 - number, index=-1, key=keys[number], pieces=(line,))
            ordered.append((place, number, lost))
    return [block for _, _, block in sorted(ordered, key=lambda entry: entry[:2])]


def _find_anchors(keys: list[str], places: dict[str, list[int]]) -> list[int | None]:
    """Assign long lines their block, as the longest run of places that only goes forward."""
    candidates: list[tuple[int, int]] = []
    alike: Counter[str] = Counter()
    for number, key in enumerate(keys):
        if len(key) >= IDENTIFYING_CHARS:
            indexes = places.get(key, [])
            if len(indexes) > _MOST_ALIKE:
                begin = min(alike[key], len(indexes) - _MOST_ALIKE)
                indexes = indexes[begin : begin + _MOST_ALIKE]
                alike[key] += 1
            candidates.extend((number, index) for index in reversed(indexes))
    tails: list[int] = []
    tail_of: list[int] = []
    before: list[int] = []
    for position, (_, index) in enumerate(candidates):
        length = bisect_left(tails, index)
        before.append(tail_of[length - 1] if length else -1)
        if length == len(tails):
            tails.append(index)
            tail_of.append(position)
        else:
            tails[length] = index
            tail_of[length] = position
    anchors: list[int | None] = [None] * len(keys)
    position = tail_of[-1] if tail_of else -1
    while position >= 0:
        number, index = candidates[position]
        anchors[number] = index
        position = before[position]
    return anchors


def _find_ceilings(anchors: list[int | None], end: int) -> list[int]:
    ceilings = [end] * len(anchors)
    ceiling = end
    for number in range(len(anchors) - 1, -1, -1):
        ceilings[number] = ceiling
        ceiling = anchors[number] if anchors[number] is not None else ceiling  # type: ignore[assignment]
    return ceilings


def _find_between(key: str, floor: int, ceiling: int, blocks: list[Block], places: _Places) -> list[int]:
    """Find a line between two blocks: as one block, else as a row of blocks that together spell it."""
    # above the text, the nearest to it: a menu may say the same
    whole = (places.last if floor < 0 else places.first)(key, floor, ceiling)
    if whole is not None:
        return [whole]
    for _ in range(_MOST_ALIKE):
        start = places.next_part(key, 0, floor, ceiling)
        if start is None:
            return []
        spelled = _spell_key(key, start, ceiling, blocks, places)
        if spelled:
            return spelled
        floor = start
    return []


def _spell_key(key: str, start: int, ceiling: int, blocks: list[Block], places: _Places) -> list[int]:
    taken: list[int] = []
    begin = 0
    index: int | None = start
    while index is not None:
        taken.append(index)
        begin += len(blocks[index].key)
        if begin == len(key):
            return taken
        index = places.next_part(key, begin, index, ceiling)
    return []


def insert_landmarks(blocks: list[Block], left_out: tuple[Block, ...]) -> tuple[Block, ...]:
    """Put left-out "Similar posts" headings back in their place, as ghosts.

    Extractors often drop such a heading and keep what stands under it; the steps need to see where it was.
    """
    known = load_labels()
    marks = [
        block
        for block in left_out
        if len(block.text) <= 80 and known.is_label("related_end", block.text)  # noqa: PLR2004
    ]
    return tuple(placed(blocks, [replace(mark, is_landmark=True) for mark in marks]))


def placed(blocks: list[Block], lost: list[Block]) -> list[Block]:
    """Put blocks, which are in the page's order, each before the first that follows it on the page."""
    merged: list[Block] = []
    rest = iter(lost)
    following = next(rest, None)
    for block in blocks:
        while following is not None and block.index > following.index:
            merged.append(following)
            following = next(rest, None)
        merged.append(block)
    if following is not None:
        merged += [following, *rest]
    return merged
