"""Decodes a page's bytes into text: finds its character set, and undoes UTF-8 that was encoded twice.

Order: byte order mark; UTF-8 when the bytes are valid UTF-8, but for a few, and nothing declares UTF-16; the
charset of the Content-Type header; the charset of a meta tag in the first 2,048 bytes; a guess from the
bytes; windows-1252. Valid UTF-8 comes before a declared charset because servers that declare a wrong one
for all their pages are common, while text of another charset that is valid UTF-8 by chance is not. Labels
follow the WHATWG Encoding Standard where it matters (iso-8859-1 and ascii mean windows-1252).

The sign of double encoding (UTF-8 that was read as ISO-8859-1 and written as UTF-8 once more) are C1 controls
(U+0080 to U+009F), which no page prints: programs that take a page without a charset for ISO-8859-1 make
three characters of each dash, two of them controls.
"""

import codecs
import re

from charset_normalizer import from_bytes

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
_SIGN = re.compile(rb"\xc3[\x82-\xb4]\xc2[\x80-\x9f]")
"""The first two bytes of a character, each encoded by itself, the second one as a control."""
_DOUBLED = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(r"[\x80-\x9f]")
_LATIN = re.compile(r"[\xa1-\xff]")

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
            return _undo_double_encoding(utf8, body)
    return body.decode(declared if declared not in (None, "utf-8") else _guess_charset(body), "replace")


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


def _undo_double_encoding(text: str, body: bytes) -> str:
    """Return the text with each doubled character as it was meant; `body` is what it was decoded from.

    Nothing changes where a control is part of no character: then it is something else. Where the page has
    letters of Latin-1 besides, a pair such as "É" and a hard space may be its own, and stays.
    """
    if not _SIGN.search(body):
        return text
    rest = _DOUBLED.sub("", text)
    if _CONTROL.search(rest):
        return text
    is_whole = not _LATIN.search(rest)
    return _DOUBLED.sub(lambda found: _read_once(found[0], is_whole=is_whole), text)


def _read_once(pair: str, *, is_whole: bool) -> str:
    if not is_whole and not _CONTROL.search(pair):
        return pair
    try:
        return pair.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return pair
