"""Finds lines that are a date and nothing else, in thirty languages. Pure."""

import re

from worker.vocabulary.labels import load_labels, normalize_label

_MAX_CHARS = 110
"""Characters of the longest line that is a date: weekday, day, time and zone, with words before each."""
_NUMERIC_DATE = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:[t\s,|]*\d{1,2}[:.h]\d{2}(?::\d{2})?.{0,8})?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}(?:[t\s,|-]*\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?.{0,6})?"
)
_DATE_NUMBER = re.compile(
    r"\d{1,4}(?:st|nd|rd|th|er|º|ª|h|am|pm|a|p|年|月|日|時|时|分|년|월|일)?|\d{1,2}h\d{2}|[a-z]{0,4}[+]\d{1,2}|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{1,2}[時时]\d{1,2}分"
)


def is_date(text: str) -> bool:
    """Return whether the whole text is a date, a time or both, with the words that come with them."""
    if len(text) > _MAX_CHARS or not any(char.isdigit() for char in text):
        return False
    known = load_labels()
    bare = normalize_label(text)
    if _NUMERIC_DATE.fullmatch(bare):
        return True
    dated = False
    words = [word for word in re.split(r"[\s,.:;/|()\-–—•·]+", bare) if word]  # noqa: RUF001
    place = 0
    while place < len(words):
        for size in (3, 2, 1):
            phrase = " ".join(words[place : place + size])
            if phrase in known.months or phrase in known.exact["dated"]:
                dated = True
                break
            if phrase in known.date_words:
                break
        else:
            if not _DATE_NUMBER.fullmatch(words[place]):
                return False
            dated = dated or "年" in words[place] or "년" in words[place] or "月" in words[place]
            size = 1
        place += size
    return dated or (bool(_NUMERIC_DATE.search(bare)))
