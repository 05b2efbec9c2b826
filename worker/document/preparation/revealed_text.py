"""Shows the parts of an article that wait for a script: to be scrolled to, clicked on, or loaded whole.

They are hidden by a style, an attribute or a class, and belong to the article by where they stand: beside
paragraphs that are shown, or round the headline. Dialogs, forms and boxes of links beside the text stay
hidden, and a dialog with the attribute `hidden` is dropped: extractors would read it.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from itertools import chain, islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames
from worker.document.block_tests import DENSE_TIMES, LINKED, is_long_text
from worker.document.preparation.panel_detection import MOST_SIBLINGS, is_panel_of_text
from worker.document.tag_sets import MOST_CHECKED, MOST_NAME_CHARS

_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?|"
    r"content-visibility\s*:\s*hidden|(?:max-)?height\s*:\s*0(?:px)?)\s*(?:!important)?\s*(?=;|$)",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)", re.IGNORECASE)
"""What hides an element and keeps its place: nothing else is shown there meanwhile."""
_LIST_WORDS = XPath("descendant::text()[not(parent::script or parent::style or parent::noscript)]")
_DENSE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_OPENS = re.compile(r"expand|accordion|collapse|toggle|slide", re.IGNORECASE)
"""Names of what opens, which extractors take for no text."""
_CUT_OFF = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.IGNORECASE)
"""What extractors take for a hiding style."""
_CLASS = re.compile(
    r"^(?:is-|js-|u-)?(?:hidden|hide|invisible|d-none|display-none|collapsed?|notloaded)$", re.IGNORECASE
)
_WORDS = ("hid", "invisible", "none", "collapse", "notloaded")
"""Parts of all these names."""
_APART = re.compile(
    r"dialog|modal|popup|pop-up|overlay|lightbox|tooltip|toast|newsletter|subscri|signup|sign-up|login|paywall|regwall"
    r"|cookie|consent|gdpr|privacy|comment|reply|share|social|menu|nav|toc|search|related|recommend|promo|advert"
    r"|(?:^|[\s_-])(?:ads?|translat\w*)(?:$|[\s_-])|sr-only|visually",
    re.IGNORECASE,
)
_APART_ITSELF = re.compile(
    r"(?:^|[\s_-])(?:print(?:-only|able)?|templates?|errors?|forms?)(?:$|[\s_-])", re.IGNORECASE
)
"""Names that set apart what has them, and say nothing of it on what is round it ("post-template")."""
_MAY_HIDE = XPath("descendant-or-self::*[@hidden or @style or @aria-hidden]")
_CANDIDATES = ("div", "section", "p", "article", "main", "body", "ul", "ol", "blockquote")
_DIALOGS = frozenset(("dialog", "alertdialog", "tooltip", "menu", "alert"))
_CONTROLS = ("form", "input", "textarea", "select", "dialog")
_MIN_TEXT_SHARE = 0.6
"""Share of the page's words from which a hidden element is its text; one of two languages has about half."""
_MIN_TEXT_CHARS = 200
"""Characters from which a hidden element may be a page's text."""
_MAX_ANCESTORS = 8
"""Elements outward whose names can set a part apart; further out they describe the page."""


def reveal_article_parts(tree: HtmlElement, named: PageNames) -> bool:
    """Take away what hides an element that belongs to the article, in place; return whether a class went."""
    count_page_chars = cache(partial(_count_page_chars, tree))
    renamed = False
    for element in _list_hidden(tree, named):
        of_article = (
            _holds_headline(element)
            or _stands_in_text(element)
            or is_panel_of_text(element)
            or _is_text_of_page(element, count_page_chars)
        )
        if _is_another_text(element):
            element.drop_tree()
        elif of_article and not _is_apart(element):
            renamed |= _show(element)
        elif element.get("hidden") is not None and element.get("role") in _DIALOGS:
            element.drop_tree()
    return renamed


def _is_another_text(element: HtmlElement) -> bool:
    """Return whether a hidden element is a translation of the text, or an article of its own."""
    if element.tag == "article":
        return not _holds_headline(element)
    lang = (element.get("lang") or "")[:2].lower()
    page = next((each.get("lang") for each in element.iterancestors() if each.get("lang")), None)
    return bool(lang and page) and (page or "")[:2].lower() != lang


def _list_hidden(tree: HtmlElement, named: PageNames) -> list[HtmlElement]:
    """List the elements that are hidden in one of the ways that are known here, in the page's order."""
    marked = [each for each in _MAY_HIDE(tree) if each.tag in _CANDIDATES and _is_hidden(each)]
    names = frozenset(filter(_is_hiding_class, named.find_names(_WORDS)))
    classed = named.find_elements(names, _CANDIDATES)
    classed = [each for each in classed if _hiding_class(each) is not None]
    if marked and classed:
        hidden = {*marked, *classed}
        return list(islice((each for each in tree.iter(*_CANDIDATES) if each in hidden), MOST_CHECKED))
    return (marked or classed)[:MOST_CHECKED]


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and _is_hiding_style(style))
        or _hiding_class(element) is not None
    )


def _is_hiding_class(names: str) -> bool:
    return len(names) <= MOST_NAME_CHARS and _find_hiding_name(names) is not None


def _hiding_class(element: HtmlElement) -> str | None:
    names = element.get("class")
    return _find_hiding_name(names) if names and len(names) <= MOST_NAME_CHARS else None


@lru_cache(maxsize=4096)
def _find_hiding_name(names: str) -> str | None:
    return next((name for name in names.split() if _CLASS.match(name)), None)


@lru_cache(maxsize=1024)
def _is_hiding_style(style: str) -> bool:
    return _STYLE.search(style) is not None


def _holds_headline(element: HtmlElement) -> bool:
    """Return whether an element is the page's, or its article: hidden until all is loaded."""
    if element.tag in ("body", "main"):
        return True
    return next(element.iter("h1"), None) is not None and _count_paragraphs(element) > 1


def _is_text_of_page(element: HtmlElement, count_page_chars: Callable[[], int]) -> bool:
    """Return whether an element is kept unseen until it is styled, and holds most of what the page says.

    `count_page_chars` counts once: the page is hundreds of times what one of many such elements is.
    """
    style = element.get("style") or ""
    if not _UNSEEN.search(style):
        return False
    size = _count_chars(element)
    return size >= _MIN_TEXT_CHARS and size >= _MIN_TEXT_SHARE * count_page_chars()


def _count_page_chars(tree: HtmlElement) -> int:
    body = tree.find("body")
    return _count_chars(tree if body is None else body)


def _count_chars(element: HtmlElement) -> int:
    """Count characters without white space; those of a dense script as many."""
    text = "".join("".join(_LIST_WORDS(element)).split())
    dense = len(_DENSE.findall(text))
    return len(text) + int(dense * (DENSE_TIMES - 1))


def _stands_in_text(element: HtmlElement) -> bool:
    """Return whether an element holds paragraphs and stands right beside some that are shown."""
    if not _count_paragraphs(element):
        return False
    before = islice(element.itersiblings(preceding=True), MOST_SIBLINGS)
    after = islice(element.itersiblings(), MOST_SIBLINGS)
    return any(_is_shown_paragraph(each) or _is_shown_part(each, element) for each in chain(before, after))


def _is_shown_part(sibling: HtmlElement, element: HtmlElement) -> bool:
    """Return whether a sibling section is shown, of the same class, and holds a paragraph."""
    if sibling.tag != "section" or element.tag != "section" or sibling.get("class") != element.get("class"):
        return False
    return not _is_hidden(sibling) and sibling.find("p") is not None and _is_paragraph(sibling.find("p"))


def _is_shown_paragraph(element: HtmlElement) -> bool:
    return element.tag == "p" and not _is_hidden(element) and _is_paragraph(element)


def _is_paragraph(element: HtmlElement) -> bool:
    text = " ".join("".join(islice(element.itertext(), 60)).split())
    if not is_long_text(text):
        return False
    linked = sum(len(link.text_content()) for link in islice(element.iter("a"), 20))
    return linked <= len(text) * LINKED


def _count_paragraphs(element: HtmlElement) -> int:
    if element.tag == "p":
        return int(_is_paragraph(element))
    return sum(
        1 for each in islice(element.iter("p", "li", "blockquote"), MOST_CHECKED) if _is_paragraph(each)
    )


def _is_apart(element: HtmlElement) -> bool:
    """Return whether an element, or what it stands in up to the article, is named as no part of the text."""
    if element.tag == "body":
        return False
    if element.get("aria-modal") or element.get("role") in (
        "dialog",
        "alertdialog",
        "tooltip",
        "menu",
        "alert",
    ):
        return True
    if element.tag not in ("main", "article") and next(element.iter(*_CONTROLS), None) is not None:
        return True
    if _APART_ITSELF.search(_read_names(element)):
        return True
    around = islice((element, *element.iterancestors()), _MAX_ANCESTORS)
    return any(
        _APART.search(_read_names(each))
        for each in around
        if each.tag not in ("body", "html", "main", "article")
    )


def _read_names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:MOST_NAME_CHARS]


def _show(element: HtmlElement) -> bool:
    """Show an element; return whether that changed its class."""
    for name in ("hidden", "aria-hidden"):
        element.attrib.pop(name, None)
    style = element.get("style")
    if style is not None:
        element.set("style", _CUT_OFF.sub("", _STYLE.sub("", style)))
    if element.tag in ("div", "section") and _OPENS.search(element.get("class") or ""):
        del element.attrib["class"]
        return True
    hiding = _hiding_class(element)
    if hiding is not None:
        names = (element.get("class") or "").split()
        element.set("class", " ".join(name for name in names if name != hiding))
    return hiding is not None
