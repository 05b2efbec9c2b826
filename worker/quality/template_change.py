"""Decides by a source's own history whether its site has changed its template. Pure.

A page leaves a mark: how it came out, the words of its text, the share of lines that were removed. The
latest WINDOW marks are held against those before them. Three signs count, each only when most of the window
shows it and the history hardly ever does:

- `outcome`: pages give no article, or only the feed's text
- `length`: texts are shorter or longer than nearly all before, by half or double at least
- `removed`: far more is taken out than before

Pages come in runs (agency items at night, long reads on Sunday): a window must show a sign far more often
than any window of the history did. docs/text.md has the false alarm rate.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median
from typing import Literal

from worker.page_models import CleanedArticle, RejectedPage

WINDOW = 12
"""Latest pages that are compared with the history: more show a change later, fewer are a run of odd items."""
LEAST = 30
"""Pages that a history must have to be one: a shorter one has not had the source's runs."""
SETTLED = 60
"""Pages after a change from which on what they show is the usual."""
_MIN_SHOWING_PAGES = 9
"""Pages of the window that must show a sign: three of four, so that a run of odd items is none."""
_MIN_PAGES_ABOVE_RUNS = 4
"""Pages by which the window must exceed the worst window of the history; fewer would be one of its runs."""
_MAX_CHANCE = 1e-6
"""Chance of the window at the history's rate above which it is no sign; raising it brings false alarms."""
_TAIL_SHARE = 0.1
"""Share of the history at either end that is unusual: what lies beyond counts towards a sign."""
_LENGTH_FACTOR = 2.0
"""Factor by which the median length must differ from the history's; less may be a change of subjects."""
_RUN_PAGES = 5
"""Pages of the history in a row whose median length is compared: long and short items come in runs."""
_RUN_FACTOR = 1.4
"""Factor by which the median length must lie beyond the history's shortest or longest run."""
_MIN_REMOVED_INCREASE = 0.15
"""Increase of the removed share (0 to 1) that counts; less is one box more in the same template."""
_LAYOUT = struct.Struct(">cHB")
_MAX_WORDS = 65_535
"""What two bytes of `_LAYOUT` hold; longer texts count as that long."""
_SHORT_SHARE = 0.25
"""Part of the words at the lower tail under which a text is unusual: well outside of what is published."""
_LONG_FACTOR = 6.0
"""Multiple of the words at the upper tail above which a text is unusual; lengths spread further upwards."""

ChangeSign = Literal["outcome", "length", "removed"]
Kind = Literal["page", "feed", "none"]
_LETTERS: dict[Kind, bytes] = {"page": b"p", "feed": b"f", "none": b"n"}
_KINDS: dict[bytes, Kind] = {letter: kind for kind, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class PageStats:
    """How a page came out."""

    kind: Kind
    """The text is from the page, from the feed, or there is no article."""
    words: int = 0
    removed: float = 0.0
    """The share (0 to 1) of characters that was taken out."""


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """A site changed (`sign`), or has settled; `before` and `now` are texts for people."""

    settled: bool
    sign: str
    before: str = ""
    now: str = ""


def measure_page(read: CleanedArticle | RejectedPage) -> PageStats:
    """Measure a page that has been read."""
    if isinstance(read, RejectedPage):
        return PageStats("none")
    removed = sum(len(piece.text) for piece in read.removed)
    return PageStats(
        "page" if read.text_from == "page" else "feed", read.word_count, removed / (removed + len(read.text))
    )


def pack_page_stats(mark: PageStats) -> bytes:
    """Write a mark as the ledger stores it: 4 bytes."""
    return _LAYOUT.pack(_LETTERS[mark.kind], min(mark.words, _MAX_WORDS), round(min(mark.removed, 1) * 255))


def unpack_page_stats(data: bytes) -> PageStats:
    """Read what `pack` wrote."""
    letter, words, removed = _LAYOUT.unpack(data)
    return PageStats(_KINDS.get(letter, "none"), words, removed / 255)


def detect_template_change(marks: Sequence[PageStats], since: int | None) -> TemplateChange | None:
    """Check a source's history, the latest mark first; `since`: pages since a change that was announced."""
    if since is None:
        return _detect_change(marks[:WINDOW], marks[WINDOW:])
    if since < WINDOW * 2:
        return None
    latest, history = marks[:WINDOW], marks[since:]
    if len(history) >= LEAST and _detect_change(latest, history) is None and _is_alike(latest, history):
        return TemplateChange(settled=True, sign="as_before")
    if since >= SETTLED or len(history) < LEAST:
        return TemplateChange(settled=True, sign="new_usual")
    return None


def find_usual_word_range(marks: Sequence[PageStats]) -> tuple[int, int] | None:
    """Return the words that a text of the source has at least and at most; None while too little is known."""
    words = [mark.words for mark in marks if mark.kind == "page"]
    if len(words) < LEAST:
        return None
    least, most = _find_tails(words)
    return round(least * _SHORT_SHARE), round(most * _LONG_FACTOR)


def _detect_change(latest: Sequence[PageStats], history: Sequence[PageStats]) -> TemplateChange | None:
    if len(latest) < WINDOW or len(history) < LEAST:
        return None
    return (
        _detect_by_outcome(latest, history)
        or _detect_by_length(latest, history)
        or _detect_by_removed(latest, history)
    )


def _is_alike(latest: Sequence[PageStats], history: Sequence[PageStats]) -> bool:
    """Return whether the window could be of the history by its middle; to show no sign is not enough."""
    now, before = _format_pages(latest), _format_pages(history)
    if (len(now) * 2 >= len(latest)) != (len(before) * 2 >= len(history)):
        return False
    if not now or not before:
        return True
    least, most = _find_tails([mark.words for mark in before])
    return least <= median(mark.words for mark in now) <= most


def _detect_by_outcome(latest: Sequence[PageStats], history: Sequence[PageStats]) -> TemplateChange | None:
    now, before = ([mark.kind != "page" for mark in marks] for marks in (latest, history))
    if not _stands_out(now, before):
        return None
    return TemplateChange(
        settled=False,
        sign="outcome",
        before=f"{sum(before)} of {len(before)} pages without a text of their own",
        now=f"{sum(now)} of {len(now)}",
    )


def _detect_by_length(latest: Sequence[PageStats], history: Sequence[PageStats]) -> TemplateChange | None:
    now, before = ([mark.words for mark in _format_pages(marks)] for marks in (latest, history))
    if len(now) < _MIN_SHOWING_PAGES or len(before) < LEAST * 2:  # long and short items come in runs
        return None
    least, most = _find_tails(before)
    middle, usual = median(now), median(before)
    runs = [median(before[at : at + _RUN_PAGES]) for at in range(len(before) - _RUN_PAGES + 1)]
    shorter = (
        middle * _LENGTH_FACTOR <= usual
        and middle * _RUN_FACTOR <= min(runs)
        and _stands_out([words < least for words in now], [words < least for words in before])
    )
    longer = (
        middle >= usual * _LENGTH_FACTOR
        and middle >= max(runs) * _RUN_FACTOR
        and _stands_out([words > most for words in now], [words > most for words in before])
    )
    if not (shorter or longer):
        return None
    return TemplateChange(
        settled=False, sign="length", before=f"{usual:.0f} words", now=f"{middle:.0f} words"
    )


def _detect_by_removed(latest: Sequence[PageStats], history: Sequence[PageStats]) -> TemplateChange | None:
    now, before = ([mark.removed for mark in _format_pages(marks)] for marks in (latest, history))
    if len(now) < _MIN_SHOWING_PAGES or len(before) < LEAST:
        return None
    _, most = _find_tails(before)
    usual, middle = median(before), median(now)
    if middle < usual + _MIN_REMOVED_INCREASE or not _stands_out(
        [share > most for share in now], [share > most for share in before]
    ):
        return None
    return TemplateChange(
        settled=False, sign="removed", before=f"{usual:.0%} removed", now=f"{middle:.0%} removed"
    )


def _format_pages(marks: Sequence[PageStats]) -> list[PageStats]:
    return [mark for mark in marks if mark.kind == "page"]


def _find_tails(values: Sequence[float]) -> tuple[float, float]:
    """Return the values below and above which a tenth lies."""
    ordered = sorted(values)
    tail = round(len(ordered) * _TAIL_SHARE)
    return ordered[tail], ordered[-1 - tail]


def _stands_out(now: Sequence[bool], before: Sequence[bool]) -> bool:
    """Return whether most of the window shows what its history never showed so often.

    Next to impossible at the history's rate (binomial tail), and well above what any window of the history
    showed: pages come in runs.
    """
    seen = sum(now)
    if seen < _MIN_SHOWING_PAGES or seen < _longest_run(before) + _MIN_PAGES_ABOVE_RUNS:
        return False
    rate = (sum(before) + 1) / (len(before) + 2)
    chances = (comb(len(now), k) * rate**k * (1 - rate) ** (len(now) - k) for k in range(seen, len(now) + 1))
    return sum(chances) < _MAX_CHANCE


def _longest_run(flags: Sequence[bool]) -> int:
    return max(sum(flags[at : at + WINDOW]) for at in range(max(1, len(flags) - WINDOW + 1)))
