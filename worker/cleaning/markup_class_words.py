"""Lists the class words and tags by which a page itself marks what is no running text of its article.

The lists are closed: docs/text.md has them, and a paragraph that nothing in them names is no step's to take.
"""

from worker.document.blocks import NEAR_FRAMES, Block

SET_APART = frozenset(
    [
        *("affiliate", "authorbio", "bio", "breadcrumb", "breadcrumbs", "carousel", "citation", "cta"),
        *("disclaimer", "kicker", "modal", "newsletter", "popup", "promo", "recirc", "recirculation"),
        *("signup", "tagline", "tooltip", "copyright"),
    ]
)
CARDS = frozenset(("btn", "button", "card", "cards", "excerpt"))
"""Only where most of the block is a link."""
DATES = frozenset(("date", "timestamp", "dateline", "pubdate"))
"""Only short lines with a digit."""
ALL_MARKS = SET_APART | CARDS | DATES
STANDFIRSTS = frozenset(
    [
        *("dek", "standfirst", "subheadline", "lead", "summary", "sapo", "perex", "excerpt"),
        *("intro", "ingress", "teaser", "deck", "titles", "strapline"),
    ]
)
"""Only above the text, and only the page's own description word for word."""
CAPTIONS = ("caption", "figcaption", "credit", "wp caption text", "photocredit")
CAPTION_ENDINGS = ("caption", "photocredit", "imagecredit")
"""A class of the block's own element may end with these: "imageCaption"."""
TAG_LISTS = ("tags", "taglist", "post tags", "keywords")
_OUTER = frozenset(("article", "main", "body", "html"))
_MAX_CAPTION_CHARS = 400
"""Characters of the longest caption: what is longer is text, whatever its class."""


def collect_class_words(block: Block) -> set[str]:
    """Collect the class words of a block and of what it stands in, a few steps out."""
    words = set(block.words.split())
    for step, frame in enumerate(block.frame.up() if block.frame else ()):
        if step >= NEAR_FRAMES or frame.tag in _OUTER:
            break
        words.update(frame.words.split())
    return words


def is_caption(block: Block) -> bool:
    """Return whether a block is a caption: in figcaption, or short and under a caption's class."""
    if block.frame is None:
        return False
    if block.frame.within("figcaption"):
        return not block.frame.within("blockquote", "table")
    return len(block.text) <= _MAX_CAPTION_CHARS and (
        block.has_class_word(*CAPTIONS) or _has_caption_ending(block)
    )


def _has_caption_ending(block: Block) -> bool:
    own = block.words + (block.frame.words if block.frame else "")
    return any(word.endswith(CAPTION_ENDINGS) for word in own.split())
