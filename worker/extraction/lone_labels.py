"""Drops labels and links that stand alone, of boxes and feet of a page that extraction took in part.

It keeps what heads a box of links and leaves the links out: so a text shows "Contents" or "Most read" in its
middle. The evidence is the box: all else in it are links, none of which was taken. Of a foot, which is "Back"
or "Home | Guestbook", it is the `hr` above.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from worker.document.block_tests import (
    LABEL_CHARS,
    NOTHING_BUT_LINKS,
    is_link,
    is_long,
    is_paragraph,
    is_sentence,
)
from worker.document.blocks import Block, ElementFrame
from worker.extraction.recovery.article_elements import find_child, find_core, find_homes

_MIN_LINKS = 2
"""Links from which a box is a list of them; one may be a reference."""
_MOST_LINES = 80
"""Lines of a box that are checked: bounds the cost."""
_MOST_BREAKS = 4
"""Breaks between the rule and the links that are passed."""
_MASTHEAD_BLOCKS = 20
"""Lines from the top in which a link to the front page gives the site's name."""
_MOST_ABOVE = 4
"""Lines above a headline that are kickers; more of them are text, and the `h1` is none of the article."""
_MOST_BELOW = 12
"""Lines below a last heading that are checked."""
_MAX_FORM_CHARS = 600
"""Characters of the longest text beside a form that only asks to fill it; a longer one says something."""
_MAX_FORM_SHARE = 0.2
"""Share of the kept text that stands beside such a form at most."""
_MOST_FIELDS = 20
"""Fields of a box that are checked: bounds the cost."""
_FILLED = ("text", "email", "number", "tel", "password")
"""Types of inputs that a reader fills; a search or a box to tick asks for nothing."""
_MOST_SCRAPS = 3
"""Lines below the article that are dropped as scraps; more of them are its end."""
_COLONS = (":", "：")  # noqa: RUF001
_ASKED = ("?", "？", "؟")  # noqa: RUF001
"""What a question ends with, whose answer waits to be shown."""
_OF_ITS_OWN = ("p", "div", "center", "small", "font")


def drop_lone_labels(blocks: list[Block], everything: Sequence[Block]) -> list[Block]:
    """Return the blocks without labels over boxes of links that are left out."""
    kept = {block.index for block in blocks}
    alone = {
        block.index
        for block in blocks
        if _may_be_label(block, kept) and _heads_links(block, kept, everything)
    }
    return [block for block in blocks if block.index not in alone] if alone else blocks


def _may_be_label(block: Block, kept: set[int]) -> bool:
    if block.index < 0 or block.frame is None or block.index + 1 in kept or block.level == 1:
        return False
    return (
        len(block.text) <= LABEL_CHARS
        and block.kind in ("heading", "paragraph")
        and not is_sentence(block, 4)
    )


def _heads_links(block: Block, kept: set[int], everything: Sequence[Block]) -> bool:
    assert block.frame is not None
    following = everything[block.index + 1 : block.index + 2]
    if not following or following[0].frame is None:
        return False
    around = {frame.number: frame for frame in block.frame.up()}
    box = next((around[frame.number] for frame in following[0].frame.up() if frame.number in around), None)
    if box is None or _stands_before(block, box, everything):
        return False
    lines = list(islice(_list_lines(block, box, everything), _MOST_LINES))
    chars = sum(len(line.text) for line in lines)
    return (
        sum(map(is_link, lines)) >= _MIN_LINKS
        and kept.isdisjoint(line.index for line in lines)
        and sum(line.linked * len(line.text) for line in lines) >= chars * NOTHING_BUT_LINKS
    )


def _stands_before(block: Block, box: ElementFrame, everything: Sequence[Block]) -> bool:
    """Return whether a line of the box stands before the label: then the label is not what heads it."""
    before = everything[block.index - 1] if block.index else None
    return before is not None and before.frame is not None and box in before.frame.up()


def _list_lines(block: Block, box: ElementFrame, everything: Sequence[Block]) -> Iterator[Block]:
    """List the lines of a box under its label."""
    for line in everything[block.index + 1 : block.index + 1 + _MOST_LINES]:
        if line.frame is None or box not in line.frame.up():
            return
        yield line


def drop_last_heading(blocks: list[Block], everything: Sequence[Block]) -> list[Block]:
    """Return the blocks without a last heading of which the page shows lines below it, none of them taken.

    They are links and cards, or a form: a heading over running text that was left out stays, and so does one
    that ends with a colon.
    """
    last = blocks[-1] if len(blocks) > 1 else None
    if last is None or last.level <= 1 or last.index < 0 or last.text.endswith((*_COLONS, ".", "!")):
        return blocks
    container = last.frame.parent if last.frame else None
    if container is None or not any(map(is_long, blocks)):
        return blocks
    below = [
        block
        for block in everything[last.index + 1 : last.index + 1 + _MOST_BELOW]
        if block.frame is not None and container in block.frame.up()
    ]
    return blocks[:-1] if below and not any(map(is_paragraph, below)) else blocks


def drop_form_boxes(blocks: list[Block]) -> list[Block]:
    """Return the blocks without the lines of boxes around the article, or in it, that hold a form to fill.

    They ask for a gift, an address or a message, in few words. A form to search by is none.
    """
    homes = find_homes(blocks)
    paths = {block.index: tuple(block.frame.up()) for block in blocks if block.frame and block.index >= 0}
    around = {
        frame.number
        for path in paths.values()
        if any(frame.number in homes for frame in path)
        for frame in path
    }
    boxes: dict[int, tuple[ElementFrame, list[Block]]] = {}
    for block in blocks if around else ():
        outside = [frame for frame in paths.get(block.index, ()) if frame.number not in around]
        if not outside and (child := find_child(block.frame, homes)) is not None and child is not block.frame:
            outside = [child]
        if outside:
            boxes.setdefault(outside[-1].number, (outside[-1], []))[1].append(block)
    most = min(_MAX_FORM_CHARS, sum(len(block.text) for block in blocks) * _MAX_FORM_SHARE)
    gone = {
        block.index
        for box, lines in boxes.values()
        if sum(len(line.text) for line in lines) <= most and _holds_form(box.element)
        for block in lines
    }
    return [block for block in blocks if block.index not in gone] if gone else blocks


def _holds_form(element: HtmlElement) -> bool:
    """Return whether an element holds a form with a field to fill, and no headline."""
    if next(element.iter("h1"), None) is not None or next(element.iter("form"), None) is None:
        return False
    fields = islice(element.iter("input", "textarea", "select"), _MOST_FIELDS)
    return any(field.tag != "input" or (field.get("type") or "text").lower() in _FILLED for field in fields)


def drop_scraps_below(blocks: list[Block], everything: Sequence[Block]) -> list[Block]:
    """Return the blocks without short last lines of boxes below the article of which most was left out.

    They stand outside of the element that holds its text: a card without its link, the heading of a form.
    """
    core = find_core(blocks)
    if core < 0:
        return blocks
    kept = {block.index for block in blocks}
    end = len(blocks)
    while end and len(blocks) - end < _MOST_SCRAPS and _is_scrap(blocks[end - 1], core, kept, everything):
        end -= 1
    return blocks[:end] if any(map(is_paragraph, blocks[:end])) else blocks


def _is_scrap(block: Block, core: int, kept: set[int], everything: Sequence[Block]) -> bool:
    if block.index < 0 or block.frame is None or is_paragraph(block) or block.text.endswith(_ASKED):
        return False
    outside = [frame for frame in block.frame.up() if frame.number > core]
    if not outside or any(frame.number == core for frame in block.frame.up()):
        return False
    box = outside[-1]
    lines = [
        line
        for line in everything[max(0, block.index - _MOST_LINES) : block.index + _MOST_LINES]
        if line.frame is not None and box in line.frame.up()
    ]
    taken = sum(len(line.text) for line in lines if line.index in kept)
    return taken * 2 < sum(len(line.text) for line in lines)


def drop_lines_above(blocks: list[Block], everything: Sequence[Block]) -> list[Block]:
    """Return the blocks without short lines above the headline, where the text stands below it.

    These are kickers, names of sections and of the site.
    """
    headline = next((block.index for block in everything if block.level == 1), -1)
    above = [block for block in blocks if 0 <= block.index < headline]
    if not above or len(above) > _MOST_ABOVE or any(map(_says_something, above)):
        return blocks
    below = blocks[len(above) :]
    return below if above == blocks[: len(above)] and sum(map(is_paragraph, below)) > 1 else blocks


def _says_something(block: Block) -> bool:
    return len(block.text) > LABEL_CHARS or is_sentence(block, 4)


def drop_menu_links(blocks: list[Block], everything: Sequence[Block]) -> list[Block]:
    """Return the blocks without lines of links above the headline and in menus, where other lines stay.

    Of a page that says little an extractor takes all that it shows. The headline is the first `h1` that no
    line but links stands above; what is named navigation, and the page's own header and footer, are menus
    wherever they stand. A first line that is the site's name, as a link to its front page gives it, goes too.
    """
    headline = next((block.index for block in everything if block.level == 1), -1)
    names = {
        block.key for block in everything[:_MASTHEAD_BLOCKS] if is_link(block) and block.hrefs[:1] == ("/",)
    }
    if any(0 <= block.index < headline and not is_link(block) for block in blocks):
        headline = -1
    gone = {
        block.index
        for block in blocks
        if block.index >= 0
        and not block.level
        and (
            (is_link(block) and (block.index < headline or _is_menu(block)))
            or (block.key in names and not is_sentence(block, 4) and block is blocks[0])
        )
    }
    kept = [block for block in blocks if block.index not in gone]
    return kept if any(not block.level for block in kept) else blocks


def _is_menu(block: Block) -> bool:
    """Return whether a line stands in navigation, or in a header or footer of the page itself."""
    for frame in block.frame.up() if block.frame else ():
        if frame.tag in ("article", "main"):
            return False
        if frame.tag in ("nav", "header", "footer") or frame.element.get("role") == "navigation":
            return True
    return False


def drop_closing_links(blocks: list[Block]) -> list[Block]:
    """Return the blocks without a last line of links right below an `hr`, where text stands above it."""
    if len(blocks) < 2:  # noqa: PLR2004
        return blocks
    last, before = blocks[-1], blocks[-2]
    if last.frame is None or last.kind != "paragraph" or not is_link(last) or len(last.text) > LABEL_CHARS:
        return blocks
    if is_link(before) or not any(map(is_long, blocks)):
        return blocks
    element = last.frame.element
    if element.tag not in _OF_ITS_OWN or element.find("hr") is not None:
        element = next(
            (link for link in element.iterchildren("a") if link.get("href") == last.hrefs[0]), None
        )
    return blocks[:-1] if element is not None and _is_below_rule(element) else blocks


def _is_below_rule(element: HtmlElement) -> bool:
    previous = element.getprevious()
    for _ in range(_MOST_BREAKS):
        if previous is None or previous.tag != "br" or (previous.tail or "").strip():
            break
        previous = previous.getprevious()
    return previous is not None and previous.tag == "hr" and not (previous.tail or "").strip()
