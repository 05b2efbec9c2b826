"""Finds the text of a post that is nothing but its title, or a picture's caption, for the reading of pages.

A micro-post repeats its text as the page's title, so that the text looks like a headline that is printed
twice; a photo page has its caption alone. Both would come out empty. Pure.
"""

from collections.abc import Iterable

from worker.document.block_tests import fold_text, is_dense
from worker.document.blocks import Block
from worker.page_models import CleanedArticle

_MIN_WORDS = 4
"""Words from which a title or caption is a sentence, and may be a post's text."""
_MIN_DENSE_CHARS = 8
"""As `_MIN_WORDS`, in characters of Chinese, Japanese and Korean."""
_ASIDE = ("nav", "header", "footer", "aside")


def has_lost_its_text(cleaned: CleanedArticle | None, titles: frozenset[str]) -> bool:
    """Return whether what was taken for a repeated headline is more than what is left."""
    if cleaned is None:
        return True
    headlines = [piece.text for piece in cleaned.removed if piece.rule == "headline"]
    longest = max((len(text) for text in headlines if fold_text(text) in titles), default=0)
    return len(cleaned.text) * 2 < longest


def find_post_blocks(everything: Iterable[Block], titles: frozenset[str], site: str | None) -> list[Block]:
    """Find the lines that are a title and no heading, else the captions; empty where there is neither.

    `titles` are folded. A few words that stand alone, such as the site's name, are no post.
    """
    shown = [block for block in everything if block.frame and not block.frame.within(*_ASIDE)]
    said = [
        block
        for block in shown
        if not block.level and fold_text(block.text) in titles and _is_sentence(block.text, site)
    ]
    if said:
        return said[:1]
    if any(block.key and not block.level and not block.linked and not _is_caption(block) for block in shown):
        return []
    return [block for block in shown if _is_caption(block) and _is_sentence(block.text, site)]


def _is_caption(block: Block) -> bool:
    return block.frame is not None and block.frame.within("figcaption")


def _is_sentence(text: str, site: str | None) -> bool:
    if site and fold_text(text) == fold_text(site):
        return False
    return len(fold_text(text)) >= _MIN_DENSE_CHARS if is_dense(text) else len(text.split()) >= _MIN_WORDS
