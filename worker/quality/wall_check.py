"""Weighs the evidence for and against a page being a wall or an error instead of its article. Pure.

No evidence decides alone. Points for a wall come from its words (the share of the headline's and of the
text's words that walls are made of), its structure, and its entry; points against it from the same
three. What is short of MIN_POINTS, or has points from words alone, is no wall. docs/text.md has the table.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from worker.document.block_tests import is_as_long
from worker.quality.entry_agreement import EntryAgreement
from worker.quality.page_signs import PageSigns
from worker.vocabulary.wall_words import NOT_KINDS, WallShare, list_languages, measure_wall_words

MIN_POINTS = 4.0
"""Points from which a page is a wall; below, it may be an article. docs/text.md has each sign's points."""
OUTCOMES = {
    "missing": "not_found",
    "challenge": "challenge",
    "blocked": "challenge",
    "error": "error",
    "maintenance": "maintenance",
    "consent": "consent",
    "login": "login",
    "paywall": "paywall",
    "parked": "parked",
}
"""Kinds of walls, with what a page that shows one is rejected as."""
_PHRASES = {"challenge", "consent", "login", "missing", "maintenance", "parked", "paywall"}
_WHOLLY_WALL_SHARE = 0.75
"""Share of wall words from which a text counts as a wall's even where nothing addresses the reader."""
_LARGELY_WALL_SHARE = 0.6
"""Share of wall words that suffices beside a password field, where nothing addresses the reader."""
_MOSTLY_WALL_SHARE = 0.45
"""Share of wall words from which a text has full points if it addresses its reader; titles weigh less."""
_PARTLY_WALL_SHARE = 0.3
"""Share of wall words from which a text has some points; below, they are evidence for an article."""
_HARDLY_WALL_SHARE = 0.2
"""Share of wall words under which they are stronger evidence for an article."""
_HEADLINE_WALL_SHARE = 0.75
"""Share of wall words from which a headline has full points."""
_HEADLINE_PARTLY_WALL_SHARE = 0.5
"""Share of wall words from which a headline has half the points; below it has none."""
_MIN_WALL_TEXT_WORDS = 3
"""Words that a text must have for full points: the share of one or two words is chance."""
_MIN_SUBJECT_CHARS = 80
"""Characters from which a text's words show its subject."""
_SHORT_TEXT_CHARS = 600
"""Characters under which a text without signs of an article is suspect; from here on length counts for it."""
_LONGER_TEXT_CHARS = 1000
"""Characters from which length counts for an article a second time."""
_MAX_PHRASE_CHARS = 400
"""Characters from the start of a text that are searched for phrases: a wall begins with them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign of a wall (points above 0) or against one; `kind` where it is a sign of one kind."""

    name: str
    points: float
    kind: str = ""
    from_words: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.points:+g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page was found to be: `outcome` is None for what may be an article."""

    outcome: str | None
    evidence: tuple[Evidence, ...]

    def list_reasons(self) -> tuple[str, ...]:
        """Return the evidence as short texts, what weighs most first."""
        return tuple(map(str, sorted(self.evidence, key=lambda one: (-abs(one.points), one.name))))


def detect_wall(signs: PageSigns, agreement: EntryAgreement, text: str) -> Verdict:
    """Check a page with a short text, `text` being what it shows."""
    headline = max(
        map(measure_wall_words, signs.headlines), key=lambda share: share.total, default=WallShare()
    )
    words = measure_wall_words(text)
    evidence = tuple(
        one
        for found in (
            _weigh_words(signs, headline, words, text),
            _weigh_structure(signs, text),
            _weigh_article(signs, text),
            _weigh_entry(agreement, words),
        )
        for one in found
    )
    points = sum(one.points for one in evidence)
    if points < MIN_POINTS or not any(one.points > 0 and not one.from_words for one in evidence):
        return Verdict(None, evidence)
    kind = _choose_kind(evidence, headline, words)
    return Verdict(OUTCOMES.get(kind, "unrelated" if agreement.unrelated else "error"), evidence)


def _weigh_words(signs: PageSigns, headline: WallShare, words: WallShare, text: str) -> Iterator[Evidence]:
    if headline.total >= _HEADLINE_WALL_SHARE:
        yield Evidence("headline_of_wall_words", 3, from_words=True)
    elif headline.total >= _HEADLINE_PARTLY_WALL_SHARE:
        yield Evidence("headline_of_wall_words", 1.5, from_words=True)
    spoken_to = words.count_of("reader")
    if (
        words.total >= _MOSTLY_WALL_SHARE
        and words.words >= _MIN_WALL_TEXT_WORDS
        and words.telling > 1
        and (spoken_to or words.total >= (_LARGELY_WALL_SHARE if signs.password else _WHOLLY_WALL_SHARE))
    ):
        yield Evidence("text_of_wall_words", 4, from_words=True)
    elif words.total >= _PARTLY_WALL_SHARE and (spoken_to > 1 or words.total >= _WHOLLY_WALL_SHARE):
        yield Evidence("text_of_wall_words", 1.5, from_words=True)
    elif (
        text
        and not signs.trace  # its words are no subject
        and words.total < _PARTLY_WALL_SHARE
        and (not signs.lang or signs.lang in list_languages())
    ):
        is_long_enough = is_as_long(text, _MIN_SUBJECT_CHARS)
        points = (-3 if words.total < _HARDLY_WALL_SHARE else -2) if is_long_enough else -1
        yield Evidence("text_of_other_words", points, from_words=True)
    head = "\n".join(signs.headlines)
    for kind, phrases in _load_phrases().items():
        if kind in _PHRASES and (phrases.search(head) or phrases.search(text[:_MAX_PHRASE_CHARS])):
            yield Evidence(f"phrase_{kind}", 0.5, kind, from_words=True)


def _weigh_structure(signs: PageSigns, text: str) -> Iterator[Evidence]:
    if signs.status:
        yield Evidence("status_in_title", 3, _name_status(signs.status))
    for kind in sorted(signs.marks - {"paywall"}):  # worker.quality.paywall_check weighs that one
        yield Evidence(f"container_{kind}", 2.5, kind)
    is_unnamed = not (signs.bare or signs.dated or signs.signed) and len(text) < _SHORT_TEXT_CHARS
    seen: tuple[tuple[bool, Evidence], ...] = (
        (signs.banner, Evidence("server_banner", 2, "error")),
        (signs.trace, Evidence("program_trace", 4, "error")),
        (signs.incident, Evidence("incident_number", 1.5, "blocked")),
        (signs.challenge_script, Evidence("challenge_script", 1, "challenge")),
        (signs.password, Evidence("password_field", 1.5, "login")),
        (signs.noindex, Evidence("noindex", 1)),
        (signs.refresh, Evidence("refresh", 1)),
        (signs.host_title, Evidence("title_is_host", 1)),
        (signs.site_title, Evidence("title_is_site", 1)),
        (signs.canonical == "front", Evidence("canonical_is_front", 1)),
        (signs.bare and len(text) < _SHORT_TEXT_CHARS, Evidence("no_sign_of_an_article", 2)),
        (is_unnamed, Evidence("no_date_or_author", 0.5)),
        (signs.searches, Evidence("search_form", 1)),
    )
    yield from (evidence for is_there, evidence in seen if is_there)


def _weigh_article(signs: PageSigns, text: str) -> Iterator[Evidence]:
    for name, seen, points in (
        ("article_type", signs.typed, -2),
        ("date", signs.dated, -2),
        ("author", signs.signed, -1),
        ("entry_classes", signs.held, -1),
        ("article_element", signs.in_article, -0.5),
        ("canonical_is_own", signs.canonical == "own", -1),
        ("longer_text", len(text) >= _SHORT_TEXT_CHARS, -1.5),
        ("longer_text", len(text) >= _LONGER_TEXT_CHARS, -1.5),
    ):
        if seen:
            yield Evidence(name, points)


def _weigh_entry(agreement: EntryAgreement, words: WallShare) -> Iterator[Evidence]:
    if agreement.title:
        yield Evidence(
            "entry_title", -2 if words.total >= _MOSTLY_WALL_SHARE and not agreement.summary else -4
        )
    if agreement.summary:
        yield Evidence("entry_summary", -4)
    if agreement.unrelated:
        yield Evidence("nothing_of_the_entry", 4)


def _choose_kind(evidence: Iterable[Evidence], headline: WallShare, words: WallShare) -> str:
    """Choose the kind with the most evidence: by its words, those of the headline twice, and by structure."""
    weights: dict[str, float] = defaultdict(float)
    for share, times in ((headline, 4), (words, 4)):
        for kind, part, _ in share.kinds:
            if kind not in NOT_KINDS:
                weights[kind] += part * times
    for one in evidence:
        if one.kind:
            weights[one.kind] += one.points
    return max(sorted(weights), key=lambda kind: weights[kind], default="")


def _name_status(status: int) -> str:
    if status in {404, 410}:
        return "missing"
    return "error" if status >= 500 else "blocked"  # noqa: PLR2004


@lru_cache(maxsize=1)
def _load_phrases() -> dict[str, re.Pattern[str]]:
    content = tomllib.loads(files("worker").joinpath("vocabulary", "walls.toml").read_text(encoding="utf-8"))
    return {
        kind: re.compile("|".join(signs), re.IGNORECASE | re.MULTILINE) for kind, signs in content.items()
    }


def find_phrase(kind: str, text: str) -> bool:
    """Return whether a text has a phrase of a kind: weak evidence."""
    return _load_phrases()[kind].search(text) is not None
