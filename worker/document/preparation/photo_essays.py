"""Opens the captions of a photo essay: pictures whose captions are the article.

Extractors leave figures out. Where the captions of a page have more words than its paragraphs, they are
its text.
"""

from lxml.html import HtmlElement

from worker.document.block_tests import is_dense

_LEAST_CAPTIONS = 3
"""Captions from which they can be a text; one or two explain a picture."""
_MIN_CAPTION_CHARS = 90
"""Characters from which a caption is part of a photo essay's text; a shorter one names its picture."""
_MIN_DENSE_CAPTION_CHARS = 40
"""As `_MIN_CAPTION_CHARS`, in Chinese, Japanese and Korean."""
_BESIDE = frozenset(("aside", "nav", "footer", "header"))
_RUNNING = ("p", "li", "blockquote")


def open_photo_essay(tree: HtmlElement) -> None:
    """Make sections of a page's figures and blocks of their captions, where these are most of its text."""
    captions = [each for each in tree.iter("figcaption") if _is_long(each)]
    if len(captions) < _LEAST_CAPTIONS or sum(map(_count_chars, captions)) <= _count_running(tree):
        return
    for caption in captions:
        caption.tag = "div"
        figure = next(caption.iterancestors("figure"), None)
        if figure is not None:
            figure.tag = "div"


def _is_long(caption: HtmlElement) -> bool:
    if any(around.tag in _BESIDE for around in caption.iterancestors()):
        return False
    text = " ".join(caption.text_content().split())
    return len(text) >= (_MIN_DENSE_CAPTION_CHARS if is_dense(text) else _MIN_CAPTION_CHARS)


def _count_chars(element: HtmlElement) -> int:
    return len("".join(element.text_content().split()))


def _count_running(tree: HtmlElement) -> int:
    """Count the characters of paragraphs outside captions."""
    return sum(
        _count_chars(each)
        for each in tree.iter(*_RUNNING)
        if next(each.iterancestors("figcaption", "li", "blockquote"), None) is None
        and next(each.iter("figcaption"), None) is None
    )
