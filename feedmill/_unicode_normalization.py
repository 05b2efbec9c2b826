"""Brings text to a Unicode form (UAX #15) in linear time: runs of combining marks are bounded before.

The canonical ordering of a run of marks is quadratic in its length, in the standard library as elsewhere. So
every text passes `bound_marks` first, which leaves "stream-safe" text (UAX #15 section 13) as it is: no
writing system needs more than a few marks on a letter. No other module calls `unicodedata.normalize`.
"""

import html
import re
import unicodedata
from typing import Literal

MOST_MARKS = 30
"""Combining marks in a row, as the Stream-Safe Text Format (UAX #15) allows; what is more is dropped."""
_ODD_MARKS = "\uff9e\uff9f\u0f73\u0f75\u0f81"
"""Marks only once they are decomposed."""
_LONG_NUMBER = re.compile(r"&#[0-9]{4000,};?")


def normalize_unicode(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Bring a text to a normalization form; of its runs of marks the first MOST_MARKS each stay."""
    if text.isascii():
        return text
    return unicodedata.normalize(form, bound_marks(text))


def bound_marks(text: str) -> str:
    """Drop the combining marks that follow MOST_MARKS others; a text without such runs stays as it is."""
    if text.isascii():
        return text
    kept, done, end = [], 0, 0
    for step, character in enumerate(text[:: MOST_MARKS + 1]):  # a longer run has one of these
        at = step * (MOST_MARKS + 1)
        if at < end or not _is_mark(character):
            continue
        begin, end = at, at + 1
        while begin > done and _is_mark(text[begin - 1]):
            begin -= 1
        while end < len(text) and _is_mark(text[end]):
            end += 1
        if end - begin > MOST_MARKS:
            kept.append(text[done : begin + MOST_MARKS])
            done = end
    return "".join((*kept, text[done:])) if kept else text


def unescape(markup: str) -> str:
    """Replace character references (HTML, section 13.5); one of thousands of digits becomes U+FFFD.

    The standard library's `html.unescape` raises ValueError for those.
    """
    return html.unescape(_LONG_NUMBER.sub("\ufffd", markup)) if "&" in markup else markup


def _is_mark(character: str) -> bool:
    return character >= "\u0300" and (unicodedata.combining(character) > 0 or character in _ODD_MARKS)
