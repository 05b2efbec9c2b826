"""Parses a page's HTML into a tree, once: without controls, and no deeper than readers follow."""

import re

from lxml import etree, html

from worker.document.page_trimming import with_fewer_attributes
from worker.document.tag_sets import BLOCK_TAGS

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CONTROLS = bytes(c for c in range(32) if c not in (9, 10, 13))
# lxml reads these, and then refuses to copy the text that holds them: one of them would lose the article.
_REFERENCES = re.compile(
    rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[1-8bcef]|1[\da-f]|fff[ef])(?![\da-f]));?",
    re.IGNORECASE,
)
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""U+FFFE and U+FFFF."""
_NO_CHARACTER_LEAD = b"\xef\xbf"
"""What both begin with: most pages have none of it."""
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""One class for all tags, found without asking Python for each element, as `lxml.html` would."""
MOST_DEPTH = 150
"""Elements within each other: readers recurse, and libxml2 by itself ends at 256 (HTML_PARSE_HUGE: 2,048)."""
_MORE_DEPTH = 20
"""Paragraphs, headings and what is in them may stand deeper."""
_EXCESS = "excess"
_KEPT = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "a", "br", "img"))
_WRAPPERS = re.compile(
    rb"</?(?:div|span|section|font|b|i|u|em|strong|small|big|center|blockquote|article|main|a|ul|ol|dl|li|dd|"
    rb"table|tbody|tr|td)"
    rb"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def parse_html(text: str) -> html.HtmlElement | None:
    """Parse a page once; None when nothing in it is an element.

    A page of more than 255 elements within each other is read to a depth of 2,048 and brought to less; of one
    that is deeper the wrappers go before it is parsed. NUL and other C0 controls, written out or by
    reference, comments and processing instructions go.
    """
    source = _XML_DECLARATION.sub("", text, count=1).encode("utf-8", "replace").translate(None, _CONTROLS)
    source = _REFERENCES.sub(b"", source)
    if _NO_CHARACTER_LEAD in source:
        for none in _NO_CHARACTERS:
            source = source.replace(none, b"")
    source = with_fewer_attributes(source)
    tree, whole = _parse(source)
    if not whole:
        tree = _parse_deep(source)
    if tree is None:
        return None
    for beside in list(tree.itersiblings("html")):  # what follows an early </html>
        tree.extend(list(beside))
    if b'id="S:' in source:
        _place_late_content(tree)
    return tree if len(tree) else None


def _parse_deep(source: bytes) -> html.HtmlElement | None:
    """Parse a page that nests deeper than the parser's first limit, at most twice."""
    tree, whole = _parse(source, huge=True)
    if not whole:
        tree, _ = _parse(_without_wrappers(source), huge=True)
    if tree is not None:
        _flatten_deep_nesting(tree)
    return tree


def _parse(source: bytes, *, huge: bool = False) -> tuple[html.HtmlElement | None, bool]:
    """Parse once; return whether all was read, however deep: by default the parser ends at depth 256."""
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=huge,
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, True
    last = parser.error_log.last_error
    return tree, last is None or last.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _place_late_content(tree: html.HtmlElement) -> None:
    """Put what React sends late in its place.

    It stands in hidden elements "S:0", "S:1" at the end, from where scripts move it to the templates "B:0"
    (of a boundary) or "P:1" (of a part) (react-dom 18 and later, server rendering in streams).
    """
    places: dict[str, html.HtmlElement] = {}
    for mark in tree.iter("template"):
        places.setdefault(mark.get("id") or "", mark)
    for element in list(tree.iter("div")):
        name = element.get("id") or ""
        if not name.startswith("S:") or element.get("hidden") is None:
            continue
        del element.attrib["hidden"]
        place = places.get(f"B:{name[2:]}", places.get(f"P:{name[2:]}"))
        if place is not None and not any(around is element for around in place.iterancestors()):
            place.addprevious(element)


def _flatten_deep_nesting(tree: html.HtmlElement) -> None:
    """Take out wrappers past MOST_DEPTH; the texts that they held apart stay on lines of their own."""
    kept: list[bool] = []
    """Of the open elements, whether they stay."""
    stay = 0
    found = False
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            stay -= kept.pop()
            continue
        stays = stay < MOST_DEPTH or (stay < MOST_DEPTH + _MORE_DEPTH and element.tag in _KEPT)
        kept.append(stays)
        stay += stays
        if not stays:
            found = True
            if element.tag in BLOCK_TAGS:
                element.text = f"\n{element.text or ''}"
                element.tail = f"\n{element.tail or ''}"
            element.tag = _EXCESS
    if found:
        etree.strip_tags(tree, _EXCESS)


def _without_wrappers(source: bytes) -> bytes:
    """Write line ends for the tags of wrappers in a page that no parser reads to its end."""
    return _WRAPPERS.sub(b"\n", source)
