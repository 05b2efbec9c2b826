"""Find the blocks of the page that an extractor's text came from."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace

from lxml.html import HtmlElement

from worker.blocks import Block, plain, squeeze
from worker.clean.labels import labels

_ANCHOR_CHARS = 25
_BREAKS = frozenset(("p", "head", "list", "item", "quote", "table", "row", "cell", "lb", "div", "body"))


def body_lines(body: HtmlElement) -> list[str]:
    """Read the lines of an extracted body tree in order."""
    lines: list[str] = []
    parts: list[str] = []

    def flush() -> None:
        text = plain("".join(parts))
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


def align(lines: list[str], blocks: list[Block]) -> list[Block]:
    """Replace each line by the block or blocks of the page it was made of; a line without any stays itself.

    Long lines are anchored first, in an order that never goes back; short ones are then looked for between
    their neighbours' anchors, so that a "More" in the article is not mistaken for one in the menu.
    """
    keys = [squeeze(line) for line in lines]
    places = defaultdict(list)
    for block in blocks:
        places[block.key].append(block.index)
    anchors = _anchors(keys, places)
    found: list[list[int]] = []
    floor = -1
    ceilings = _ceilings(anchors, len(blocks))
    for number, key in enumerate(keys):
        anchor = anchors[number]
        matched = [anchor] if anchor is not None else _between(key, floor, ceilings[number], blocks, places)
        floor = matched[-1] if matched else floor
        found.append(matched)
    return _in_page_order(lines, keys, found, blocks, places)


def _in_page_order(
    lines: list[str],
    keys: list[str],
    found: list[list[int]],
    blocks: list[Block],
    places: dict[str, list[int]],
) -> list[Block]:
    """Line up the blocks as they stand on the page, wherever the extractor moved their lines to."""
    taken = {index for matched in found for index in matched}
    ordered: list[tuple[int, int, Block]] = []
    place = -1
    for number, matched in enumerate(found):
        if not matched:
            free = next((index for index in places.get(keys[number], ()) if index not in taken), None)
            matched = [] if free is None else [free]  # noqa: PLW2901
            taken.update(matched)
        place = matched[-1] if matched else place
        ordered.extend((index, number, blocks[index]) for index in matched)
        if not matched:
            line = lines[number]
            lost = Block(text=line, frame=None, run=-1 - number, index=-1, key=keys[number], pieces=(line,))
            ordered.append((place, number, lost))
    return [block for _, _, block in sorted(ordered, key=lambda entry: entry[:2])]


def _anchors(keys: list[str], places: dict[str, list[int]]) -> list[int | None]:
    """Give long lines their block, as the longest run of places that only goes forward."""
    candidates = [
        (number, index)
        for number, key in enumerate(keys)
        if len(key) >= _ANCHOR_CHARS
        for index in reversed(places.get(key, ()))
    ]
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


def _ceilings(anchors: list[int | None], end: int) -> list[int]:
    ceilings = [end] * len(anchors)
    ceiling = end
    for number in range(len(anchors) - 1, -1, -1):
        ceilings[number] = ceiling
        ceiling = anchors[number] if anchors[number] is not None else ceiling  # type: ignore[assignment]
    return ceilings


def _between(
    key: str, floor: int, ceiling: int, blocks: list[Block], places: dict[str, list[int]]
) -> list[int]:
    """Find a line between two blocks: as one block, else as a row of blocks that together spell it."""
    whole = [index for index in places.get(key, ()) if floor < index < ceiling]
    if whole:  # above the text, the nearest to it: a menu may say the same
        return [whole[-1] if floor < 0 else whole[0]]
    for start in range(floor + 1, ceiling):
        if key.startswith(blocks[start].key):
            spelled = _spell(key, start, ceiling, blocks)
            if spelled:
                return spelled
    return []


def _spell(key: str, start: int, ceiling: int, blocks: list[Block]) -> list[int]:
    taken: list[int] = []
    rest = key
    for index in range(start, ceiling):
        if rest.startswith(blocks[index].key):
            taken.append(index)
            rest = rest[len(blocks[index].key) :]
            if not rest:
                return taken
    return []


def with_landmarks(blocks: list[Block], left_out: tuple[Block, ...]) -> tuple[Block, ...]:
    """Put left-out "Similar posts" headings back in their place, as ghosts.

    Extractors often drop such a heading and keep what stands under it; the steps need to see where it was.
    """
    known = labels()
    marks = [block for block in left_out if len(block.text) <= 80 and known.says("related_end", block.text)]  # noqa: PLR2004
    placed = list(blocks)
    for mark in marks:
        place = next((n for n, block in enumerate(placed) if block.index > mark.index), len(placed))
        placed.insert(place, replace(mark, ghost=True))
    return tuple(placed)
