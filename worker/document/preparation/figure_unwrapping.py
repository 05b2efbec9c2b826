"""Opens figures and boxes whose words are the article's: captions of a photo essay, quotations set apart.

Extractors leave figures out, and what is named a pull quote. Where the captions of a page have more words
than its paragraphs, they are its text. Most quotations set apart repeat a paragraph, in other words here and
there; one that repeats none is a part of the text, and its attribution with it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames
from worker.document.block_tests import fold_text, is_as_long, is_dense

_LEAST_CAPTIONS = 3
"""Captions from which they can be a text; one or two explain a picture."""
_MIN_CAPTION_CHARS = 90
"""Characters from which a caption is part of a photo essay's text; a shorter one names its picture."""
_MIN_LINE_CHARS = 24
"""Characters from which a caption is so beside others of its kind; a shorter one is a name or a credit."""
_MAX_CREDIT_CHARS = 400
"""Characters of the longest text under a caption's class: what is longer is no caption."""
_BESIDE = frozenset(("aside", "nav", "footer", "header", "a", "form"))
_RUNNING = ("p", "li", "blockquote")
_CLASS = re.compile(r"(?:^|[\s_-])(?:fig)?caption(?:-?text)?(?:$|\s)|(?:^|\s)\w+Caption(?:$|\s)")
_CAPTIONED = XPath(
    "descendant::*[self::figcaption or ((self::p or self::div) and contains(@class, 'aption'))]",
)
_PICTURES = ("img", "picture", "amp-img", "video")
_SET_APART = XPath(
    "descendant::figure[descendant::blockquote] | "
    "descendant::*[self::aside or self::figure or self::blockquote or self::section]"
    "[contains(@class, 'ull') and contains(@class, 'uote')]"
)
_QUOTING_FIGURES = XPath("descendant::figure[descendant::blockquote]")
_NAME = re.compile(r"pull[-_]?quote", re.IGNORECASE)
_MEDIA = ("img", "picture", "video", "audio", "iframe", "svg", "script", "form", "button", "input", "table")
_MOST_QUOTATIONS = 30
"""Quotations set apart that are compared with the text: bounds the cost."""
_MIN_QUOTATION_CHARS = 24
"""Letters from which a quotation is one; a shorter one is a label. Half as many in dense scripts."""
_MAX_QUOTATION_CHARS = 800
"""Letters of the longest quotation set apart; a longer one is a part of the text already."""
_WINDOW, _DENSE_WINDOW = 14, 6
"""Letters compared at a time: two or three words."""
_STEP = 3
"""Letters between two such windows."""
_MAX_SAID_SHARE = 0.5
"""Share of a quotation that paragraphs say too, from which it repeats them, in other words here and there."""


def open_photo_essay(tree: HtmlElement, named: PageNames) -> None:
    """Make sections of a page's figures and blocks of their captions, where these are most of its text.

    Short captions are so where they stand in pictures side by side, each in an element of the same kind.
    """
    classed = named.find_elements(frozenset(named.find_names(("caption",))), ("p", "div"))
    captions = [
        each for each in (_CAPTIONED(tree) if classed else tree.iter("figcaption")) if _is_caption(each)
    ]
    if len(captions) < _LEAST_CAPTIONS:
        return
    long = [each for each in captions if each.tag == "figcaption" and _has_size(each, _MIN_CAPTION_CHARS)]
    alike = _list_alike(captions) if len(long) < len(captions) else []
    running = _count_running(tree, {*captions})
    for told in (long, alike):
        if len(told) >= _LEAST_CAPTIONS and sum(map(_count_chars, told)) > running:
            for caption in told:
                _open_caption(caption, short=told is alike)
            return


def _open_caption(caption: HtmlElement, *, short: bool) -> None:
    figure = next(caption.iterancestors("figure"), None)
    if figure is not None:
        figure.tag = "div"
    if short and next(caption.iter("p"), caption) is caption:
        caption.tag = "p"
        caption.attrib.clear()
    else:
        caption.tag = "div"


def _is_caption(element: HtmlElement) -> bool:
    """Return whether an element is a caption: by its tag, or by its class beside a picture."""
    if element.tag == "figcaption":
        return True
    names = element.get("class")
    if not names or not _CLASS.search(names) or element.getparent() is None:
        return False
    if next(element.iterancestors("figcaption"), None) is not None or element.find("p") is not None:
        return False
    return _shows_picture(element.getparent()) and len(element.text_content()) <= _MAX_CREDIT_CHARS


def _shows_picture(element: HtmlElement) -> bool:
    return next(element.iter(*_PICTURES), None) is not None


def _has_size(caption: HtmlElement, least: int) -> bool:
    if any(around.tag in _BESIDE for around in caption.iterancestors()):
        return False
    return is_as_long(" ".join(caption.text_content().split()), least)


def _list_alike(captions: list[HtmlElement]) -> list[HtmlElement]:
    """List the captions of pictures that stand side by side, without links, of the commonest kind."""
    kinds: dict[HtmlElement, tuple[HtmlElement, str, str]] = {}
    for caption in captions:
        figure = next(caption.iterancestors("figure"), caption.getparent())
        around = figure.getparent() if figure is not None else None
        if figure is None or around is None or next(caption.iter("a"), None) is not None:
            continue
        if _shows_picture(figure) and _has_size(caption, _MIN_LINE_CHARS):
            kinds[caption] = around, figure.tag, figure.get("class") or ""
    commonest = Counter(kinds.values()).most_common(1)
    return [caption for caption, kind in kinds.items() if kind == commonest[0][0]] if commonest else []


def _count_chars(element: HtmlElement) -> int:
    return len("".join(element.text_content().split()))


def _count_running(tree: HtmlElement, captions: set[HtmlElement]) -> int:
    """Count the characters of paragraphs outside captions."""
    return sum(
        _count_chars(each)
        for each in tree.iter(*_RUNNING)
        if each not in captions
        and next(each.iterancestors("figcaption", "li", "blockquote"), None) is None
        and captions.isdisjoint(each.iterancestors("div"))
        and next(each.iter("figcaption"), None) is None
    )


def open_pull_quotations(tree: HtmlElement, named: PageNames) -> None:
    """Make plain quotations of those set apart whose words no paragraph says, drop the others; in place."""
    select = _SET_APART if named.find_names(("uote",)) else _QUOTING_FIGURES
    listed = [each for each in islice(select(tree), _MOST_QUOTATIONS) if _is_quotation(each)]
    if not listed:
        return
    apart = frozenset(listed)
    said = fold_text(" ".join(_list_paragraphs(tree, apart)))
    for element in listed:
        if not apart.isdisjoint(element.iterancestors()):
            continue
        if not _repeats_text(element, said):
            _open_quotation(element)
        elif _NAME.search(element.get("class") or ""):
            element.drop_tree()


def _is_quotation(element: HtmlElement) -> bool:
    named = _NAME.search(element.get("class") or "") is not None
    if not named and (element.tag != "figure" or element.find(".//figcaption") is None):
        return False
    if next(element.iter(*_MEDIA), None) is not None:
        return False
    text = fold_text("".join(element.itertext()))
    return _MIN_QUOTATION_CHARS <= len(text) * (2 if is_dense(text) else 1) <= _MAX_QUOTATION_CHARS


def _list_paragraphs(tree: HtmlElement, apart: frozenset[HtmlElement]) -> Iterator[str]:
    for paragraph in tree.iter("p", "li"):
        if apart.isdisjoint(paragraph.iterancestors()):
            yield "".join(paragraph.itertext())


def _repeats_text(element: HtmlElement, said: str) -> bool:
    """Return whether half of a quotation stands in paragraphs, its attribution aside."""
    quotation = next(element.iter("blockquote"), element)
    text = fold_text("".join(quotation.itertext()))
    size = _DENSE_WINDOW if is_dense(text) else _WINDOW
    windows = [text[place : place + size] for place in range(0, max(1, len(text) - size + 1), _STEP)]
    return sum(window in said for window in windows) >= len(windows) * _MAX_SAID_SHARE


def _open_quotation(element: HtmlElement) -> None:
    inner = next(element.iterdescendants("blockquote"), None)
    element.attrib.clear()
    if inner is None:
        element.tag = "blockquote"
    elif element.tag != "blockquote":
        element.tag = "div"
        inner.attrib.clear()
    for caption in list(element.iter("figcaption", "footer")):
        caption.tag = "p"
        caption.attrib.clear()
