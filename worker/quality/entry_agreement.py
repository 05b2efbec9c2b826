"""Compares a page with the words of its entry: title and summary. Pure."""

import re
from dataclasses import dataclass

from feedmill._ledger.core.records import Entry
from worker.document.block_tests import fold_text
from worker.metadata.page_declarations import strip_markup
from worker.quality.confidence import read_entry_summary

_WORD = re.compile(r"[^\W\d_\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]{4,}")
_DENSE = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]+")
_STEM_CHARS = 5
"""Bounds what is compared of a word: endings differ between a headline and its text."""
_MOST_STEMS = 80
"""Bounds the stems that are compared, and with them the time."""
_ENOUGH_STEMS = 4
"""Fewer stems may be in any text by chance."""
_SUMMARY_SHARE = 0.6
"""From this share of its stems on a summary stands in a text, which may have been rewritten since."""
_TITLE_SHARE = 0.5
"""From this share of its stems on a title is a headline: titles are shortened, and changed more often."""
_NOTHING_SHARE = 0.12
"""Up to this share of its stems an entry has nothing of a text but words that all texts have."""
_SUMMARY_LENGTH = 1.3
"""Up to so many times a summary's length a text with its words has but a line or two more."""


@dataclass(frozen=True, slots=True)
class EntryAgreement:
    """What a page has of its entry; all False where there is no entry."""

    title: bool = False
    """The page's headline is the entry's title, or has most of its words."""
    summary: bool = False
    """Most words of the entry's summary or content stand in the text."""
    unrelated: bool = False
    """Nothing of the entry stands in headline or text."""


def compare_with_entry(entry: Entry | None, headlines: tuple[str, ...], text: str) -> EntryAgreement:
    """Compare an entry with a page's headlines and the beginning of its text."""
    if entry is None:
        return EntryAgreement()
    listed = strip_markup(entry.title or "")
    summary = read_entry_summary(entry) or strip_markup((entry.content or "")[:2000])
    titled = any(
        fold_text(listed) == fold_text(line) or _measure(listed, line) >= _TITLE_SHARE
        for line in headlines
        if listed and line
    )
    has_summary = _count(summary) >= _ENOUGH_STEMS and _measure(summary, text) >= _SUMMARY_SHARE
    shown = " ".join((*headlines, text))
    both = f"{listed} {summary}"
    comparable = _count(both) >= _ENOUGH_STEMS and _is_dense(both) == _is_dense(shown)
    return EntryAgreement(
        title=titled,
        summary=has_summary,
        unrelated=comparable
        and not (titled or has_summary)
        and _measure(listed, shown) <= _NOTHING_SHARE
        and _measure(summary, shown) <= _NOTHING_SHARE,
    )


def is_summary_only(entry: Entry | None, text: str) -> bool:
    """Return whether a text has no more than the entry's summary, a line such as "read more" aside."""
    summary = read_entry_summary(entry)
    return (
        bool(summary)
        and len(text) <= len(summary) * _SUMMARY_LENGTH
        and _measure(summary, text) >= _SUMMARY_SHARE
    )


def _stems(text: str) -> frozenset[str]:
    folded = text[:4000].casefold()
    stems = [word[:_STEM_CHARS] for word in _WORD.findall(folded)]
    for run in _DENSE.findall(folded):
        stems += [run[place : place + 2] for place in range(len(run) - 1)]
    return frozenset(stems[:_MOST_STEMS])


def _count(text: str) -> int:
    return len(_stems(text))


def _measure(reference: str, text: str) -> float:
    """Measure which share of the stems of a reference stands in a text; 0 where it has none."""
    stems = _stems(reference)
    folded = text.casefold()
    return sum(stem in folded for stem in stems) / len(stems) if stems else 0.0


def _is_dense(text: str) -> bool:
    return sum(map(len, _DENSE.findall(text))) * 3 > len(text)
