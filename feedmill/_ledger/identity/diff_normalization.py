"""Reduces a text to what counts in a diff: forms of quotes, counters and time stamps do not. Pure."""

import re

from feedmill._ledger.identity.ignored_diff_words import COUNTED, DAYS, FILLERS, MONTHS
from feedmill._unicode_normalization import normalize_unicode

_FORMS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u02bc`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f«»", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
}
_FORM = re.compile(f"[{''.join(_FORMS)}]")
_MARKS_BETWEEN = ("|", "\u2022", "\u00b7")
"""What parts pieces besides line ends."""
_SENTENCE_ENDS = (".", "!", "?", "\u3002")
"""What parts a piece from the next one with a space after it."""
_LETTERS = re.compile(r"[^\W\d_]+")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_DATE = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")
_MAX_PIECE_CHARS = 90
"""Characters of the longest counter or time stamp; a longer line is prose, and part of the substance."""
_MAX_LABEL_WORDS = 4
"""Words of a label without a number that may name a count ("no comments yet"); more are a sentence."""
_KNOWN = COUNTED | FILLERS | MONTHS | DAYS


def normalize_for_diff(text: str) -> str:
    """Fold a text to what a reader would call a change: the same result for the same substance.

    White space, the form of quotes and dashes and invisible characters do not count; nor do pieces (lines,
    sentences) that only count ("12 comments", "5 min read") or name a time ("Updated 3 hours ago").
    """
    plain = text
    if not text.isascii():
        plain = normalize_unicode("NFKC", _FORM.sub(lambda found: _FORMS[found[0]], plain))
    kept = (piece for piece in _split_pieces(plain) if piece and not is_counter_or_timestamp(piece))
    return " ".join(" ".join(kept).split()).replace("''", '"')


def _split_pieces(text: str) -> list[str]:
    """Split a text into its lines and sentences; replacing is many times quicker here than one pattern."""
    for mark in _MARKS_BETWEEN:
        text = text.replace(mark, "\n")
    for end in _SENTENCE_ENDS:
        text = text.replace(f"{end} ", f"{end}\n")
    return text.split("\n")


def is_counter_or_timestamp(piece: str) -> bool:
    """Return whether a line or sentence is nothing but a counter or a time stamp."""
    if len(piece) > _MAX_PIECE_CHARS:
        return False
    words = []
    for found in _LETTERS.finditer(piece):
        words.append(found[0].casefold())
        if words[-1] not in _KNOWN:
            return False
    if not words:
        return False
    digits = any(character.isdigit() for character in piece)
    if any(word in COUNTED for word in words):
        return digits or len(words) <= _MAX_LABEL_WORDS
    clock = bool(_CLOCK.search(piece))
    if any(word in MONTHS for word in words):
        return digits and (clock or any(word in DAYS for word in words))
    return clock and bool(_DATE.search(piece))
