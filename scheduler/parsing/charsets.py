"""Decides a feed document's character set where its declaration is missing, unknown or wrong. Pure.

Labels that Python has no codec for are read as the WHATWG Encoding Standard reads them.
"""

import codecs
import re
from itertools import pairwise

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
_DEFAULTS = ("iso8859-1", "utf-8", "ascii", "cp1252")
"""What servers say of files that they know nothing of."""
_LATIN = frozenset(
    {"ascii", "cp1250", "cp1252", "cp1254", "cp1257", "mac-roman", "iso8859-1"}
    | {f"iso8859-{part}" for part in (2, 3, 4, 9, 10, 13, 14, 15, 16)}
)
_LENIENT = {"ascii": "iso8859-1", "cp1252": "iso8859-1"}
"""Sets whose unused bytes mean what they do in another."""
_SIBLINGS = {
    "iso8859-1": "cp1252", "iso8859-2": "cp1250", "iso8859-7": "cp1253", "iso8859-8": "cp1255",
    "iso8859-6": "cp1256", "iso8859-9": "cp1254", "iso8859-13": "cp1257", "iso8859-15": "cp1252",
}  # fmt: skip
"""Sets of Windows that have signs where these have none, and nearly the same letters."""
_UNSIGNED = re.compile(rb"[\x80-\x9f]")
_WESTERN = re.compile(
    r"[\x00-\x7f\u00a0\u00a7\u00a9\u00ab\u00ae\u00b0\u00b7\u00bb\u00bf\u00a1\u2013-\u203a\u20ac"
    r"àâäáãåæçéèêëîïíìñôöóòõøùûüúßœÀÂÄÁÃÅÆÇÉÈÊËÎÏÍÑÔÖÓÕØÙÛÜÚŒ]*"
)
"""Texts of the languages of Western Europe, Icelandic aside."""
_AS_LATIN = frozenset({"iso8859-1", "cp1252", "iso8859-15"})
"""Sets whose signs for Icelandic (Ð Ý Þ) stand where those of the Turkish sets have Ğ İ Ş."""
_ICELANDIC_OR_TURKISH = re.compile(r"[ÐÝÞðýþ]")
_TURKISH_ALONE = re.compile(r"[çüÇÜ]")
_NEITHER_TURKISH = re.compile(r"[\u00c0-\u00ff](?<![çöüâîûÇÖÜÂÎÛÐÝÞðýþ\u00d7\u00f7])")
_LEAST_TURKISH, _LEAST_DOTLESS = 3, 2
"""Letters of the three pairs, and of them the dotless i, by far the most frequent, in what may be Turkish."""
_MAX_FOREIGN_SHARE = 0.05
"""Share of the letters with marks that Turkish has not; of Icelandic ones half are á, é, í, ó, ú or æ."""
_KANA = re.compile(r"[\u3041-\u30fc]")
_MOST_KANA = 0.2
"""Share of a Japanese text's signs past ASCII that are kana at least; Chinese and Korean have none."""
_RUNS = re.compile(r"[^\x00-\x7f\xa0]{3,}")
_MOST_IN_RUNS = 0.6
"""Share of the signs past ASCII that stand beside each other."""
_WORDS = re.compile(r"[^\W\d_]{4,40}")
_HAS_ASCII = re.compile(r"[A-Za-z]")
_MOST_ODD = 0.3
"""Share of words with a capital behind a small letter, or with letters of two alphabets."""
_MOST_SHOUTED, _FEW = 0.6, 4
"""Share of words in capitals, and how many may be in any case."""
_WEB = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "cp866", "koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "cp932", "euc_jp", "gb18030",
    "big5", "big5hkscs", "cp949", "euc_kr", "utf_8",
]  # fmt: skip
"""What the detector chooses from: the sets of the Encoding Standard that are met."""
_MARKUP = re.compile(rb"<[^<>]{0,2000}>")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^<>]{0,100}?\sencoding\s*=\s*[\"']([^\"'<>]{0,40})[\"']")
_DECLARATION = re.compile(r"^(\s*<\?xml[^>]{0,100}?)\s+encoding\s*=\s*[\"'][^\"'>]{0,40}[\"']")
_MAX_GUESSED_BYTES = 32_768
"""Bytes from which a character set is guessed: guessing costs time by the byte, and letters recur."""
_MAX_DECLARATION_BYTES = 1000
"""Bytes in which an XML declaration must end; what is longer is cut here, so that it cannot hide the root."""
_MIN_WHOLE_PER_BROKEN = 4
"""Well-formed characters for each broken one from which a document is UTF-8."""


def convert_wide_to_utf8(body: bytes) -> bytes | None:
    """Convert a UTF-16 or UTF-32 document, with or without a byte order mark, to UTF-8; None for others."""
    name = next((name for mark, name in _BOMS if body.startswith(mark)), None)
    if name is None:
        name = _WIDE.get(bytes(120 if byte else 0 for byte in body[:4]))
    if name is None:
        return None
    return _DECLARATION.sub(r"\1", body.decode(name, "replace").lstrip("\ufeff")).encode("utf-8", "replace")


def convert_named_to_utf8(body: bytes, content_type: str | None) -> bytes:
    """Return a document that is no XML in UTF-8, whichever set its bytes are in."""
    converted = convert_narrow_to_utf8(body, content_type)
    label = find_charset(body, content_type)
    if converted is not None or label is None or not is_known(label):
        return body if converted is None else converted
    return body.decode(label, "replace").encode("utf-8", "replace")


def convert_narrow_to_utf8(body: bytes, content_type: str | None) -> bytes | None:
    """Return a document in UTF-8 whose bytes are in that or in a set that is not the one it names.

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
    if sum(map(str.isascii, text)) + broken * (1 + _MIN_WHOLE_PER_BROKEN) <= len(text):
        return _rewrite_encoding(text)
    better = _choose_better(body, content_type)
    if better is not None:
        return _rewrite_encoding(body.decode(better, "replace"))
    label = find_charset(body, content_type)
    name = _LABELS.get(label) if label and not is_known(label) else None
    if label is None or label in {"utf-8", "utf8", "us-ascii", "ascii"}:
        name = _detect(body) if label is None else None
    return _rewrite_encoding(body.decode(name, "replace")) if name else None


def _choose_better(body: bytes, content_type: str | None) -> str | None:
    """Return the set that the bytes are in where the one that counts by the rules does not fit them.

    A declaration that fits counts more than a server's default; a set that fits no known writing
    gives way to the other that is named, then to the detector's. None: the rules (`find_charset`) hold.
    """
    header, declared = _canonical(_find_in_header(content_type)), _canonical(_find_declared(body))
    named = header or declared
    if named is None:
        return None
    if {header, declared} - {None} <= _AS_LATIN and _is_turkish(body):
        return "cp1254"
    fits = {name: fits_bytes(body, name) for name in {header, declared} if name}
    if declared and declared != header and fits[declared]:
        known_better = header in _DEFAULTS and declared not in _DEFAULTS
        if header and (known_better or not fits[header]):
            return declared
    sibling = _SIBLINGS.get(named)
    if sibling and _UNSIGNED.search(body) and fits_bytes(body, sibling) and fits[named]:
        return sibling
    if fits[named]:
        return None
    found = _canonical(_detect(_drop_markup(body)))
    return found if found and found not in fits and fits_bytes(body, found) else None


def fits_bytes(body: bytes, name: str) -> bool:
    """Return whether bytes may be text in a character set: all of them stand for something that people write.

    In Latin letters those with marks stand among others; in other alphabets words are of one, and neither
    are most of them in capitals nor do capitals follow small letters.
    """
    try:
        text = body.decode(_LENIENT.get(name, name))
    except (UnicodeDecodeError, LookupError):
        return False
    marked = sum(not sign.isascii() for sign in text)
    if name in _LATIN:
        return sum(len(run[0]) for run in _RUNS.finditer(text)) <= marked * _MOST_IN_RUNS
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    shouted = sum(word.isupper() for word in words)
    odd = sum(_has_hump(word) or _HAS_ASCII.search(word) is not None for word in words)
    return odd <= len(words) * _MOST_ODD and shouted <= max(len(words) * _MOST_SHOUTED, _FEW)


def _is_turkish(body: bytes) -> bool:
    """Return by their letters whether bytes are Turkish, which Western sets show as half Icelandic."""
    text = _drop_markup(body).decode("cp1252", "replace")
    pairs = _ICELANDIC_OR_TURKISH.findall(text)
    if len(pairs) < _LEAST_TURKISH or pairs.count("ý") < _LEAST_DOTLESS:
        return False
    own, foreign = len(_TURKISH_ALONE.findall(text)), len(_NEITHER_TURKISH.findall(text))
    return own > 0 and foreign <= (len(pairs) + own + foreign) * _MAX_FOREIGN_SHARE


def _drop_markup(body: bytes) -> bytes:
    return _MARKUP.sub(b" ", body.replace(b"<![CDATA[", b" ").replace(b"]]>", b" "))


def _has_hump(word: str) -> bool:
    return any(one.islower() and two.isupper() for one, two in pairwise(word))


def _detect(body: bytes) -> str | None:
    """Detect the character set of bytes whose declarations are wrong, from their letters."""
    for name in ("cp932", "euc_jp"):
        if _has_kana(body, name):
            return name
    if _is_turkish(body):
        return "cp1254"
    found = [match.encoding for match in from_bytes(body[:_MAX_GUESSED_BYTES], cp_isolation=_WEB)]
    best = next((name for name in found if fits_bytes(body, codecs.lookup(name).name)), None)
    if best is None:
        return found[0] if found else None
    is_latin = codecs.lookup(best).name in _LATIN
    return "cp1252" if is_latin and _WESTERN.fullmatch(body.decode("cp1252", "replace")) else best


def _has_kana(body: bytes, name: str) -> bool:
    try:
        text = body.decode(name)
    except UnicodeDecodeError:
        return False
    return len(_KANA.findall(text)) > sum(not sign.isascii() for sign in text) * _MOST_KANA


def rewrite_declaration(body: bytes) -> bytes:
    """Return a document whose declaration is ASCII without NUL and stands on a line of its own.

    On any other feedparser fails: it looks for the encoding in the whole first line, past the declaration's
    end as well, and takes the last one for the document's.
    """
    if not body.startswith(b"<?"):
        return body
    end = body.find(b"?>", 0, _MAX_DECLARATION_BYTES)
    end = _MAX_DECLARATION_BYTES if end < 0 else end + 2
    first, rest = body[:end], body[end:]
    if not first.isascii() or b"\0" in first:
        first = bytes(byte if 0 < byte < 128 else 63 for byte in first)  # noqa: PLR2004
    return first + b"\n" + rest


def find_charset(body: bytes, content_type: str | None) -> str | None:
    """Return the name of the character set: the header's (RFC 7303 section 3), else the declaration's."""
    return _find_in_header(content_type) or _find_declared(body)


def _find_in_header(content_type: str | None) -> str | None:
    named = CHARSET.search(content_type or "")
    return named[1].lower() if named and (is_known(named[1]) or named[1].lower() in _LABELS) else None


def _find_declared(body: bytes) -> str | None:
    stated = _DECLARED.match(body[:400])
    return stated[1].decode("ascii", "replace").strip().lower() if stated else None


def _canonical(label: str | None) -> str | None:
    """Return Python's own name for a character set; None for an unknown one."""
    name = _LABELS.get(label, label) if label else None
    return codecs.lookup(name).name if name and is_known(name) else None


def is_known(name: str) -> bool:
    """Return whether a name stands for a character set here."""
    try:
        "".encode(codecs.lookup(name).name)  # what turns bytes into bytes is no character set
    except (LookupError, ValueError):
        return False
    return True


def _rewrite_encoding(text: str) -> bytes:
    return _DECLARATION.sub(r"\1", text).encode("utf-8", "replace")
