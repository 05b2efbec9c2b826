"""Finds the text of a post that is nothing but its title, or a picture's caption, for the reading of pages.

A micro-post repeats its text as the page's title, so that the text looks like a headline that is printed
twice; a photo page has its caption alone. Both would come out empty. Pure.
"""

from collections.abc import Iterable

from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.document.block_tests import fold_text, is_dense
from worker.document.blocks import Block, normalize_line
from worker.document.html_parsing import parse_html
from worker.page_models import CleanedArticle

_MIN_WORDS = 4
"""Words from which a title or caption is a sentence, and may be a post's text."""
_MIN_DENSE_CHARS = 8
"""As `_MIN_WORDS`, in characters of Chinese, Japanese and Korean."""
_ASIDE = ("nav", "header", "footer", "aside")
_MIN_CAPTION_WORDS = 4
"""Words from which a picture's text is a post's; fewer are a name of the picture."""
MAX_PICTURES = 20
"""Pictures of an entry whose words are read: bounds the cost of galleries."""


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


def find_picture_words(entry: Entry | None, page: HtmlElement) -> str | None:
    """Return the words of a picture that is all of an entry; None if the page lacks it or they are few."""
    markup = (entry.content or entry.summary or "") if entry else ""
    tree = parse_html(f"<html><body>{markup}</body></html>") if "<img" in markup else None
    if tree is None or normalize_line(tree.text_content()):
        return None
    shown = {fold_text(words) for picture in page.iter("img") for words in _read_words(picture)}
    pictures = list(tree.iter("img"))[:MAX_PICTURES]
    said = [words for picture in pictures for words in _read_words(picture) if fold_text(words) in shown]
    longest = max(said, key=len, default="")
    return longest if len(longest.split()) >= _MIN_CAPTION_WORDS else None


def _read_words(picture: HtmlElement) -> list[str]:
    found = (normalize_line(picture.get(name) or "") for name in ("title", "alt"))
    return [words for words in found if words]
