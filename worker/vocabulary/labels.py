"""Matches label words of thirty languages, of `worker/vocabulary/*.toml`, against whole blocks only.

Each file holds lists of phrases by kind. A phrase matches a block when it is all of the block's text: case,
white space and the punctuation round both ends do not count. Within a phrase `{n}` stands for a number,
`{name}` for up to six words without the end of a sentence, `{rest}` for anything on the line (160
characters at most), `{agencies}` for names of agencies, and `(x)` for an x that may be missing. All
languages are matched at once: pages mix them, and a whole block that is a label in one language is hardly
ever a sentence in another.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from worker.vocabulary.phrase_patterns import EDGES, PhraseGroups, compile_phrases, group_phrases

_OTHER_LISTS = frozenset(
    ("agencies.toml", "services.toml", "wall_words.toml", "walls.toml", "writer_labels.toml")
)
"""Files that are no language's list of labels."""
_COLON = re.compile(r"\s*[:：]\s*")  # noqa: RUF001
_FIRST_PICTURE = "\u2600"
_PICTURES = re.compile(
    "^[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+|[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+$"
)
_MAX_LABEL_CHARS = 260
"""Characters of the longest label; a longer text is none, and is not folded and matched."""
_CACHED_TEXTS = 65_536
"""Texts whose label form is kept for one page: each cleaning step asks for that of every block."""
_MAX_SHORT_WORD_CHARS = 3
"""Characters of words that say nothing about a date's kind, such as prepositions."""


@dataclass(frozen=True, slots=True)
class LabelPhrases:
    """The phrases of all languages, ready to match."""

    exact: dict[str, frozenset[str]]
    patterns: dict[str, re.Pattern[str]]
    """Phrases in which agencies are named, by kind."""
    phrase_groups: dict[str, PhraseGroups]
    """All phrases with open parts, by kind and by the character that they begin or end with."""
    months: frozenset[str]
    date_words: frozenset[str]
    agencies: dict[str, str]
    services: frozenset[str]
    read_times: tuple[dict[str, list[str]], ...]
    """Words of lines that state a reading time, by their place in the line, a table for each language."""
    writers: dict[str, tuple[tuple[str, str], ...]]
    """What stands before and after the name in a byline that names the writer, by the letter it begins with.

    Those of no letter stand among all others, and by themselves under "".
    """
    writer_labels: tuple[str, ...]
    """Further labels of writers, each before a colon and a name."""
    leads: frozenset[str]
    """What stands before a name or a date: "written by", "last updated on"."""

    def is_label(self, kind: str, text: str) -> bool:
        """Return whether the whole text is a label of this kind."""
        if len(text) > _MAX_LABEL_CHARS:
            return False
        bare = normalize_label(text)
        if bare in self.exact.get(kind, ()):
            return True
        phrases = self.phrase_groups.get(kind)
        return phrases is not None and bare != "" and phrases.match(bare)

    def find_writer(self, text: str) -> str:
        """Return the name in a whole line that names the author, as printed; empty when it does not."""
        bare = _normalize_colons(text).strip(EDGES)
        start = bare[:1].casefold()[:1]  # most phrases begin with another letter
        for before, after in self.writers.get(start, self.writers[""]):
            if bare[: len(before)].casefold() != before or bare[len(bare) - len(after) :].casefold() != after:
                continue
            return bare[len(before) : len(bare) - len(after)].strip()
        return ""

    def find_agency(self, kind: str, text: str) -> str | None:
        """Return what stands in the place of {agencies}, when the whole text is a label of this kind."""
        pattern = self.patterns.get(kind)
        found = (
            pattern.fullmatch(normalize_label(text)) if pattern and len(text) <= _MAX_LABEL_CHARS else None
        )
        if not found:
            return None
        return next((value for value in found.groups() if value), "")


@lru_cache(maxsize=_CACHED_TEXTS)
def normalize_label(text: str) -> str:
    """Fold case and typographic quotes and take punctuation and pictographs off both ends."""
    if text and max(text[0], text[-1]) >= _FIRST_PICTURE:
        text = _PICTURES.sub("", text)
    return text.strip(EDGES).casefold().replace("’", "'").replace("\u0307", "")  # noqa: RUF001


@lru_cache(maxsize=1)
def load_labels() -> LabelPhrases:
    """Read all label files once."""
    phrases: dict[str, list[str]] = defaultdict(list)
    times: list[dict[str, list[str]]] = []
    folder = files("worker").joinpath("vocabulary")
    for name in sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml")):
        if name in _OTHER_LISTS:
            continue
        content = _read_list(name)
        times.append(content.pop("read_time"))
        for kind, lines in content.items():
            phrases[kind].extend(lines)
    return LabelPhrases(
        exact={
            kind: frozenset(normalize_label(line) for line in lines if "{" not in line)
            for kind, lines in phrases.items()
        },
        patterns={
            kind: pattern
            for kind, lines in phrases.items()
            if any("{agencies}" in line for line in lines) and (pattern := compile_phrases(lines))
        },
        phrase_groups={kind: sorted_ for kind, lines in phrases.items() if (sorted_ := group_phrases(lines))},
        months=frozenset(normalize_label(word) for word in phrases["months"]),
        date_words=frozenset(normalize_label(word) for word in phrases["date_words"]),
        agencies={
            normalize_label(way): name
            for name, ways in _read_list("agencies.toml").items()
            for way in (name, *ways)
        },
        services=frozenset(_read_list("services.toml")["paths"]),
        read_times=tuple(times),
        writers=_sort_by_letter({_split_around_name(line) for line in phrases["writer"]}),
        writer_labels=tuple(_read_list("writer_labels.toml")["with_colon"]),
        leads=_collect_leads(phrases["byline"], phrases["dated"], phrases["date_words"]),
    )


def _read_list(name: str) -> dict[str, Any]:
    return tomllib.loads(files("worker").joinpath("vocabulary", name).read_text(encoding="utf-8"))


def _split_around_name(line: str) -> tuple[str, str]:
    before, _, after = _normalize_colons(line).casefold().partition("{name}")
    return before, after


def _sort_by_letter(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Sort pairs by their first letter, the longest in front."""
    longest = sorted(pairs, key=lambda pair: -len("".join(pair)))
    letters = {"", *(before[:1] for before, _ in longest)}
    return {
        letter: tuple(pair for pair in longest if pair[0][:1] in ("", letter)) for letter in sorted(letters)
    }


def _normalize_colons(text: str) -> str:
    return _COLON.sub(":", text)


def _collect_leads(bylines: list[str], dated: list[str], date_words: list[str]) -> frozenset[str]:
    """Collect the words of bylines before the name, and those of dates that say what happened then."""
    before = [line.removesuffix("{name}") for line in bylines if line.endswith("{name}")]
    happened = tuple(word for word in map(normalize_label, dated) if len(word) > _MAX_SHORT_WORD_CHARS)
    return frozenset(
        bare
        for line in (*(line for line in before if "{" not in line), *date_words)
        if (bare := normalize_label(line)) and (line in before or bare.startswith(happened))
    )


def parse_agency_names(text: str) -> tuple[str, ...]:
    """Read a list of agencies; empty when any part of it is none that feedmill knows."""
    known = load_labels().agencies
    parts = [
        normalize_label(part)
        for part in re.split(r",|/|;|&|\+|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|\s+e\s+|、|، |،", text)
    ]
    parts = [re.sub(r"^(?:the|la|le|el|der|die|das|da|do|de|other)\s+", "", part) for part in parts if part]
    names = [known.get(part) for part in parts]
    return tuple(dict.fromkeys(name for name in names if name)) if names and all(names) else ()
