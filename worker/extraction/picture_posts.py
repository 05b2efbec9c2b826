"""Finds the words of a post that is a picture, such as a comic, for the reading of pages. Pure.

Such a post's words are its picture's `alt` or `title`. The evidence is the feed, whose entry is that picture
and nothing else, and the page, which shows a picture of the same words.
"""

from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.document.block_tests import fold_text
from worker.document.blocks import normalize_line
from worker.document.html_decoding import parse_html

_MIN_CAPTION_WORDS = 4
"""Words from which a picture's text is a post's; fewer are a name of the picture."""
_MAX_PICTURES = 20
"""Pictures of an entry that are checked."""


def find_picture_words(entry: Entry | None, page: HtmlElement) -> str | None:
    """Return the words of a picture that is all of an entry; None if the page lacks it or they are few."""
    markup = (entry.content or entry.summary or "") if entry else ""
    tree = parse_html(f"<html><body>{markup}</body></html>") if "<img" in markup else None
    if tree is None or normalize_line(tree.text_content()):
        return None
    shown = {fold_text(words) for picture in page.iter("img") for words in _read_words(picture)}
    pictures = list(tree.iter("img"))[:_MAX_PICTURES]
    said = [words for picture in pictures for words in _read_words(picture) if fold_text(words) in shown]
    longest = max(said, key=len, default="")
    return longest if len(longest.split()) >= _MIN_CAPTION_WORDS else None


def _read_words(picture: HtmlElement) -> list[str]:
    found = (normalize_line(picture.get(name) or "") for name in ("title", "alt"))
    return [words for words in found if words]
