"""Steps that trust the markup: parts of a page whose class says that they are no running text."""

from worker.blocks import Block
from worker.clean.story import Story, comparable, is_paragraph

_APART = frozenset(
    [
        *("affiliate", "authorbio", "bio", "breadcrumb", "breadcrumbs", "carousel", "citation", "cta"),
        *("disclaimer", "kicker", "modal", "newsletter", "popup", "promo", "recirc", "recirculation"),
        *("signup", "tagline", "tooltip"),
    ]
)
_CARDS = frozenset(("btn", "button", "card", "cards", "excerpt"))
_DATES = frozenset(("date", "timestamp", "dateline", "pubdate"))
_STANDFIRST = frozenset(
    [
        *("dek", "standfirst", "subheadline", "lead", "summary", "sapo", "perex", "excerpt"),
        *("intro", "ingress", "teaser", "deck", "titles", "strapline"),
    ]
)
_OUTER = frozenset(("article", "main", "body", "html"))
_STEPS = 4
_SHARE = 0.3
"""A class that more of the text than this stands in names the article, whatever the word."""


def apart(story: Story) -> Story:
    """Remove what stands in a box that its class names as apart: a promo, a disclaimer, breadcrumbs, a bio.

    Never where the class holds much of the text (the whole page may be in a "card"), and never a quotation
    or a table.
    """
    size = sum(len(block.key) for block in story.blocks) or 1
    gone: set[int] = set()
    for word in _APART | _CARDS | _DATES:
        places = [place for place, block in enumerate(story.blocks) if _may_go(word, block)]
        if sum(len(story.blocks[place].key) for place in places) <= size * _SHARE:
            gone.update(places)
    return story.without(gone, "apart")


def _may_go(word: str, block: Block) -> bool:
    if block.ghost or not _stands_in(word, block):
        return False
    if word in _CARDS:
        return block.kind not in ("cell", "quote") and block.linked > 0.5  # noqa: PLR2004
    if word in _DATES:
        return not is_paragraph(block) and block.kind != "cell" and any(char.isdigit() for char in block.text)
    return block.kind not in ("cell", "quote")


def _stands_in(word: str, block: Block) -> bool:
    if f" {word} " in block.words:
        return True
    for step, frame in enumerate(block.frame.up() if block.frame else ()):
        if step >= _STEPS or frame.tag in _OUTER:
            break
        if f" {word} " in frame.words:
            return True
    return False


def standfirst(story: Story) -> Story:
    """Remove the standfirst above the text, where the page shows it apart from the article's paragraphs.

    It must be the page's own description word for word, marked as a standfirst and outside the element that
    holds the paragraphs; it has a field of its own. A first paragraph that was copied into the description
    stays.
    """
    told = comparable(story.about.standfirst or "")
    homes = [_home(block) for block in story.blocks if is_paragraph(block)]
    for place, block in enumerate(story.blocks[:5]):
        if not told or comparable(block.text) != told:
            continue
        apart = homes.count(_home(block)) <= is_paragraph(block)
        marked = block.level == 2 or any(_stands_in(word, block) for word in _STANDFIRST)  # noqa: PLR2004
        if apart and marked and len(homes) > 2:  # noqa: PLR2004
            return story.without((place,), "standfirst")
    return story


def _home(block: Block) -> int:
    return block.frame.parent.number if block.frame and block.frame.parent else -1
