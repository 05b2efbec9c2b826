"""Finds what extractors lose between an article's paragraphs: bare lines, boxes, paragraphs that are links.

All evidence is structure: what is lost stands between kept paragraphs in the article's element, it reads as
sentences and not as links, and no name on the way says that it is of the page.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile

from worker.document.block_tests import LINKED, RUNNING_WORDS, SENTENCE_WORDS, is_link, is_long, is_sentence
from worker.document.blocks import Block, ElementFrame
from worker.document.tag_sets import HEADING_TAGS, MOST_CHECKED
from worker.extraction.recovery.article_elements import (
    OF_ITS_OWN,
    find_child,
    find_core,
    find_homes,
    find_parents,
    find_places,
    find_untouched,
)
from worker.extraction.recovery.closing_notes import find_closing_notes, is_note

_BESIDES = frozenset(
    ("nav", "footer", "header", "form", "figure", "figcaption", "article", "dialog", "table", "td")
)
_OF_PAGE = re.compile(
    r" (?:ads?|adslot|bio|nav|menu|toc|btn|meta|poll|quiz|apps?|more|next|pager|pagination|sr|skip|"
    r"(?<! [hw] )screen|"
    r"shop|buy|play|player|audio|podcasts?|tags?|stories|posts|media|forms?|login|donat\w*|popular|trending|readmore|"
    r"(?<! overflow )(?<! overflow [xy] )hid(?:den|e\w*)|"
    r"noprint|listen\w*|date\w*|times?|timestamp|published|updated|prev\w*|rating\w*|"
    r"\w*(?:advert|sponsor|promo|newsletter|subscri|signup|paywall|"
    r"relat(?!ive )|recommend|recirc|teaser|shar(?:e|ing)|social|"
    r"author|byline|comment|consent|banner|sidebar|widget|embed|tweet|twitter|instagram|facebook|bluesky|tiktok|"
    r"youtube|caption|credit|galler|slide|carousel|video|breadcrumb|button|cta|disclaimer|copyright|footer|header|"
    r"affiliate|product|price|thumb|image|photo|pullquote|follow)\w*) "
)
"""Class and id words of the page's own parts: with one of these a box is not recovered.

Names of layout are none: "relative", "overflow-hidden", "min-h-screen" of Tailwind CSS.
"""
_COOKIE = re.compile(r" \w*cookie\w* ")
"""Of a box that speaks of cookies, or of biscuits: it asks something where it has a control."""
_SHOWN = ("img", "picture", "video", "iframe", "button", "input")
_QUOTED = frozenset("“”„»«\"'‘’")  # noqa: RUF001
_BARE_WORDS = 4
"""Words of a bare line, or of a note, from which it is a sentence: no markup says otherwise."""
_MAX_SAID_BY_BUTTONS = 0.8
"""Share of a box's characters in buttons from which it says nothing else."""
_MAX_LINKED_SHARE = 0.2
"""Share of a box in links from which it points to other pages, and stays out."""
_SHORT_BOX_CHARS = 300
"""Characters up to which a box is no other text, however little was kept."""
_MAX_BOX_SHARE = 0.5
"""Share of the kept characters that a box may hold: a longer one is another text."""


def find_lost_boxes(blocks: Sequence[Block], everything: Sequence[Block]) -> list[Block]:
    """Find the page's blocks that belong between the kept ones, in the page's order."""
    kept = {block.index for block in blocks if block.index >= 0}
    homes = find_homes(blocks)
    core = find_core(blocks)
    if not kept or core < 0:
        return []
    first, last = min(kept), max(kept)
    size = sum(len(block.text) for block in blocks)
    left_out = [block for block in everything[first + 1 : last] if block.index not in kept]
    around = {*homes, core}
    lost, boxes = _sort_left_out(left_out, blocks, around)
    lost.extend(_choose_boxes(boxes, blocks, around, size))
    lost.extend(
        find_closing_notes(
            blocks,
            everything,
            lambda block: find_child(block.frame, homes),
            lambda box, child: _is_of_article(box, child, size),
        )
    )
    lost.extend(
        _find_adjoining_lines((everything[place] for place in range(last + 1, len(everything))), around)
    )
    lost.extend(_find_adjoining_lines((everything[place] for place in range(first - 1, -1, -1)), around))
    lost.extend(_find_closing_boxes([*blocks, *lost], everything, homes, size))
    return sorted(lost, key=lambda block: block.index)


def _sort_left_out(
    left_out: Iterable[Block], blocks: Sequence[Block], homes: set[int]
) -> tuple[list[Block], list[tuple[ElementFrame, list[Block]]]]:
    """Sort left-out blocks into bare lines and boxes: the outermost elements that hold no kept line."""
    beside = find_parents(blocks)
    touched = {frame.number for block in blocks if block.frame for frame in block.frame.up()}
    lines: list[Block] = []
    boxes: dict[int, tuple[ElementFrame, list[Block]]] = {}
    for block in left_out:
        if block.frame is None:
            continue
        at = block.frame.number
        if at in homes or (at in beside and is_sentence(block, RUNNING_WORDS)):
            if _is_bare_line(block):
                lines.append(block)
        elif at not in touched or block.frame.tag in OF_ITS_OWN:
            child = find_untouched(block.frame, touched)
            boxes.setdefault(child.number, (child, []))[1].append(block)
    return lines, list(boxes.values())


def _find_closing_boxes(
    blocks: Sequence[Block], everything: Sequence[Block], homes: set[int], size: int
) -> Iterator[Block]:
    """Find the boxes of one sentence right below the last line, where paragraphs above it are such boxes."""
    boxed = any(
        is_long(block) and (child := find_child(block.frame, homes)) is not None and child.tag == "div"
        for block in blocks
    )
    last = max(block.index for block in blocks)
    for block in everything[last + 1 :] if boxed else ():
        child = find_child(block.frame, homes)
        if child is None or child is not block.frame or child.tag != "div" or not is_long(block):
            return
        if block.linked or not _is_of_article([block], child, size):
            return
        yield block


def _choose_boxes(
    boxes: Iterable[tuple[ElementFrame, list[Block]]], blocks: Sequence[Block], homes: set[int], size: int
) -> Iterator[Block]:
    """Yield the blocks of boxes of the article that stand between kept ones and say nothing said before."""
    said = {block.key for block in blocks}
    places = find_places(blocks, homes)
    around = homes | find_parents(blocks)
    for child, box in boxes:
        own = {block.key for block in box if not block.level}
        if not said.isdisjoint(own) or not _stands_between(box, places):
            continue
        is_plain = len(box) == 1 and _is_plain(box[0], around) and not is_beside(box[0], child)
        if is_plain or _is_of_article(box, child, size):
            yield from box
            said |= own


def _stands_between(box: Sequence[Block], places: Mapping[int, tuple[int, int]]) -> bool:
    """Return whether a box stands between kept blocks of a home that it is in."""
    frame = box[0].frame
    while frame is not None:
        begin, end = places.get(frame.number, (0, 0))
        if begin < box[0].index and box[-1].index < end:
            return True
        frame = frame.parent
    return False


def _is_of_article(box: Sequence[Block], child: ElementFrame, size: int) -> bool:
    """Return whether a child of the article's element, lost whole or in part, is of the text."""
    chars = sum(len(block.text) for block in box)
    if chars > max(size * _MAX_BOX_SHARE, _SHORT_BOX_CHARS) or any(is_beside(block, child) for block in box):
        return False
    if len(box) == 1 and is_link(box[0]):
        return is_linked_sentence(box[0], child)
    if child.tag != "p" and (shows_picture_or_quote(box, child) or _is_of_buttons(child, chars)):
        return False
    if sum(block.linked * len(block.text) for block in box) > chars * _MAX_LINKED_SHARE:
        return False
    words = _BARE_WORDS if is_note(child) else SENTENCE_WORDS
    return any(is_sentence(block, words) for block in box)


def _is_of_buttons(child: ElementFrame, chars: int) -> bool:
    """Return whether a box says next to nothing but buttons: questions whose answers are not there."""
    said = sum(
        len("".join(button.itertext())) for button in islice(child.element.iter("button"), MOST_CHECKED)
    )
    return said >= chars * _MAX_SAID_BY_BUTTONS


def shows_picture_or_quote(box: Sequence[Block], child: ElementFrame) -> bool:
    """Return whether a box is a picture with its caption, or a quotation that is shown large."""
    if child.is_pictured():
        return True
    return len(box) == 1 and box[0].text[0] in _QUOTED and box[0].text[-1] in _QUOTED


def _is_bare_line(block: Block) -> bool:
    """Return whether a line without an element of its own is text: a sentence, or as long as one."""
    if is_link(block) or block.words.strip():
        return False
    return is_sentence(block, _BARE_WORDS) or is_long(block)


def is_beside(block: Block, child: ElementFrame) -> bool:
    """Return whether a block, up to this element round it, is in an element or of a name of the page's parts.

    The word "header" is no such name on a heading, nor "sidebar" on an aside among the paragraphs.
    """
    if block.words and (_OF_PAGE.search(block.words) or _COOKIE.search(block.words)):
        return True
    frame = block.frame
    while frame is not None:
        words = _drop_names_of_place(frame, child)
        is_header = frame.tag == "header" and block.level > 1  # of the box, not of the page
        if (frame.tag in _BESIDES and not is_header) or (
            words and (_OF_PAGE.search(words) or _asks(frame, words))
        ):
            return True
        if frame is child:
            return False
        frame = frame.parent
    return False


def _drop_names_of_place(frame: ElementFrame, child: ElementFrame) -> str:
    """Return an element's names without those that say where it is shown, and not what it is."""
    if frame.tag in HEADING_TAGS:
        return frame.words.replace(" header ", " ")
    return frame.words.replace(" sidebar ", " ") if frame is child and frame.tag == "aside" else frame.words


def _asks(frame: ElementFrame, words: str) -> bool:
    """Return whether an element is a notice on cookies: by its name, and a control in it."""
    return _COOKIE.search(words) is not None and next(frame.element.iter("button", "input"), None) is not None


def is_linked_sentence(block: Block, child: ElementFrame) -> bool:
    """Return whether a link is a paragraph: a `p` like the next, or without a class; long, and a sentence."""
    if child.tag != "p" or not is_long(block):
        return False
    like = next(child.element.itersiblings("p"), None)
    if child.words.strip() and (like is None or like.get("class") != child.element.get("class")):
        return False
    return is_sentence(block, RUNNING_WORDS)


def _find_adjoining_lines(beside: Iterable[Block], homes: set[int]) -> list[Block]:
    """Find the bare lines next to the outermost kept block, in the element that the paragraphs stand in."""
    return list(takewhile(lambda block: _adjoins(block, homes), beside))


def _adjoins(block: Block, homes: set[int]) -> bool:
    """Return whether a line stands beside the paragraphs, bare or in an element that says nothing of it."""
    frame = block.frame
    if frame is None or is_link(block):
        return False
    if frame.number in homes:
        return is_sentence(block)
    return _is_plain(block, homes)


def _is_plain(block: Block, homes: set[int]) -> bool:
    """Return whether a block is running text in a child of the homes that says and shows nothing else."""
    frame = block.frame
    if frame is None or frame.tag != "div" or frame.words.strip():
        return False
    if frame.parent is None or frame.parent.number not in homes or block.linked >= LINKED:
        return False
    return is_sentence(block, RUNNING_WORDS) and next(frame.element.iter(*_SHOWN), None) is None
