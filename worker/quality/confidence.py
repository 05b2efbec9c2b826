"""Lists the evidence against a text as doubts, and computes the confidence that is left. Pure.

Evidence is what was not written for the extractor: the feed's summary and content, the page's title and its
description, JSON-LD, the usual length of the source's texts.
"""

import re
from collections.abc import Collection, Iterable

from feedmill._ledger.core.records import Entry
from worker.document.blocks import normalize_line
from worker.metadata.metadata_reader import Metadata
from worker.metadata.page_declarations import strip_markup
from worker.page_models import CleanedArticle

CONFIDENCE_FACTORS = {
    "summary_absent": 0.6,
    "title_absent": 0.8,
    "told_longer": 0.6,
    "unusual_length": 0.7,
    "short": 0.7,
    "not_free": 0.9,
    "feed_only": 0.9,
    "trimmed": 0.6,
    "more_pages": 0.7,
}
"""Each word with what it leaves of the confidence."""
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}")
MOST_SOUGHT = 500
"""Words searched for letter by letter: each costs a search of the whole text."""
MIN_REFERENCE_WORDS = 6
"""Longer words that a reference must have to be compared; the share of fewer is chance, and counts as 1."""
_MIN_TITLE_WORDS = 4
"""As `MIN_REFERENCE_WORDS`, for titles, which are shorter."""
MIN_SUMMARY_SHARE = 0.35
"""Share of a summary's words under which a text is doubted as not the summarized one."""
_MIN_TITLE_SHARE = 0.25
"""As `MIN_SUMMARY_SHARE`, for titles: lower, as a headline's words need not come back in its text."""
MIN_JSONLD_CHARS = 400
"""Characters from which JSON-LD's `articleBody` is compared; a shorter one is an abstract."""
CUT_SHARE = 0.6
"""Share of another version's length (JSON-LD's, the feed's) under which a text is a part of that one."""
SHORT_WORDS = 50
"""A text of fewer words may be a part of one."""
_SHORT_NOT_FREE_WORDS = 200
"""Words under which a text marked as not free may be its teaser; a longer one is likely whole."""
_MAX_SUMMARY_CHARS = 600
"""Characters of a summary that are compared: its beginning suffices. Markup gets four times that."""


def find_doubts(
    cleaned: CleanedArticle,
    facts: Metadata,
    entry: Entry | None,
    usual: tuple[int, int] | None = None,
    *,
    trimmed: bool = False,
) -> tuple[str, ...]:
    """List the doubts about a text.

    `usual`: words that texts of its source have, at least and at most; `trimmed`: not all of the page was
    read (`worker.document.page_trimming`).
    """
    found = {
        "summary_absent": measure_word_share(read_entry_summary(entry) or facts.description, cleaned.text)
        < MIN_SUMMARY_SHARE,
        "title_absent": measure_word_share(facts.title, cleaned.text, _MIN_TITLE_WORDS) < _MIN_TITLE_SHARE,
        "told_longer": _is_cut(cleaned, facts.body),
        "unusual_length": usual is not None and not usual[0] <= cleaned.word_count <= usual[1],
        "short": cleaned.word_count < SHORT_WORDS,
        "not_free": facts.free is False and cleaned.word_count < _SHORT_NOT_FREE_WORDS,
        "feed_only": cleaned.text_from == "feed",
        "trimmed": trimmed,
        "more_pages": facts.more_pages and cleaned.text_from == "page",
    }
    if cleaned.text_from == "feed":
        found["summary_absent"] = found["title_absent"] = False
    return tuple(doubt for doubt, seen in found.items() if seen)


def compute_confidence(doubts: Iterable[str]) -> float:
    """Return what the doubts leave of 1, two digits."""
    left = 1.0
    for doubt in doubts:
        left *= CONFIDENCE_FACTORS[doubt]
    return round(left, 2)


def read_entry_summary(entry: Entry | None) -> str:
    """Return the beginning of an entry's summary as plain text."""
    return (
        normalize_line(strip_markup((entry.summary or "")[: 4 * _MAX_SUMMARY_CHARS]))[:_MAX_SUMMARY_CHARS]
        if entry
        else ""
    )


def measure_word_share(reference: str | None, text: str, enough: int = MIN_REFERENCE_WORDS) -> float:
    """Measure which share of a reference's longer words stands in a text; 1 where there are too few."""
    words = {word.casefold() for word in _WORD.findall(reference or "")}
    if len(words) < enough:
        return 1.0
    return share_of(words, text)


def share_of(words: Collection[str], text: str) -> float:
    """Measure which share of folded words stands in a text, each by itself or within another word.

    Those that stand by themselves are found at once; of the others the first MOST_SOUGHT are searched for.
    """
    folded = text.casefold()
    if len(words) <= MOST_SOUGHT:
        return sum(word in folded for word in words) / len(words)
    alone = set(_WORD.findall(folded)) | set(folded.split())
    others = sorted(word for word in words if word not in alone)
    within = sum(word in folded for word in others[:MOST_SOUGHT])
    return (len(words) - len(others) + within) / len(words)


def may_be_fuller_in_feed(entry: Entry, cleaned: CleanedArticle) -> bool:
    """Return whether the feed's own content is worth reading: markup and all it is longer by far."""
    return len(entry.content or "") * CUT_SHARE > len(cleaned.text)


def is_fuller_in_feed(feed_text: CleanedArticle, cleaned: CleanedArticle) -> bool:
    """Return whether the feed's text is the same article as the page's, and far more of it."""
    return (
        cleaned.word_count < feed_text.word_count * CUT_SHARE
        and measure_word_share(cleaned.text, feed_text.text) > 1 - MIN_SUMMARY_SHARE
    )


def _is_cut(cleaned: CleanedArticle, body: str | None) -> bool:
    return body is not None and len(body) >= MIN_JSONLD_CHARS and len(cleaned.text) < len(body) * CUT_SHARE
