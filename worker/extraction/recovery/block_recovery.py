"""Puts back what extractors lose in mid-article: subheadings, quotes, lists between kept paragraphs."""

from collections import Counter
from itertools import islice

from worker.document.block_tests import LINKED, heads_caption, is_as_long, is_link, is_long, is_paragraph
from worker.document.blocks import ITEM_TAGS, Block, ElementFrame, drop_numbered_words
from worker.extraction.block_alignment import placed

_POSTS = ("twitter", "tweet", "instagram", "tiktok", "wp embedded content", "bluesky")
_EMBEDDED = (*_POSTS, "embed")
_BESIDES = ("aside", "nav", "footer", "header", "form", "figure", "figcaption", "article")
_BOXES = frozenset(("div", "figure", "section"))
"""Elements that boxes of embedded posts are made of."""
_MIN_POST_CHARS = 40
"""Characters of the shortest post with its signature that is quoted for what it says."""
_MAX_BESIDES_CHARS = 20
"""Characters that a box may hold beside the post: a mark or the name of the network."""
_MOST_TEXTS = 200
"""Pieces of text of a box that are counted: bounds the cost."""
_LISTS = frozenset(("ul", "ol", "dl"))
_IN_LISTS = frozenset((*ITEM_TAGS, "p", "div"))
_BARE = frozenset(("td", "center", "body"))
"""Elements that may hold a text whose lines only `<br>` parts."""
_MIN_CONTINUED_SHARE = 0.6
"""Share of the kept paragraphs that other parts must hold of paragraphs for the article to go on there."""


def insert_recovered(blocks: list[Block], everything: list[Block]) -> list[Block]:
    """Return the article's blocks with lost subheadings, quotes and list items in their places.

    A subheading comes back when it is a sibling of the article's paragraphs (or of a caption in its figure)
    and the block under it was kept,
    a quote when its `<blockquote>` is such a sibling and it is no embedded post, a quoted post when the box
    named an embed that it is all of is such a sibling, items when their list is such a sibling, has no class
    and few links; a line without an element of its own comes back when kept ones stand beside it. Nothing
    after the last kept block does, before the first only a subheading like later ones, and no `<h1>`.
    """
    kept = {block.index for block in blocks if block.index >= 0}
    long = [block.frame for block in blocks if block.frame and is_long(block)]
    bare = {id(frame) for frame in long if frame.tag in _BARE}
    homes = bare | {id(frame.parent) for frame in long if frame.tag not in _BARE}
    if not kept or not homes:
        return blocks
    between = [block for block in everything[min(kept) : max(kept)] if block.index not in kept]
    lost = _find_list_items(between, homes)
    found = kept | {block.index for block in lost}
    lost += [
        block
        for block in between
        if _is_subheading(block, found, homes, everything) or _is_quote(block, homes) or _is_bare(block, bare)
    ]
    lost += _find_quoted_posts(between, homes)
    lost += _find_first_heading(min(kept), [*blocks, *lost], homes, everything)
    return placed(blocks, sorted(lost, key=lambda block: block.index)) if lost else blocks


def _find_first_heading(
    first: int, blocks: list[Block], homes: set[int], everything: list[Block]
) -> list[Block]:
    """Find the subheading right over the first kept block, where others of its tag and class are kept."""
    heading = everything[first - 1] if first else None
    if heading is None or heading.frame is None or not _is_subheading(heading, {first}, homes, everything):
        return []
    kind = heading.frame.tag, heading.frame.element.get("class")
    alike = (block.frame for block in blocks if block.level and block.frame and block.index > first)
    return [heading] if any((frame.tag, frame.element.get("class")) == kind for frame in alike) else []


def _is_bare(block: Block, bare: set[int]) -> bool:
    """Return whether a line stands without an element of its own beside kept ones that do."""
    return id(block.frame) in bare and not is_link(block)


def _find_list_items(between: list[Block], homes: set[int]) -> list[Block]:
    """Find the items of lists that stand among the article's paragraphs: words, not links to elsewhere."""
    lists: dict[int, list[Block]] = {}
    for block in between:
        around = _find_list(block)
        if around is not None and id(around.parent) in homes and not around.words.strip():
            lists.setdefault(around.number, []).append(block)
    return [
        block
        for items in lists.values()
        if sum(block.linked * len(block.text) for block in items)
        < LINKED * sum(len(block.text) for block in items)
        for block in items
    ]


def _find_list(block: Block) -> ElementFrame | None:
    """Return the outermost list that an item stands in; None for what is no item, or one of a quote."""
    found = None
    for frame in block.frame.up() if block.frame else ():
        if frame.tag in _LISTS:
            found = frame
        elif frame.tag not in _IN_LISTS:
            return found
    return found


def _is_subheading(block: Block, kept: set[int], homes: set[int], everything: list[Block]) -> bool:
    if block.level <= 1 or block.frame is None or block.index + 1 not in kept:
        return False
    return id(block.frame.parent) in homes or heads_caption(block, everything[block.index + 1])


def _is_quote(block: Block, homes: set[int]) -> bool:
    if block.kind != "quote" or block.frame is None or is_link(block):
        return False
    quote = next(frame for frame in block.frame.up() if frame.tag == "blockquote")
    return id(quote.parent) in homes and not any(f" {word} " in quote.words for word in _EMBEDDED)


def _find_quoted_posts(between: list[Block], homes: set[int]) -> list[Block]:
    """Find the lines of posts that boxes named embeds quote, with nothing else in the box."""
    known: dict[int, bool] = {}
    found: list[Block] = []
    for block in between:
        if block.kind != "quote" or block.frame is None:
            continue
        quote = next(frame for frame in block.frame.up() if frame.tag == "blockquote")
        if quote.number not in known:
            known[quote.number] = id(quote.parent) not in homes and _is_quoted_post(quote, homes)
            known[quote.number] &= not is_link(block)
        if known[quote.number]:
            found.append(block)
    return found


def _is_quoted_post(quote: ElementFrame, homes: set[int]) -> bool:
    """Return whether a quotation is all of a box that is named an embed and stands among the paragraphs."""
    box, named = quote, False
    while box.parent is not None and id(box.parent) not in homes:
        box = box.parent
        named = named or any(f" {word} " in box.words for word in _EMBEDDED)
        if box.tag not in _BOXES:
            return False
    if box.parent is None or not named:
        return False
    said = _read_words(quote)
    beside = len(_read_words(box)) - len(said)
    return is_as_long(said, _MIN_POST_CHARS) and beside <= _MAX_BESIDES_CHARS


def _read_words(frame: ElementFrame) -> str:
    return " ".join(" ".join(islice(frame.element.itertext(), _MOST_TEXTS)).split())


def insert_continued(blocks: list[Block], everything: list[Block]) -> list[Block]:
    """Return the article's blocks with those of its other parts: a text that is cut by banners and boxes.

    A part is a container with the tag and classes (at least one) of the one that most kept paragraphs stand
    in, or that one itself. Where the parts hold far more paragraphs, these come back with the subheadings,
    items and quotes between them; asides, figures, links and what stands in an `<article>` of its own never
    do.
    """
    kept = {block.index for block in blocks if block.index >= 0}
    paragraphs = [block for block in blocks if is_paragraph(block) and block.frame and block.frame.parent]
    homes = Counter[tuple[str, str]]()
    for block in paragraphs:
        homes[_frame_signature(_find_container(block))] += len(block.text)
    if not homes:
        return blocks
    main = homes.most_common(1)[0][0]
    numbers = {
        _find_container(block).number
        for block in paragraphs
        if _frame_signature(_find_container(block)) == main
    }
    articles = {_find_article_element(block) for block in paragraphs}
    lost = [
        block
        for block in everything[min(kept) :]
        if block.index not in kept
        and _find_article_element(block) in articles
        and _is_of_part(block, main, numbers)
    ]
    running = [block for block in lost if is_paragraph(block)]
    if sum(len(block.text) for block in running) < _MIN_CONTINUED_SHARE * sum(
        len(block.text) for block in paragraphs
    ):
        return blocks
    last = max(running[-1].index, *kept)
    return placed(blocks, [block for block in lost if block.index <= last])


def _find_container(block: Block) -> ElementFrame:
    assert block.frame is not None
    assert block.frame.parent is not None
    return block.frame.parent


def _frame_signature(frame: ElementFrame) -> tuple[str, str]:
    return frame.tag, drop_numbered_words(frame.words)


def _find_article_element(block: Block) -> int:
    return (
        next((frame.number for frame in block.frame.up() if frame.tag == "article"), 0) if block.frame else 0
    )


def _is_of_part(block: Block, main: tuple[str, str], numbers: set[int]) -> bool:
    if is_link(block) or block.frame is None or block.level == 1:
        return False
    for frame in block.frame.up():
        if frame.number in numbers or (main[1] and _frame_signature(frame) == main):
            return True
        if frame.tag in _BESIDES or any(f" {word} " in frame.words for word in _POSTS):
            return False
    return False
