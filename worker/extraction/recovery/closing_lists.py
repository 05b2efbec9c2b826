"""Finds what closes an article below its last paragraph: its list of sources, a summary, whom to write to.

Extractors take lists of links for those of the page, and a heading with a link for a label. The evidence is
the place (a child of the element that the paragraphs stand in, led in by a heading, a line in bold or one
that ends with a colon) and where the links lead: all of them to other hosts, or to an address to write to. A
list with one link to a page of the same host stays out, and so does all that follows it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from worker.document.block_tests import LABEL_CHARS, is_link, lead_elsewhere, may_head_list, names_address
from worker.document.blocks import Block, ElementFrame
from worker.extraction.recovery.article_elements import find_child, find_homes
from worker.extraction.recovery.lost_paragraphs import is_beside
from worker.vocabulary.labels import load_labels

_MOST_LINES = 60
"""Lines below the last paragraph that are checked: a longer list is a directory."""
_MIN_ITEMS = 2
"""Items from which a list is one."""
_OF_PAGE = ("related", "related_end", "follow", "share", "comments", "tags", "newsletter", "inline")
"""Kinds of labels that head lists of the page."""
_CONTROLS = ("form", "button", "input", "select", "textarea", "nav", "img", "picture", "iframe")


def find_closing_lists(blocks: Sequence[Block], everything: Sequence[Block], host: str) -> list[Block]:
    """Find the headings and lists right below the last kept block that are of its article, in order.

    A list without a line that leads it in is the article itself where it is longer than all that was kept.
    """
    last = max(blocks, key=lambda block: block.index)
    homes = find_homes(blocks)
    if not homes or last.index < 0 or find_child(last.frame, homes) is None:
        return []
    found = list(takewhile(lambda block: _goes_on(last, block), everything[last.index + 1 :][:_MOST_LINES]))
    if found:
        return found
    lead: Block | None = last if _may_lead(last) else None
    kept = sum(len(block.text) for block in blocks)
    for child, lines in _list_children(everything[last.index + 1 :][:_MOST_LINES], homes):
        if len(lines) == 1 and lines[0].level > 1 and names_address(lines[0]) and not found:
            found.append(lines[0])
            break
        if len(lines) == 1 and _may_lead(lines[0]):
            lead = lines[0]
            continue
        items = lines
        if lead is None and _may_lead(lines[0]):
            lead, *items = lines
        if not _is_list_of_article(child, items, host):
            break
        if lead is None and (found or sum(len(block.text) for block in items) < kept):
            break
        found.extend(block for block in (lead, *items) if block is not last and block is not None)
        lead = None
    return found


def _goes_on(last: Block, block: Block) -> bool:
    """Return whether a line is an item of the list that the last kept line is an item of, without a link."""
    if block.frame is None or last.frame is None or block.kind != "item" or block.hrefs:
        return False
    mine, its = last.frame.item(), block.frame.item()
    return mine is not None and its is not None and mine.parent is its.parent


def _list_children(below: Sequence[Block], homes: set[int]) -> Iterator[tuple[ElementFrame, list[Block]]]:
    """List the children of the paragraphs' element with their lines, up to the first that is of the page."""
    for _, group in groupby(below, lambda block: _name_part(block, homes)):
        lines = list(group)
        child = find_child(lines[0].frame, homes)
        if child is None or len(lines) == _MOST_LINES:
            return
        if any(is_beside(block, find_child(block.frame, homes) or child) for block in lines):
            return
        if next(child.element.iter(*_CONTROLS), None) is not None:
            return
        yield child, lines


def _name_part(block: Block, homes: set[int]) -> tuple[int, str]:
    """Name what lines of one part share: the child, or that each child is a link, or a label of one kind."""
    child = find_child(block.frame, homes)
    if child is None or child.parent is None or child is not block.frame or may_head_list(block):
        return (child.number if child else -1), ""
    if is_link(block):
        return child.parent.number, "links"
    is_line = not block.hrefs and len(block.text) <= LABEL_CHARS
    return (child.parent.number, f"{child.tag}{child.words}") if is_line else (child.number, "")


def _may_lead(block: Block) -> bool:
    """Return whether a line may head a list, and is no label of a list of the page."""
    return may_head_list(block) and not any(load_labels().is_label(kind, block.text) for kind in _OF_PAGE)


def _is_list_of_article(child: ElementFrame, lines: Sequence[Block], host: str) -> bool:
    """Return whether a child is a list whose links, if it has any, lead to other hosts."""
    if len(lines) < _MIN_ITEMS:
        return False
    if not any(block.hrefs for block in lines) and lines[0].kind != "item":
        return all(block.frame and block.frame.parent is child.parent for block in lines)
    if not all(block.kind == "item" or is_link(block) for block in lines):
        return False
    if any(block.hrefs for block in lines):
        return lead_elsewhere(lines, host)
    return True
