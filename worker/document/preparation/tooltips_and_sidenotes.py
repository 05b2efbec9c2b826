"""Takes explanations that a page shows on demand out of the sentences they stand in.

The words of a tooltip or a glossary's pop-up go; the term stays. A note in the margin, which is the article's
own text, is put behind its paragraph, and the mark and the switch before it go (Tufte CSS and its like).
"""

import re
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames, list_values
from worker.document.page_trimming import MOST_ELEMENTS
from worker.document.tag_sets import MOST_NAME_CHARS, NEAR_LEVELS

_EXPLANATION = re.compile(
    r"(?:tool-?tip|popover|pop-over|hover-?card|glossary|glossar|lexikon|dictionary|definition|term)[-_]*"
    r"(?:text|content|inner|body|info|box|definition|def|description|explanation|popup|bubble|card)s?$|^tooltiptext$",
    re.IGNORECASE,
)
_TIP = re.compile(r"^(?:tool-?tip|popover|hover-?card|bubble)s?$", re.IGNORECASE)
_NOTE = re.compile(
    r"^(?:side-?note|margin-?note|sidenote-(?:content|text)|marginnote-(?:content|text))s?$", re.IGNORECASE
)
_SWITCH = re.compile(
    r"margin-?toggle|sidenote-?(?:number|toggle|ref)|marginnote-?(?:number|toggle|ref)", re.IGNORECASE
)
_WORDS = ("tip", "pop", "hover", "gloss", "lexikon", "dict", "defin", "term", "note", "toggle", "bubble")
"""Parts of all names searched for."""
_INLINE = ("span", "small", "div", "aside", "em", "i", "dfn")
_CANDIDATES = (*_INLINE, "label", "input")
_SENTENCES = frozenset(("p", "li", "dd", "td", "blockquote", "h2", "h3", "h4"))
_MOST_BEFORE = 8
"""Elements before a tooltip among which its term is searched for."""
_MOST_CHARS = 800
"""Characters up to which an element in a sentence is an explanation of a word of it."""


def set_asides_apart(tree: HtmlElement, named: PageNames) -> None:
    """Drop tooltips within sentences, and move notes of the margin behind their paragraphs; in place."""
    if "tooltip" in list_values(tree, "role"):
        elements = list(islice(tree.iter(*_CANDIDATES), MOST_ELEMENTS))
    else:
        worded = (name for name in named.find_names(_WORDS) if _may_be_aside(name[:MOST_NAME_CHARS]))
        elements = named.find_elements(frozenset(worded), _CANDIDATES)
    for element in elements:
        text = (element.get("class") or "")[:MOST_NAME_CHARS]
        role = element.get("role")
        if role != "tooltip" and not (text and _may_be_aside(text)):
            continue
        names = text.split()
        sentence = next(
            (each for each in islice(element.iterancestors(), NEAR_LEVELS) if each.tag in _SENTENCES), None
        )
        if sentence is None:
            continue
        if any(map(_SWITCH.search, names)) and element.tag in ("label", "input", "span"):
            element.drop_tree()
        elif any(map(_NOTE.match, names)):
            _move_behind(element, sentence)
        elif (role == "tooltip" or _is_explanation(element, names)) and len(
            element.text_content()
        ) <= _MOST_CHARS:
            element.drop_tree()


@lru_cache(maxsize=4096)
def _may_be_aside(names: str) -> bool:
    lower = names.lower()
    if not any(word in lower for word in _WORDS):
        return False
    return any(
        _SWITCH.search(name) or _NOTE.match(name) or _EXPLANATION.search(name) or _TIP.match(name)
        for name in names.split()
    )


def _is_explanation(element: HtmlElement, names: list[str]) -> bool:
    """Return whether an element's names call it the words of a tooltip, and a term stands beside it."""
    if not any(_EXPLANATION.search(name) or _TIP.match(name) for name in names) or element.tag not in _INLINE:
        return False
    holder = element.getparent()
    if holder is None or holder.tag in _SENTENCES:  # of a whole sentence: the term itself may be named so
        return any(_EXPLANATION.search(name) for name in names) and "term" not in " ".join(names).lower()
    before = (holder.text or "").strip() or any(
        each.text_content().strip()
        for each in islice(element.itersiblings(preceding=True), _MOST_BEFORE)
        if isinstance(each.tag, str)
    )
    return bool(before)


def _move_behind(note: HtmlElement, sentence: HtmlElement) -> None:
    tail, before, holder = note.tail, note.getprevious(), note.getparent()
    note.tail = None
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail and holder is not None:
        holder.text = (holder.text or "") + tail
    note.tag = "p"
    if sentence.tag == "p":
        note.tail, sentence.tail = sentence.tail, None
        sentence.addnext(note)
    else:
        sentence.append(note)
