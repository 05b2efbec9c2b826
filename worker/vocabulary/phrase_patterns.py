"""Builds patterns of phrases with open parts ("Photo: {name}"), for texts that `labels` has folded."""

import re
from collections import defaultdict
from dataclasses import dataclass

EDGES = (
    " \t\u00a0.,:;!?…•·|–—-_*~=>»«›‹→←↓▶►▼▲◄■●○\"'“"  # noqa: RUF001
    "”„‘’`()[]{}（）【】「」『』〈〉《》：，。、！？।۔؟،؛#+/\\<>"  # noqa: RUF001
)
"""White space, punctuation and signs round a label that say nothing."""
_PARTS = {
    "n": r"(?:\d{1,3}(?: \d{3})+|[\d.,]+ ?(?:[km万萬만천]|тыс|mil)?)",
    "name": r"[^\s.!?:;|](?:[^.!?:;|\s]|\.(?=\S| [^\W\d_]))*(?:\s(?:[^.!?:;|\s]|\.(?=\S| [^\W\d_]|$))+){0,6}",
    "rest": r".{1,160}",
    "agencies": r"(.{1,80})",
}
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class PhraseGroups:
    """Phrases with open parts, sorted so that most texts need not be tried with any of them."""

    first: dict[str, re.Pattern[str]]
    """Those that begin with a word, by its first two characters, or by one where no more are fixed."""
    last: dict[str, re.Pattern[str]]
    """Those that only end with one, by its last two characters, or by one."""
    others: re.Pattern[str] | None
    words: tuple[str, ...] = ()
    """Of each phrase in `others` the longest word: a text without any of them is none of these."""

    def match(self, bare: str) -> bool:
        """Return whether a text that is not empty is one of the phrases."""
        for pattern in (
            self.first.get(bare[:2]),
            self.first.get(bare[0]),
            self.last.get(bare[-2:]),
            self.last.get(bare[-1]),
        ):
            if pattern is not None and pattern.fullmatch(bare) is not None:
                return True
        return (
            self.others is not None
            and any(word in bare for word in self.words)
            and self.others.fullmatch(bare) is not None
        )


def compile_phrases(lines: list[str]) -> re.Pattern[str] | None:
    """Write those of the phrases that have open parts as one pattern, for a text that `normal` has folded."""
    sources = [_source(line) for line in lines if "{" in line]
    return re.compile("|".join(sources)) if sources else None


def group_phrases(lines: list[str]) -> PhraseGroups | None:
    """Sort those of the phrases that have open parts; None when there are none."""
    first: dict[str, list[str]] = defaultdict(list)
    last: dict[str, list[str]] = defaultdict(list)
    others: list[str] = []
    for line in lines:
        if "{" not in line:
            continue
        phrase = normalize_phrase(line)
        if not phrase.startswith("{"):
            first[_take_fixed(phrase[:2]) or phrase[0]].append(line)
        elif not phrase.endswith("}"):
            last[_take_fixed(phrase[-2:]) or phrase[-1]].append(line)
        else:
            others.append(line)
    if not (first or last or others):
        return None
    return PhraseGroups(
        first={char: pattern for char, kept in first.items() if (pattern := compile_phrases(kept))},
        last={char: pattern for char, kept in last.items() if (pattern := compile_phrases(kept))},
        others=compile_phrases(others),
        words=tuple(dict.fromkeys(map(_find_longest_word, others))),
    )


def _take_fixed(two: str) -> str:
    """Return two characters of a phrase that stand in every text of it; white space and colons vary."""
    return two if len(two) == 2 and two.isalnum() else ""  # noqa: PLR2004


def _find_longest_word(line: str) -> str:
    """Find the longest word that stands in every text of a phrase; "" is in all texts."""
    fixed = " ".join(_PART.split(normalize_phrase(line))[::2])
    return max(_WORD.findall(fixed), key=len, default="")


def _source(line: str) -> str:
    parts = _PART.split(normalize_phrase(line))
    out = []
    for place, part in enumerate(parts):
        if place % 2:
            out.append(_PARTS[part])
        else:
            space = r"\s*" if part.strip() in _COLONS else r"\s+"
            out.append(re.escape(part).replace(r":\ ", r"[:：]\s*").replace(r"\ ", space))  # noqa: RUF001
    return "".join(out)


_COLONS = frozenset((":", "："))  # noqa: RUF001


def normalize_phrase(line: str) -> str:
    """As `normal`, but the braces of a phrase's parts stay."""
    bare = line.casefold().replace("’", "'").replace("\u0307", "").strip()  # noqa: RUF001
    if not bare.startswith("{"):
        bare = bare.lstrip(EDGES)
    return bare if bare.endswith("}") else bare.rstrip(EDGES)
