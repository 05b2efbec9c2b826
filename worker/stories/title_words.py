"""Lists the words of weight of a title: those by which titles of the same subject are recognized. Pure.

In every language the words of little meaning are short. Of a longer one the beginning counts, as endings
follow the sentence. Chinese and Japanese are read by pairs of characters, Thai and its neighbors by fours.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b

LEAST_WORDS = 4
"""Words without which a title is of no one text: "Weather", "Live updates"."""
MAX_WORDS = 16
"""Words of a title that are kept: those of a long headline."""
_LEAST_CHARS, _STEM_CHARS = 5, 6
_DENSE_RUN = re.compile(r"[\u3005-\u3007\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_UNSPACED_RUN = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_WORD = re.compile(r"[^\W_]+")
_MAX_TITLE_CHARS = 300
"""Characters of a title that are read; bounds the work on titles of any length."""
KEY_BYTES = 4
"""Bytes of a word's hash: 32 bits are enough where two words have to agree."""


@dataclass(frozen=True, slots=True)
class TitleWords:
    """What of a title is compared."""

    weighty: frozenset[bytes]
    """Four bytes for each word."""
    is_short: bool
    """Whether it has so few words that it is not asked."""


def read_title_words(title: str) -> TitleWords:
    """Read the words of weight of a title, MAX_WORDS at most."""
    head = title[:_MAX_TITLE_CHARS].lower()
    pieces = [
        run[at : at + size]
        for pattern, size in ((_DENSE_RUN, 2), (_UNSPACED_RUN, 4))
        for run in pattern.findall(head)
        for at in range(max(1, len(run) - size + 1))
        if len(run) >= size
    ]
    words = _WORD.findall(_UNSPACED_RUN.sub(" ", _DENSE_RUN.sub(" ", head)))
    long_ones = [word[:_STEM_CHARS] for word in words if len(word) >= _LEAST_CHARS or _is_number(word)]
    weighty = list(dict.fromkeys(long_ones + pieces))[:MAX_WORDS]
    return TitleWords(frozenset(map(_key, weighty)), len(words) + len(pieces) < LEAST_WORDS)


def _is_number(word: str) -> bool:
    return len(word) > 1 and word.isdecimal()


def _key(word: str) -> bytes:
    return blake2b(word.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
