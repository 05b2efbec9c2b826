"""From bytes to a parsed tree: find the character set, decode, parse once.

Order: byte order mark; UTF-8 when the bytes are valid UTF-8 and nothing says UTF-16; the charset of the
Content-Type header; the charset of a meta tag in the first 2,048 bytes; a guess from the bytes;
windows-1252. Valid UTF-8 comes before a declared charset because servers that declare a wrong one for all
their pages are common, while text of another charset that is valid UTF-8 by chance is not. Labels follow
the WHATWG Encoding Standard where it matters (iso-8859-1 and ascii mean windows-1252).
"""

import codecs
import re

from charset_normalizer import from_bytes
from lxml import etree, html

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_SNIFF_BYTES = 32_768
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CONTROLS = bytes(c for c in range(32) if c not in (9, 10, 13))
# lxml reads these, and then refuses to copy the text that holds them: one of them would lose the article.
_REFERENCES = re.compile(
    rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[1-8bcef]|1[\da-f]|fff[ef])(?![\da-f]));?",
    re.IGNORECASE,
)
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""U+FFFE and U+FFFF."""
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


def decode(body: bytes, content_type: str | None) -> str:
    """Decode the bytes of a page; what cannot be decoded becomes U+FFFD."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    declared = _declared(body, content_type)
    if not (declared or "").startswith(("utf-16", "iso2022")):
        utf8 = _as_utf8(body)
        if utf8 is not None:
            return utf8
    return body.decode(declared if declared not in (None, "utf-8") else _guess(body, declared), "replace")


def parse(text: str) -> html.HtmlElement | None:
    """Parse a page once; None when nothing in it is an element.

    lxml's default limits stay on (depth 256, text nodes of 10 MB); NUL and other C0 controls, written out or
    by reference, comments and processing instructions go.
    """
    source = _XML_DECLARATION.sub("", text, count=1).encode("utf-8", "replace").translate(None, _CONTROLS)
    source = _REFERENCES.sub(b"", source)
    for none in _NO_CHARACTERS:
        source = source.replace(none, b"")
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    for beside in list(tree.itersiblings("html")):  # what follows an early </html>
        tree.extend(list(beside))
    if b'id="S:' in source:
        _bring_in(tree)
    return tree if len(tree) else None


def _bring_in(tree: html.HtmlElement) -> None:
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


def _declared(body: bytes, content_type: str | None) -> str | None:
    header = _HEADER_CHARSET.search(content_type or "")
    if header and (name := _SAFE.get(header[1].lower())):
        return name
    meta = _META_CHARSET.search(body[:2048])
    name = _SAFE.get((meta[1] or meta[2]).decode("ascii", "replace").lower()) if meta else None
    # A page whose meta tag could be read as ASCII is not UTF-16 (Encoding Standard, "prescan").
    return "utf-8" if name and name.startswith("utf-16") else name


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as problem:
        # A body cut at a size limit may end within a character, when the rest shows that it is UTF-8.
        whole = body[: problem.start]
        return whole.decode("utf-8") if problem.end == len(body) and not whole.isascii() else None


def _guess(body: bytes, declared: str | None) -> str:
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < sum(1 for byte in body if byte > 127):  # noqa: PLR2004 - a few broken characters
        return "utf-8"
    best = from_bytes(body[:_SNIFF_BYTES]).best()
    name = best.encoding if best else None
    if name and name.replace("_", "-") in _SAFE:
        return _SAFE[name.replace("_", "-")]
    return declared or "cp1252"
