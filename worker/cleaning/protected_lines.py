"""Finds what a cleaning step may not take of lists, lines parted by `<br>` and labeled boxes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from worker.cleaning.markup_class_words import ALL_MARKS, is_caption
from worker.cleaning.removal_surroundings import (
    RemovalSurroundings,
    find_container,
    is_mostly_linked,
    is_running,
)
from worker.document.block_tests import LINKED
from worker.document.blocks import ITEM_TAGS, Block, ElementFrame

_LIST_TAGS = frozenset(("ul", "ol", "dl", "table"))
_CELL_TAGS = frozenset(("td", "th"))
_BOX_TAGS = ("aside", "fieldset", "details")
_MIN_DAYS = 3
"""Short lines under a heading from which they are a list: two may be the dates of the page."""
_MOST_LED = 30
"""Lines above one that are compared with it: bounds the cost of long runs of lines."""
_COLONS = (":", "：")  # noqa: RUF001


@dataclass(slots=True)
class _List:
    """A list or a table of data: its element, and the places of each item by the item's number."""

    frame: ElementFrame
    items: dict[int, list[int]] = field(default_factory=dict)


def find_items(taken: RemovalSurroundings, rule: str, *, whole: bool, pointers: bool) -> Iterator[int]:
    """Find items of lists whose other items stay and, where `whole`, all of a list that the text leads up to.

    `pointers`: the rule is for links to other pages: of lists of links it may take what it will.
    """
    for one in _collect_lists(taken).values():
        gone = [place for places in one.items.values() if taken.gone.issuperset(places) for place in places]
        if not gone:
            continue
        everything = [place for places in one.items.values() for place in places]
        is_led = _is_led(taken, one.frame, everything)
        is_of_links = is_mostly_linked([taken.blocks[place] for place in everything])
        if len(gone) < len(everything):
            if (is_led or gone[0] > taken.start) and not (pointers and is_of_links):
                yield from (place for place in gone if not _is_marked(taken.blocks[place], rule))
        elif whole and is_led and not is_of_links:
            yield from gone


def _collect_lists(taken: RemovalSurroundings) -> dict[int, _List]:
    """Collect the lists of which something was taken, by the numbers of their elements."""
    touched = {found[0].number for place in taken.gone if (found := _find_list(taken.blocks[place]))}
    lists: dict[int, _List] = {}
    for place in taken.shown if touched else ():
        found = _find_list(taken.blocks[place])
        if found and found[0].number in touched:
            frame, item = found
            lists.setdefault(frame.number, _List(frame)).items.setdefault(item.number, []).append(place)
    return lists


def _find_list(block: Block) -> tuple[ElementFrame, ElementFrame] | None:
    """Return the innermost list that a block stands in, with its item; None outside of lists."""
    if block.frame is None or not block.frame.within(*_LIST_TAGS):
        return None
    item: ElementFrame | None = None
    for frame in block.frame.up():
        if item is None:
            if frame.tag in ITEM_TAGS or (frame.tag in _CELL_TAGS and not frame.layout):
                item = frame
        elif frame.tag in _LIST_TAGS:
            return frame, item
    return None


def _is_led(taken: RemovalSurroundings, frame: ElementFrame, places: list[int]) -> bool:
    """Return whether the text leads up to a list: by a colon, by a heading, or by standing on both sides."""
    before, after = taken.find_previous(min(places)), taken.find_next(max(places))
    if before is None or before in taken.gone:
        return False
    lead = taken.blocks[before]
    if lead.linked < LINKED and lead.text.rstrip().endswith(_COLONS):
        return True
    if lead.level > 1 and before > taken.start:
        return True
    if after is None or not (is_running(lead) and is_running(taken.blocks[after])):
        return False
    return find_container(lead) is frame.parent and find_container(taken.blocks[after]) is frame.parent


def _is_marked(block: Block, rule: str) -> bool:
    """Return whether the page marks what was taken of an item, on the item or within it."""
    if rule == "caption":
        return is_caption(block)
    if rule != "apart":
        return False
    words = set(block.words.split())
    for frame in block.frame.up() if block.frame else ():
        words.update(frame.words.split())
        if frame.tag in ITEM_TAGS or frame.tag in _CELL_TAGS:
            break
    return not words.isdisjoint(ALL_MARKS)


def find_broken_lines(taken: RemovalSurroundings) -> Iterator[int]:
    """Find lines of one element, parted by `<br>`, of which short ones stay: a list without its tags."""
    touched = {taken.blocks[place].run for place in taken.gone}
    runs: dict[int, list[int]] = {}
    for place in taken.shown:
        if taken.blocks[place].run in touched:
            runs.setdefault(taken.blocks[place].run, []).append(place)
    for places in runs.values():
        stay = [taken.blocks[n] for n in places if n not in taken.gone and taken.blocks[n].linked < LINKED]
        is_led = taken.blocks[places[0]].text.rstrip().endswith(_COLONS) and places[0] not in taken.gone
        if places[0] >= taken.start and (is_led or sum(not is_running(block) for block in stay) > 1):
            yield from (place for place in places if place in taken.gone)


def find_led_lines(taken: RemovalSurroundings) -> Iterator[int]:
    """Find two and more lines of one tag and class under a line of the text that leads them in.

    It ends with a colon, or is a heading over short lines alone: three, or more than were taken.
    """
    for place in sorted(taken.gone):
        first, before = _find_first_like(taken, place)
        if before is None or before in taken.gone or before < taken.start:
            continue
        lead = taken.blocks[before]
        if lead.linked >= LINKED or not (lead.level > 1 or lead.text.rstrip().endswith(_COLONS)):
            continue
        led: list[int] = []
        following: int | None = first
        while following is not None and _is_like(taken.blocks[place], taken.blocks[following]):
            led.append(following)
            following = taken.find_next(following)
        if lead.level > 1 and not _are_days(taken, led):
            continue
        if len(led) > 1 and find_container(lead) is find_container(taken.blocks[place]):
            yield from (each for each in led if each in taken.gone)


def _are_days(taken: RemovalSurroundings, led: list[int]) -> bool:
    """Return whether lines under a heading are what it is about: short, not all of them taken or three."""
    if any(is_running(taken.blocks[place]) for place in led):
        return False
    return len(led) >= _MIN_DAYS or not taken.gone.issuperset(led)


def _find_first_like(taken: RemovalSurroundings, place: int) -> tuple[int, int | None]:
    """Find the first of the lines like this one that stand right above it, and the place above that."""
    first, before = place, taken.find_previous(place)
    for _ in range(_MOST_LED):
        if before is None or not _is_like(taken.blocks[place], taken.blocks[before]):
            break
        first, before = before, taken.find_previous(before)
    return first, before


def _is_like(first: Block, other: Block) -> bool:
    """Return whether two lines have elements of one tag and class in the same element, and no link."""
    if first.frame is None or other.frame is None or other.linked >= LINKED:
        return False
    return (
        other.frame.parent is first.frame.parent
        and other.frame.tag == first.frame.tag
        and other.frame.words == first.frame.words
    )


def find_box_lines(taken: RemovalSurroundings) -> Iterator[int]:
    """Find lines of a box of the story's own: an aside, a fieldset or details, whose label stays.

    The label of the latter two stays with their text.
    """
    if all(_find_box(taken.blocks[place]) is None for place in taken.gone):
        return
    boxed = {
        place: box.number for place in taken.shown if (box := _find_box(taken.blocks[place])) is not None
    }
    firsts: dict[int, int] = {}
    for place, number in boxed.items():
        firsts.setdefault(number, place)
    for place in taken.gone:
        label = firsts.get(boxed.get(place, -1))
        if label is None or taken.blocks[place].linked >= LINKED:
            continue
        if place == label and _labels_text(taken, place, boxed):
            yield place
        if label in taken.gone:
            continue
        block = taken.blocks[label]
        if (block.level or block.strong > LINKED) and block.linked < LINKED:
            yield place


def _labels_text(taken: RemovalSurroundings, place: int, boxed: dict[int, int]) -> bool:
    """Return whether a line is marked as the label of a fieldset or details, and a line below it stays."""
    frame = taken.blocks[place].frame
    if frame is None or not frame.within("summary", "legend"):
        return False
    under = taken.find_next(place)
    return under is not None and under not in taken.gone and boxed.get(under) == boxed[place]


def _find_box(block: Block) -> ElementFrame | None:
    if block.frame is None or not block.frame.within(*_BOX_TAGS):
        return None
    return next(frame for frame in block.frame.up() if frame.tag in _BOX_TAGS)
