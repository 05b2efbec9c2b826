"""Removes parts whose class or tag shows that they are no running text: boxes, captions, other posts."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.markup_class_words import (
    ALL_MARKS,
    CARDS,
    DATES,
    STANDFIRSTS,
    collect_class_words,
    is_caption,
)
from worker.document.block_tests import (
    LABEL_CHARS,
    LINKED,
    fold_text,
    heads_caption,
    is_link,
    is_long,
    is_paragraph,
    is_sentence,
)
from worker.document.blocks import Block, ElementFrame
from worker.vocabulary.labels import load_labels

_BANNERS = frozenset(("promo", "popup", "modal", "newsletter", "signup"))
_COUNTER = re.compile(r"(\d{1,3})\s?/\s?(\d{1,3})")
_GALLERIES = (
    *("gallery", "galleries", "slide", "slider", "slideshow", "swiper", "carousel", "photo", "photos"),
    *("count", "counter", "index", "pager", "pagination"),
)
_POST = re.compile(r" post (\d+)(?= )")
_MARKS_OF_POSTS = (" type ", " hentry ", " status ")
_PAGE_OF_POST = re.compile(r" (?:postid|page id) (\d+) ")
_PIECES_OF_POINTER = 2
"""Elements of a pointer: its label and its link."""
_SIGNS = 2
"""Characters, a space or a colon, that may count with a link beside its label."""
_MAX_CLASS_SHARE = 0.3
"""Share of the text in a class above which it names the article, whatever the word."""


def remove_set_apart(draft: CleaningDraft) -> CleaningDraft:
    """Remove what stands in a box that its class names as apart: a promo, a disclaimer, breadcrumbs, a bio.

    Never where the class holds much of the text (the whole page may be in a "card"; a banner must then have a
    paragraph), and never a quotation or a table.
    """
    size = sum(len(block.key) for block in draft.blocks) or 1
    running = {place for place, block in enumerate(draft.blocks) if is_paragraph(block)}
    gone: set[int] = set()
    named: dict[str, list[int]] = {}
    for place, block in enumerate(draft.blocks):
        for word in collect_class_words(block) & ALL_MARKS:
            if _may_remove(word, block):
                named.setdefault(word, []).append(place)
    for word, places in named.items():
        scraps = word in _BANNERS and running and running.isdisjoint(places)
        if scraps or sum(len(draft.blocks[place].key) for place in places) <= size * _MAX_CLASS_SHARE:
            gone.update(places)
    return draft.remove_blocks(gone, "apart")


def _may_remove(word: str, block: Block) -> bool:
    if block.is_landmark:
        return False
    if word in CARDS:
        return block.kind not in ("cell", "quote") and block.linked >= LINKED
    if word in DATES:
        return not is_long(block) and block.kind != "cell" and any(char.isdigit() for char in block.text)
    return block.kind not in ("cell", "quote")


def remove_captions(draft: CleaningDraft) -> CleaningDraft:
    """Remove captions (in figcaption or under a caption class) and lines that are only a photo credit.

    A heading over a caption in its figure goes with it. A paragraph about a photo stays; text in a
    figure that is a quote or a table stays. Counters of a gallery ("1/9") go where they count from one.
    """
    blocks = draft.blocks
    gone = {
        place
        for place, block in enumerate(blocks)
        if is_caption(block) or load_labels().is_label("photo", block.text)
    }
    gone.update(_find_counters(blocks))
    gone |= {place - 1 for place in gone if place and heads_caption(blocks[place - 1], blocks[place])}
    return draft.remove_blocks(gone, "caption")


def _find_counters(blocks: Sequence[Block]) -> list[int]:
    """Find lines that are nothing but the number of a picture and how many there are, from the first on.

    A picture stands beside them, or a class calls them or what they stand in a gallery or counter: "1/4" of a
    cup stays.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for place, block in enumerate(blocks):
        counter = _COUNTER.fullmatch(block.text) if block.kind == "paragraph" else None
        if counter and ((block.frame and block.frame.is_pictured()) or block.has_class_word(*_GALLERIES)):
            found.setdefault(int(counter[2]), []).append((int(counter[1]), place))
    return [
        place
        for count, numbers in found.items()
        if count >= len(numbers) and [number for number, _ in numbers] == list(range(1, len(numbers) + 1))
        for _, place in numbers
    ]


def remove_standfirst(draft: CleaningDraft) -> CleaningDraft:
    """Remove the standfirst above the text, where the page shows it apart from the article's paragraphs.

    It must be the page's own description word for word, marked as a standfirst and outside the element that
    holds the paragraphs; it has a field of its own. A first paragraph that was copied into the description
    stays, and a standfirst that is a paragraph, too, where the extraction took only one of the two.
    """
    standfirst_key = fold_text(draft.facts.standfirst or "")
    homes = [_find_container(block) for block in draft.blocks if is_paragraph(block)]
    for place, block in enumerate(draft.blocks[:5]):
        if not standfirst_key or fold_text(block.text) != standfirst_key:
            continue
        if any(other.key == block.key for other in (*draft.above, *draft.below)):
            return draft
        apart = homes.count(_find_container(block)) <= is_paragraph(block)
        marked = block.level == 2 or not STANDFIRSTS.isdisjoint(collect_class_words(block))  # noqa: PLR2004
        if apart and marked and len(homes) > 2:  # noqa: PLR2004
            return draft.remove_blocks((place,), "standfirst")
    return draft


def _find_container(block: Block) -> int:
    return block.frame.parent.number if block.frame and block.frame.parent else -1


def remove_other_posts(draft: CleaningDraft) -> CleaningDraft:
    """Remove what stands in the element of another post, where WordPress numbers them: related posts in full.

    The body is marked with the page's post ("postid-18"), each post with its own ("post-21 type-post");
    the innermost such element counts. Nothing goes where no text of the page's own post would stay.
    """
    known: dict[int, tuple[str, str]] = {}
    owners = [_find_post_numbers(block.frame, known) for block in draft.blocks]
    gone = [place for place, (page, post) in enumerate(owners) if page and post and page != post]
    own = any(
        page and page == post and is_paragraph(draft.blocks[n]) for n, (page, post) in enumerate(owners)
    )
    return draft.remove_blocks(gone if own else (), "other_post")


def _find_post_numbers(frame: ElementFrame | None, known: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """Return the number of the post that the page is of, and of the one that the frame is or stands in.

    `known` holds, by the numbers of frames, what has been found.
    """
    if frame is None:
        return "", ""
    if (owners := known.get(frame.number)) is None:
        page, post = _find_post_numbers(frame.parent, known)
        if frame.tag != "body":
            post = _read_post_number(frame.words) or post
        elif frame.parent is None or not frame.parent.within("body"):
            page = found[1] if (found := _PAGE_OF_POST.search(frame.words)) else ""
        known[frame.number] = owners = page, post
    return owners


def _read_post_number(words: str) -> str:
    """Return the number of the post that an element is; empty when it is none."""
    found = _POST.search(words)
    return found[1] if found and any(mark in words[found.end() :] for mark in _MARKS_OF_POSTS) else ""


def is_pointer_box(draft: CleaningDraft, place: int) -> bool:
    """Return whether a line is a box between paragraphs: a label, and a link to another page of the site."""
    block = draft.blocks[place]
    if (
        block.linked < LINKED
        or is_link(block)
        or len(block.pieces) != _PIECES_OF_POINTER
        or block.frame is None
    ):
        return False
    box, label = block.frame, block.pieces[0]
    if box.tag != "div" or not box.words.strip() or len(set(block.hrefs)) != 1 or is_sentence(block, 4):
        return False
    if len(label) > LABEL_CHARS or block.linked > (len(block.pieces[1]) + _SIGNS) / len(block.text):
        return False
    beside = draft.blocks[max(0, place - 1) : place] + draft.blocks[place + 1 : place + 2]
    return (
        len(beside) == 2  # noqa: PLR2004
        and all(is_long(other) and _find_container(other) == _find_container(block) for other in beside)
        and _leads_within(block.hrefs[0], draft.facts.host)
    )


def _leads_within(href: str, host: str) -> bool:
    """Return whether a link leads to another page of the site."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    return (
        parts.scheme in ("", "http", "https") and parts.netloc.lower() in ("", host) and len(parts.path) > 1
    )
