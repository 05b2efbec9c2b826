"""Undoes double encoding: UTF-8 that was read as ISO-8859-1 and written as UTF-8 once more.

Its sign are C1 controls (U+0080 to U+009F), which no page prints: programs that take a page without a charset
for ISO-8859-1 make three characters of each dash, two of them controls.
"""

import re

_SIGN = re.compile(rb"\xc3[\x82-\xb4]\xc2[\x80-\x9f]")
"""The first two bytes of a character, each encoded by itself, the second one as a control."""
_DOUBLED = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(r"[\x80-\x9f]")
_LATIN = re.compile(r"[\xa1-\xff]")


def undo_double_encoding(text: str, body: bytes) -> str:
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
