"""Decodes a page's bytes into a parsed tree: finds the character set, decodes, parses once.

Order: byte order mark; UTF-8 when the bytes are valid UTF-8, but for a few, and nothing declares UTF-16; the
charset of the Content-Type header; the charset of a meta tag in the first 2,048 bytes; a guess from the
bytes; windows-1252. Valid UTF-8 comes before a declared charset because servers that declare a wrong one
for all their pages are common, while text of another charset that is valid UTF-8 by chance is not. Labels
follow the WHATWG Encoding Standard where it matters (iso-8859-1 and ascii mean windows-1252).
"""

import codecs
import re

from charset_normalizer import from_bytes
from lxml import etree, html

from worker.document.deep_nesting import flatten_deep_nesting, without_wrappers
from worker.document.double_encoding import undo_double_encoding
from worker.document.page_trimming import with_fewer_attributes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_MAX_GUESSED_BYTES = 32_768
"""Bytes from which a character set is guessed: guessing costs time by the byte, and letters recur."""
_WHOLE_FOR_BROKEN = 10
"""Whole characters of several bytes for each broken one that show UTF-8 where nothing declares it.

Of text in GBK or Shift JIS, read as UTF-8, a tenth is whole by chance, of text in Latin-1 next to nothing.
"""
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

# Only codecs that turn bytes into text, and none that can run or inflate anything (zlib_codec, hex…).
_SAFE = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    **{f"windows-125{n}": f"cp125{n}" for n in range(9)},
    **{f"cp125{n}": f"cp125{n}" for n in range(9)},
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}


def decode_page(body: bytes, content_type: str | None) -> str:
    """Decode the bytes of a page; what cannot be decoded becomes U+FFFD."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    declared = _find_declared_charset(body, content_type)
    if not (declared or "").startswith(("utf-16", "iso2022")):
        utf8 = _decode_utf8(body, is_declared="utf-8" in _list_declared_charsets(body, content_type))
        if utf8 is not None:
            return undo_double_encoding(utf8, body)
    return body.decode(declared if declared not in (None, "utf-8") else _guess_charset(body), "replace")


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
        tree, _ = _parse(without_wrappers(source), huge=True)
    if tree is not None:
        flatten_deep_nesting(tree)
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


def _find_declared_charset(body: bytes, content_type: str | None) -> str | None:
    return next(iter(_list_declared_charsets(body, content_type)), None)


def _list_declared_charsets(body: bytes, content_type: str | None) -> list[str]:
    """List what header and meta tag declare, the header's first."""
    header = _HEADER_CHARSET.search(content_type or "")
    meta = _META_CHARSET.search(body[:2048])
    names = [
        _SAFE.get(header[1].lower()) if header else None,
        _SAFE.get((meta[1] or meta[2]).decode("ascii", "replace").lower()) if meta else None,
    ]
    # A page whose meta tag could be read as ASCII is not UTF-16 (Encoding Standard, "prescan").
    if names[1] and names[1].startswith("utf-16"):
        names[1] = "utf-8"
    return [name for name in names if name]


def _decode_utf8(body: bytes, *, is_declared: bool) -> str | None:
    """Decode UTF-8; None when the bytes are no UTF-8.

    A few broken characters (an emoji cut by a character count, a quotation pasted from elsewhere, the end of
    a body cut at a size limit) become U+FFFD: the whole ones beside them show what the page is.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as problem:
        whole = body[: problem.start]
        if problem.end == len(body) and not whole.isascii():
            return whole.decode("utf-8")
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    intact = sum(1 for char in text if char > "\x7f") - broken
    return text if intact >= broken * (1 if is_declared else _WHOLE_FOR_BROKEN) else None


def _guess_charset(body: bytes) -> str:
    best = from_bytes(body[:_MAX_GUESSED_BYTES]).best()
    name = best.encoding if best else None
    if name and name.replace("_", "-") in _SAFE:
        return _SAFE[name.replace("_", "-")]
    return "cp1252"
