"""Makes plain containers of elements that are meant for other things and hold the article all the same."""

import re
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import DENSE_TIMES, is_dense
from worker.document.tag_sets import HEADING_TAGS, MOST_CHECKED

_BESIDE = ("aside", "footer", "nav", "dialog", "menu")
_MOST = 0.6
"""Share of the page's paragraphs from which what holds them is the article."""
_MIN_ARTICLE_CHARS = 400
"""Characters of paragraphs from which an aside or footer may be the article; fewer are a note of the page."""
_MIN_PARAGRAPH_CHARS = 70
"""Characters from which a text is a paragraph rather than a label or a caption."""
_LONG_TEXTS = XPath(
    f"descendant::text()[string-length(normalize-space()) >= {_MIN_PARAGRAPH_CHARS}]"
    "[not(ancestor::figure or parent::script or parent::style)]",
    smart_strings=False,
)
_MEDIA = ("img", "picture", "video", "audio", "iframe", "svg", "canvas", "object", "embed", "amp-img")
_CONTROLS = ("input", "select", "textarea", "button")
_UNASKING = ("checkbox", "hidden")
"""Types of inputs that ask for nothing: a list of ingredients has boxes to tick."""
_ASKING = re.compile(
    r"newsletter|subscri|sign-?up|poll|quiz|survey|vote|filter|search|consent|cookie|privacy|settings|preferences",
    re.IGNORECASE,
)
"""Names of forms whose boxes to tick are a choice of the reader's."""
_MIN_FIGURES = 3
"""Figures with long captions from which captions are the article; fewer illustrate one."""
_PLAIN_TIMES = 2
"""By how many times captions without markup of their own must exceed the paragraphs beside them."""


def open_containers(tree: HtmlElement) -> None:
    """Make `div` of an aside or footer that holds most paragraphs of the page, of fieldsets without controls.

    A form with boxes to tick, and nowhere to send them to, is opened: a list of ingredients or a checklist.
    A figure that holds a listing, paragraphs or stanzas, and nothing to look at, is opened. Others are where
    a page has its story in them: at least three with long captions, which hold more text than the
    paragraphs beside them, or twice as much where they have no markup of their own.
    """
    for fieldset in list(tree.iter("fieldset")):
        if next(fieldset.iter(*_CONTROLS), None) is None:
            fieldset.tag = "div"
            for legend in fieldset.iterchildren("legend"):
                legend.tag = "p"
    for form in list(tree.iter("form")):
        if _asks_for_nothing(form):
            form.tag = "div"
    _open_containers_of_article(tree)
    for figure in list(tree.iter("figure")):
        if _holds_text_alone(figure):
            figure.tag = "div"
        else:
            _open_verse(figure)
    figures = list(tree.iter("figure"))
    if len(figures) >= _MIN_FIGURES:
        _open_figures(tree, figures)


def _asks_for_nothing(form: HtmlElement) -> bool:
    """Return whether a form has boxes to tick alone, no address, and no name of one that asks."""
    if form.get("action") or _ASKING.search(f"{form.get('class') or ''} {form.get('id') or ''}"[:400]):
        return False
    controls = list(islice(form.iter(*_CONTROLS), MOST_CHECKED))
    return bool(controls) and all(
        control.tag == "input" and (control.get("type") or "").lower() in _UNASKING for control in controls
    )


def _open_containers_of_article(tree: HtmlElement) -> None:
    beside = list(tree.iter(*_BESIDE))
    worded = [
        (element, chars) for element in beside if (chars := _count_paragraphs(element)) >= _MIN_ARTICLE_CHARS
    ]
    if worded:
        total = _count_paragraphs(tree)
    elif beside and not any(_count_chars(paragraph) >= _MIN_PARAGRAPH_CHARS for paragraph in tree.iter("p")):
        worded = [
            (element, chars)
            for element in beside[:MOST_CHECKED]
            if (chars := _count_chars(element)) >= _MIN_ARTICLE_CHARS
        ]
        total = _count_chars(tree)
    else:
        return
    for element, chars in worded:
        if chars > total * _MOST:
            element.tag = "div"
            for name in ("class", "id", "role"):
                element.attrib.pop(name, None)


def _count_paragraphs(container: HtmlElement) -> int:
    """Count the characters of longer paragraphs in a container; of a dense script each stands for more."""
    return sum(
        chars for paragraph in container.iter("p") if (chars := _weigh(paragraph)) >= _MIN_PARAGRAPH_CHARS
    )


def _weigh(paragraph: HtmlElement) -> int:
    text = "".join(paragraph.itertext()).strip()
    return int(len(text) * (DENSE_TIMES if is_dense(text) else 1))


def _holds_text_alone(figure: HtmlElement) -> bool:
    """Return whether a figure is a listing or a box of paragraphs: nothing to look at, and no quotation."""
    if next(figure.iter(*_MEDIA, "blockquote", "q", "a", "script", "noscript"), None) is not None:
        return False
    if next(figure.iter("pre"), None) is not None:
        return True
    return figure.find("p") is not None and next(figure.iter("figcaption"), None) is None


def _open_verse(figure: HtmlElement) -> None:
    """Open a figure of nothing but stanzas (paragraphs of lines) and a caption, which names their source."""
    parts = [child for child in figure if isinstance(child.tag, str)]
    captions = [child for child in parts if child.tag == "figcaption"]
    stanzas = [child for child in parts if child.tag == "p" and child.find("br") is not None]
    if len(captions) == 1 and stanzas and len(stanzas) + 1 == len(parts):
        figure.tag, captions[0].tag = "div", "p"


def _open_figures(tree: HtmlElement, figures: list[HtmlElement]) -> None:
    beside = sum(len(text) for text in _LONG_TEXTS(tree))
    captioned = [figure for figure in figures if _has_long_caption(figure)]
    worded = [figure for figure in captioned if next(figure.iter("p", *HEADING_TAGS), None) is not None]
    for telling, times in ((captioned, _PLAIN_TIMES), (worded, 1)):
        told = sum(_count_chars(caption) for figure in telling for caption in figure.iter("figcaption"))
        if len(telling) >= _MIN_FIGURES and told > beside * times:
            for figure in telling:
                _open(figure)
            return


def _open(figure: HtmlElement) -> None:
    for caption in list(figure.iter("figcaption")):
        worded = next(caption.iter("p", *HEADING_TAGS), None) is not None
        caption.attrib.clear()
        caption.tag = "div" if worded else "p"
    figure.attrib.clear()
    figure.tag = "div"


def _has_long_caption(figure: HtmlElement) -> bool:
    caption = next(figure.iter("figcaption"), None)
    return caption is not None and _count_chars(caption) >= _MIN_PARAGRAPH_CHARS


def _count_chars(element: HtmlElement) -> int:
    return len("".join(element.itertext()).strip())
