"""Reads lines that state how long an article takes to read ("5 min read"), in thirty languages. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from worker.vocabulary.labels import load_labels, normalize_label

_MAX_TIME_CHARS = 90
"""Characters of the longest line that states a reading time."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _ReadingTimePatterns:
    line: re.Pattern[str]
    """A whole line that states a reading time."""
    under: frozenset[str]
    """Lines for less than a minute, without a number."""


@lru_cache(maxsize=1)
def _load_patterns() -> _ReadingTimePatterns:
    times = load_labels().read_times
    under = frozenset(normalize_label(line) for part in times for line in part.get("under", ()))
    return _ReadingTimePatterns(_compile_line(times), under)


def _compile_line(times: Sequence[dict[str, list[str]]]) -> re.Pattern[str]:
    """Build the pattern of a whole line: words before, an amount by its units, words after."""

    def either(key: str) -> str:
        words = {normalize_label(word) or word for part in times for word in part.get(key, ())}
        return "|".join(
            re.escape(word) + (r"(?![^\W\d_])" if word[-1].isascii() else "")
            for word in sorted(words, key=len, reverse=True)
        )

    gap = r"[\s.,:\uff1a·|()~≈-]*"
    number = r"[<~≈]?\s*\d+(?:[.,]\d+)?(?:\s*[-–]\s*\d+)?"  # noqa: RUF001
    less = "|".join(re.escape(normalize_label(line)) for part in times for line in part.get("under", ()))
    return re.compile(
        rf"(?P<before>{either('before')})?{gap}(?:about|around|approx\.?|ca\.?|etwa|env\.?|约|約|약)?{gap}"
        rf"(?:(?P<less>{less})|"
        rf"(?:(?P<h>{number})[\s-]*(?:{either('hours')}){gap})?"
        rf"(?:(?P<m>{number})[\s-]*(?:{either('minutes')}){gap})?"
        rf"(?:(?:and|und|et|y|e|i|и|та){gap})?"
        rf"(?:(?P<s>{number})[\s-]*(?:{either('seconds')}))?"
        rf"(?P<bare>\d{{1,3}})?)"
        rf"{gap}(?P<after>{either('after')})?"
    )


def may_be_reading_time(text: str) -> bool:
    """Return whether a text can be a reading time: short, with a number or words for less than a minute."""
    return len(text) <= _MAX_TIME_CHARS and (
        _DIGIT.search(text) is not None or normalize_label(text) in _load_patterns().under
    )


def parse_reading_seconds(text: str, *, is_marked: bool = False) -> int | None:  # noqa: PLR0911
    """Read "1 minute, 48 seconds Read" as 108; None when the whole text is no such thing.

    A duration alone counts only when the markup says what it is (`is_marked`).
    """
    if not may_be_reading_time(text):
        return None
    found = _load_patterns().line.fullmatch(normalize_label(text))
    if not found:
        return None
    said = found["before"] or found["after"]
    if not (said or is_marked):
        return None
    if found["less"]:
        return 60
    amounts = [_read_amount(found[unit]) for unit in ("h", "m", "s")]
    if all(amount is None for amount in amounts):
        return (
            None
            if found["bare"] is None or not found["before"] or "min" not in found["before"]
            else int(found["bare"]) * 60
        )
    if found["bare"] is not None:
        return None
    hours, minutes, seconds = (amount or 0 for amount in amounts)
    return round(hours * 3600 + minutes * 60 + seconds)


def _read_amount(text: str | None) -> float | None:
    if text is None:
        return None
    last = re.findall(r"\d+(?:[.,]\d+)?", text)[-1]
    return float(last.replace(",", "."))
