"""What speaks against a text, in short words, and the confidence that is left. Pure.

Evidence is what nobody wrote for the extractor: the feed's summary and content, the page's title and its
description, JSON-LD, the usual length of the source's texts.
"""

import re
from collections.abc import Iterable

from feedmill._ledger.records import Entry
from worker.blocks import plain
from worker.metadata import Metadata
from worker.page import Cleaned
from worker.told.head import untagged

DOUBTS = {
    "summary_absent": 0.6,
    "title_absent": 0.8,
    "told_longer": 0.6,
    "unusual_length": 0.7,
    "short": 0.7,
    "not_free": 0.9,
    "feed_only": 0.9,
}
"""Each word with what it leaves of the confidence."""
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}")
_ENOUGH_WORDS = 6
_ENOUGH_TITLE = 4
_FEW = 0.35
_FEW_OF_TITLE = 0.25
_TOLD = 400
_CUT = 0.6
_SHORT = 50
_NOT_FREE = 200
_LOOKED_AT = 600


def weigh(
    cleaned: Cleaned, about: Metadata, entry: Entry | None, usual: tuple[int, int] | None = None
) -> tuple[str, ...]:
    """List the doubts about a text; `usual`: words that texts of its source have, at least and at most."""
    found = {
        "summary_absent": share_found(summary_of(entry) or about.description, cleaned.text) < _FEW,
        "title_absent": share_found(about.title, cleaned.text, _ENOUGH_TITLE) < _FEW_OF_TITLE,
        "told_longer": _is_cut(cleaned, about.body),
        "unusual_length": usual is not None and not usual[0] <= cleaned.word_count <= usual[1],
        "short": cleaned.word_count < _SHORT,
        "not_free": about.free is False and cleaned.word_count < _NOT_FREE,
        "feed_only": cleaned.text_from == "feed",
    }
    if cleaned.text_from == "feed":
        found["summary_absent"] = found["title_absent"] = False
    return tuple(doubt for doubt, seen in found.items() if seen)


def confidence(doubts: Iterable[str]) -> float:
    """Give what the doubts leave of 1, two digits."""
    left = 1.0
    for doubt in doubts:
        left *= DOUBTS[doubt]
    return round(left, 2)


def summary_of(entry: Entry | None) -> str:
    """Give the beginning of what a feed says of an article, as plain text."""
    return plain(untagged((entry.summary or "")[: 4 * _LOOKED_AT]))[:_LOOKED_AT] if entry else ""


def share_found(told: str | None, text: str, enough: int = _ENOUGH_WORDS) -> float:
    """Measure which share of the longer words of what is told stands in a text; 1 where there are too few."""
    words = {word.casefold() for word in _WORD.findall(told or "")}
    if len(words) < enough:
        return 1.0
    folded = text.casefold()
    return sum(word in folded for word in words) / len(words)


def may_be_fuller(entry: Entry, cleaned: Cleaned) -> bool:
    """Tell whether the feed's own content is worth reading: markup and all it is longer by far."""
    return len(entry.content or "") * _CUT > len(cleaned.text)


def is_fuller(fed: Cleaned, cleaned: Cleaned) -> bool:
    """Tell whether the feed's text is the same article as the page's, and far more of it."""
    return cleaned.word_count < fed.word_count * _CUT and share_found(cleaned.text, fed.text) > 1 - _FEW


def _is_cut(cleaned: Cleaned, body: str | None) -> bool:
    return body is not None and len(body) >= _TOLD and len(cleaned.text) < len(body) * _CUT
