"""Measures which share of a text's words walls and errors are made of, for the judgment of pages. Pure.

The words are in worker/vocabulary/wall_words.toml. One of them is no sign: an article about a bridge has a
word or two of these, a page that asks its reader to prove that she is no robot has hardly another.
"""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

NOT_KINDS = frozenset(("page", "reader"))
"""Lists that name no kind of wall: what such pages are about, and how they address their readers."""
MAX_CHARS = 1500
"""Characters of a text whose words are counted: walls are short."""
_WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f\u200c]+(?:[-'’·][\w]+)*")  # noqa: RUF001
_UNSPACED = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\u0e00-\u0e7f\uff66-\uff9f]+")
_SHORT_LETTERS = 4
"""Words of fewer letters count only where they are listed: they are mostly articles and prepositions."""
_SYLLABIC = re.compile(r"[\u0900-\u0dff\u1ea0-\u1ef9\uac00-\ud7a3]")
"""Letters of Indian scripts, Vietnamese and Korean, whose words are short: all of them count."""
_VIETNAMESE = re.compile(r"[\u1ea0-\u1ef9]")
"""Its words are of several syllables, set apart: those listed with "_" are searched for in the text."""
_CONSONANTS = re.compile(r"[\u0590-\u06ff]")
_JOINED = re.compile(r"^(?:[وفبلك]?(?:ال)?|[הובלמשכ]{1,2})(?=.{2})")
"""Conjunctions, prepositions and articles that Arabic and Hebrew write as one with the word."""
_ELIDED = re.compile(r"^[^\W\d_]{1,4}['’]")  # noqa: RUF001
"""Articles and pronouns before an apostrophe in French, Italian and Catalan."""
_PREFIX_CHARS = range(2, 13)
_MAX_WORD = 12
"""Letters that a word counts as at most: compounds should not outweigh a sentence."""


@dataclass(frozen=True, slots=True)
class WallShare:
    """Which share (0 to 1) of a text's words walls are made of, `kinds` by what they are about."""

    total: float = 0.0
    kinds: tuple[tuple[str, float, int], ...] = ()
    """List, its share, and how many different words of it were found."""
    words: int = 0
    """Different words of walls that were found."""
    telling: int = 0
    """Those of them that do more than address the reader."""

    def share_of(self, kind: str) -> float:
        """Return the share of one list."""
        return next((share for name, share, _ in self.kinds if name == kind), 0.0)

    def count_of(self, kind: str) -> int:
        """Return how many different words of one list were found."""
        return next((count for name, _, count in self.kinds if name == kind), 0)


Kinds = dict[str, frozenset[str]]
"""Language: lists that have a word."""


@lru_cache(maxsize=1)
def _load_words() -> tuple[dict[str, Kinds], dict[str, Kinds], re.Pattern[str], re.Pattern[str]]:
    """Return whole words, beginnings of words, and patterns of what has no spaces round it or some within."""
    content = tomllib.loads(
        files("worker").joinpath("vocabulary", "wall_words.toml").read_text(encoding="utf-8")
    )
    whole: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    begun: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    unspaced: set[str] = set()
    phrases: set[str] = set()
    for lang, lists in content.items():
        for kind, line in lists.items():
            for word in line.casefold().split():
                form = word.rstrip("*").replace("_", " ")
                if _UNSPACED.fullmatch(form):
                    unspaced.add(form)
                elif " " in form:
                    phrases.add(form)
                (begun if word.endswith("*") else whole)[form][lang].add(kind)
    return _freeze(whole), _freeze(begun), _compile(unspaced), _compile(phrases, border=r"\b")


def _compile(words: set[str], border: str = "") -> re.Pattern[str]:
    """Build a pattern that finds the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(f"{border}(?:{'|'.join(map(re.escape, ordered))}){border}")


def _freeze(words: dict[str, dict[str, set[str]]]) -> dict[str, Kinds]:
    return {word: {lang: frozenset(kinds) for lang, kinds in langs.items()} for word, langs in words.items()}


@lru_cache(maxsize=1)
def list_languages() -> frozenset[str]:
    """Return the languages whose walls are known."""
    return frozenset(lang for kinds in _load_words()[0].values() for lang in kinds)


def measure_wall_words(text: str) -> WallShare:
    """Measure a text by the language in which most of its words are those of walls."""
    folded = text[:MAX_CHARS].casefold()
    every = bool(_SYLLABIC.search(folded))
    found: list[tuple[str, int, Kinds]] = []
    counted = 0
    if _VIETNAMESE.search(folded):
        found = [(part[0], len(part[0]), _find_lists(part[0])) for part in _load_words()[3].finditer(folded)]
    for match in _WORD.finditer(folded):
        word = match[0]
        if _UNSPACED.search(word):
            counted += len(word)
            found += [
                (part[0], len(part[0]), _find_lists(part[0])) for part in _load_words()[2].finditer(word)
            ]
            continue
        kinds = _find_lists(word)
        letters = min(sum(char.isalpha() for char in word), _MAX_WORD)
        if kinds or (letters and (every or letters >= _count_least(word))):
            counted += max(letters, 1)
            found.append((word, max(letters, 1), kinds))
    return _sum_up(found, counted)


def _count_least(word: str) -> int:
    return _SHORT_LETTERS - 1 if _CONSONANTS.search(word) else _SHORT_LETTERS


def _find_lists(word: str) -> Kinds:
    whole, begun, *_ = _load_words()
    kinds: Kinds = {}
    forms = {word, _ELIDED.sub("", word)}
    if _CONSONANTS.search(word):
        forms.add(_JOINED.sub("", word))
    for form in forms:
        kinds = {**kinds, **whole.get(form, {})}
        for size in _PREFIX_CHARS:
            if size > len(form):
                break
            for lang, lists in begun.get(form[:size], {}).items():
                kinds[lang] = kinds.get(lang, frozenset()) | lists
    return kinds


def _sum_up(found: list[tuple[str, int, Kinds]], counted: int) -> WallShare:
    if not counted:
        return WallShare()
    totals: dict[str, int] = defaultdict(int)
    for _, size, kinds in found:
        for lang in kinds:
            totals[lang] += size
    if not totals:
        return WallShare()
    best = max(sorted(totals), key=lambda lang: totals[lang])
    lists: dict[str, int] = defaultdict(int)
    seen: dict[str, set[str]] = defaultdict(set)
    for word, size, kinds in found:
        for kind in kinds.get(best, ()):
            lists[kind] += size
            seen[kind].add(word)
    return WallShare(
        total=min(totals[best] / counted, 1.0),
        kinds=tuple(sorted((kind, size / counted, len(seen[kind])) for kind, size in lists.items())),
        words=len({word for word, _, kinds in found if best in kinds}),
        telling=len({word for word, _, kinds in found if kinds.get(best, frozenset()) - {"reader"}}),
    )
