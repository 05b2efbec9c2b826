"""Which character set a feed document is in, where its own word is missing, unknown or wrong. Pure.

Labels that Python does not know are read as the WHATWG Encoding Standard reads them.
"""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_WIDE = {
    b"x\0\0\0": "utf-32-le",
    b"\0\0\0x": "utf-32-be",
    b"x\0x\0": "utf-16-le",
    b"\0x\0x": "utf-16-be",
}
"""How four characters of ASCII look, an x for each byte that is not NUL."""
_LABELS = {
    "x-sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949", "windows-949": "cp949", "windows-874": "cp874", "x-mac-roman": "mac_roman",
    "x-cp1250": "cp1250", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "iso-8859-8-i": "iso8859_8",
    "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "dos-874": "cp874",
    "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs",
}  # fmt: skip
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^<>]{0,100}?\sencoding\s*=\s*[\"']([^\"'<>]{0,40})[\"']")
_DECLARATION = re.compile(r"^(\s*<\?xml[^>]{0,100}?)\s+encoding\s*=\s*[\"'][^\"'>]{0,40}[\"']")
_GUESSED_FROM = 32_768
_LONGEST_DECLARATION = 1000
_MOSTLY = 4
"""So many well-formed characters for each broken one make a document UTF-8."""


def wide_as_utf8(body: bytes) -> bytes | None:
    """Give a UTF-16 or UTF-32 document, with or without a byte order mark, in UTF-8; None for all others."""
    name = next((name for mark, name in _BOMS if body.startswith(mark)), None)
    if name is None:
        name = _WIDE.get(bytes(120 if byte else 0 for byte in body[:4]))
    if name is None:
        return None
    return _DECLARATION.sub(r"\1", body.decode(name, "replace").lstrip("\ufeff")).encode("utf-8", "replace")


def narrow_as_utf8(body: bytes, content_type: str | None) -> bytes | None:
    """Give a document in UTF-8 whose bytes are in that or in a set that is not the one it names.

    None leaves it to the name in header or declaration. Bytes that are valid UTF-8 are UTF-8, whatever a
    header or declaration says, and so are those that are nearly: one broken character spoils no document.
    """
    if b"\x1b" in body:  # ISO-2022 looks like ASCII
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    else:
        return body
    broken = text.count("\ufffd")
    if sum(map(str.isascii, text)) + broken * (1 + _MOSTLY) <= len(text):
        return _redeclared(text)
    label = declared(body, content_type)
    name = _LABELS.get(label) if label and not is_known(label) else None
    if label is None or label in {"utf-8", "utf8", "us-ascii", "ascii"}:
        best = from_bytes(body[:_GUESSED_FROM]).best()
        name = best.encoding if best and label is None else None
    return _redeclared(body.decode(name, "replace")) if name else None


def with_plain_declaration(body: bytes) -> bytes:
    """Give a document whose declaration is ASCII without NUL and stands on a line of its own.

    On any other feedparser fails: it looks for the encoding in the whole first line, past the declaration's
    end as well, and takes the last one for the document's.
    """
    if not body.startswith(b"<?"):
        return body
    end = body.find(b"?>", 0, _LONGEST_DECLARATION)
    end = _LONGEST_DECLARATION if end < 0 else end + 2
    first, rest = body[:end], body[end:]
    if not first.isascii() or b"\0" in first:
        first = bytes(byte if 0 < byte < 128 else 63 for byte in first)  # noqa: PLR2004
    return first + b"\n" + rest


def declared(body: bytes, content_type: str | None) -> str | None:
    """Give the name of the character set: the header's (RFC 7303 section 3), else the declaration's."""
    named = CHARSET.search(content_type or "")
    if named and (is_known(named[1]) or named[1].lower() in _LABELS):
        return named[1].lower()
    stated = _DECLARED.match(body[:400])
    return stated[1].decode("ascii", "replace").strip().lower() if stated else None


def is_known(name: str) -> bool:
    """Tell whether a name stands for a character set here."""
    try:
        "".encode(codecs.lookup(name).name)  # what turns bytes into bytes is no character set
    except (LookupError, ValueError):
        return False
    return True


def _redeclared(text: str) -> bytes:
    return _DECLARATION.sub(r"\1", text).encode("utf-8", "replace")
