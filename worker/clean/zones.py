"""Steps that trust the markup: parts of a page whose class says that they are no running text."""

from worker.blocks import Block
from worker.clean.story import Story, comparable, is_paragraph

_APART = frozenset(
    [
        *("affiliate", "authorbio", "bio", "breadcrumb", "breadcrumbs", "carousel", "citation", "cta"),
        *("disclaimer", "kicker", "modal", "newsletter", "popup", "promo", "recirc", "recirculation"),
        *("signup", "tagline", "tooltip", "copyright"),
    ]
)
_BANNERS = frozenset(("promo", "popup", "modal", "newsletter", "signup"))
_CARDS = frozenset(("btn", "button", "card", "cards", "excerpt"))
_DATES = frozenset(("date", "timestamp", "dateline", "pubdate"))
_ALL = _APART | _CARDS | _DATES
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

    Never where the class holds much of the text (the whole page may be in a "card"; a banner must then have a
    paragraph), and never a quotation or a table.
    """
    size = sum(len(block.key) for block in story.blocks) or 1
    running = {place for place, block in enumerate(story.blocks) if is_paragraph(block)}
    gone: set[int] = set()
    named: dict[str, list[int]] = {}
    for place, block in enumerate(story.blocks):
        for word in _words_round(block) & _ALL:
            if _may_go(word, block):
                named.setdefault(word, []).append(place)
    for word, places in named.items():
        scraps = word in _BANNERS and running and running.isdisjoint(places)
        if scraps or sum(len(story.blocks[place].key) for place in places) <= size * _SHARE:
            gone.update(places)
    return story.without(gone, "apart")


def _may_go(word: str, block: Block) -> bool:
    if block.ghost:
        return False
    if word in _CARDS:
        return block.kind not in ("cell", "quote") and block.linked > 0.5  # noqa: PLR2004
    if word in _DATES:
        return not is_paragraph(block) and block.kind != "cell" and any(char.isdigit() for char in block.text)
    return block.kind not in ("cell", "quote")


def _words_round(block: Block) -> set[str]:
    """Collect the class words of a block and of what it stands in, a few steps out."""
    words = set(block.words.split())
    for step, frame in enumerate(block.frame.up() if block.frame else ()):
        if step >= _STEPS or frame.tag in _OUTER:
            break
        words.update(frame.words.split())
    return words


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
        marked = block.level == 2 or not _STANDFIRST.isdisjoint(_words_round(block))  # noqa: PLR2004
        if apart and marked and len(homes) > 2:  # noqa: PLR2004
            return story.without((place,), "standfirst")
    return story


def _home(block: Block) -> int:
    return block.frame.parent.number if block.frame and block.frame.parent else -1
