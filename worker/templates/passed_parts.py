"""Finds parts of a page that no article of its site needs, so that the walk over its blocks may pass them.

A part is an element with all in it: menus, sidebars, footers, links to other articles. It is needed where a
block within was taken for the text, or stood among those round the text that cleaning looks at. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from worker.document.blocks import Block, ElementFrame
from worker.templates.path_prints import hash_path, print_frame

NEEDED = 0
"""Stands for the count of a part that a page has needed: it is never passed."""
MOST_PARTS = 300
"""Prints of parts that a template keeps, needed ones in front: bounds what it takes of memory."""
_MIN_PAGES = 3
"""Pages that must have had a part before one is passed."""


@dataclass(slots=True)
class PassedParts:
    """The parts that the walk over one page passes, and which of them it met."""

    prints: frozenset[int]
    known: dict[int, str] = field(default_factory=dict)
    """Paths of the frames of the page, by number."""
    met: set[int] = field(default_factory=set)

    def passes(self, frame: ElementFrame) -> bool:
        """Return whether an element is such a part."""
        print_ = hash_path(print_frame(frame, self.known))
        if print_ not in self.prints:
            return False
        self.met.add(print_)
        return True


def list_parts(
    everything: Sequence[Block], needed: frozenset[int], known: dict[int, str]
) -> Mapping[int, int]:
    """Return the largest parts of a page without a needed block, with 1, and those with some, with NEEDED.

    `needed` are indexes of blocks; `known` has the paths of all frames that blocks stand in.
    """
    used: set[int] = set()
    for block in everything:
        if block.index in needed:
            used.update(frame.number for frame in _list_unseen(block.frame, used))
    parts: dict[int, int] = {}
    outer: set[int] = set()
    for block in everything:
        largest = None
        for frame in _list_unseen(block.frame, outer):
            if frame.number in used:
                break
            outer.add(frame.number)
            largest = frame
        else:
            continue  # it stands in a part that was found
        if largest is not None:
            parts[hash_path(known[largest.number])] = 1
    parts.update(dict.fromkeys((hash_path(known[number]) for number in used), NEEDED))
    return parts


def _list_unseen(frame: ElementFrame | None, seen: set[int]) -> Iterable[ElementFrame]:
    """Yield a frame and those around it, up to one that was seen."""
    for outer in frame.up() if frame else ():
        if outer.number in seen:
            return
        yield outer


def add_parts(one: Mapping[int, int], two: Mapping[int, int]) -> dict[int, int]:
    """Add the parts of two readings; what either needed is needed."""
    added = {
        print_: NEEDED
        if NEEDED in (one.get(print_), two.get(print_))
        else one.get(print_, 0) + two.get(print_, 0)
        for print_ in (*one, *(print_ for print_ in two if print_ not in one))
    }
    if len(added) <= MOST_PARTS:
        return added
    often = sorted(added.items(), key=lambda item: (item[1] != NEEDED, -item[1], item[0]))
    return dict(often[:MOST_PARTS])


def choose_passed(parts: Sequence[Mapping[int, int]]) -> frozenset[int]:
    """Choose the parts that may be passed by any of several templates."""
    sure = [{print_ for print_, pages in each.items() if pages >= _MIN_PAGES} for each in parts]
    return frozenset(set.intersection(*sure)) if sure else frozenset()
