"""Finds parts of a page that no article of its site needs, so that its template may pass them.

A part is an element with all in it: menus, sidebars, footers, links to other articles. It is needed where a
block within was taken for the text, or stood among those round the text that cleaning looks at. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from lxml.html import HtmlElement

from worker.document.block_walker import is_block
from worker.document.blocks import Block, ElementFrame, read_class_words
from worker.document.tag_sets import BLOCK_TAGS, SKIPPED_TAGS
from worker.templates.path_prints import extend_path, hash_path

NEEDED = 0
"""Stands for the count of a part that a page has needed: it is never passed."""
MOST_PARTS = 300
"""Prints of parts that a template keeps, needed ones in front: bounds what it takes of memory."""
_KNOWN_STEPS = 4096
"""Elements, of some ten sites, whose paths and prints a process keeps: bounds its memory."""
_MIN_PAGES = 3
"""Pages that must have had a part before one is passed."""


def drop_parts(tree: HtmlElement, prints: frozenset[int]) -> frozenset[int]:
    """Empty the parts of a page that have one of these prints; in place. Returns the prints that were met.

    An emptied part still parts the lines on its sides. Metadata for programs stay, where they stand.
    """
    met: set[int] = set()
    todo = [(tree, extend_path("", tree.tag, read_class_words(tree)))]
    while todo:
        around, outer = todo.pop()
        for element in list(around):
            tag, path = element.tag, outer
            if tag in SKIPPED_TAGS:
                continue
            if tag in BLOCK_TAGS or is_block(tag, element.get("style")):
                path, print_ = _extend_and_hash(outer, tag, read_class_words(element))
                if print_ in prints:
                    met.add(print_)
                    _empty_part(element)
                    continue
            if len(element):
                todo.append((element, path))
    return frozenset(met)


@lru_cache(maxsize=_KNOWN_STEPS)
def _extend_and_hash(outer: str, tag: str, words: str) -> tuple[str, int]:
    path = extend_path(outer, tag, words)
    return path, hash_path(path)


def _empty_part(part: HtmlElement) -> None:
    """Empty a part but for what is read for metadata, wherever it stands, and the elements round that."""
    data = {
        each
        for each in part.iter("script", "meta", "link", "template", "h1")
        if each.tag != "script" or "json" in (each.get("type") or "").lower()
    }
    if not data:
        part.clear(keep_tail=True)
        return
    around = {outer for each in data for outer in each.iterancestors()}
    todo = [part]
    while todo:
        for child in list(todo.pop()):
            if child in around and child not in data:
                todo.append(child)
            elif child not in data:
                child.clear(keep_tail=True)


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
