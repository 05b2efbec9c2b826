"""Decides which lines of an article are its source's boilerplate: by what recurs, where, and as what. Pure.

What counts is the share of the source's other articles that have a line. How large that share must be
depends on the line: links and lines in markup of their own go first, lines in the markup of the article's
own paragraphs need most articles, long paragraphs nearly all. In doubt a line stays:

- articles that are mostly the same text count as one (a report sent twice under two ids);
- long paragraphs and whatever stands above the article's own first paragraph count once for articles of
  like titles (the intro of a live ticker);
- a heading, a label ("Pros"), a question or a line that ends in a colon stays where text follows under it;
- a short remark among the article's own paragraphs, in their markup and without a link, stays: writers have
  their ways to greet and to lead in;
- code stays, and so do quotations but those that nearly all articles have, and cells but those of links alone
  beside the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from feedmill._ledger.core.operation_result_types import LearnedSource, SiblingArticle
from worker.boilerplate.line_hashes import TITLE_WORD_BYTES, LineHashes, fold_line
from worker.document.block_tests import LINKED, LONG, NOTHING_BUT_LINKS, is_as_long
from worker.page_models import TextLine

MIN_SIBLINGS = 2
"""Other articles that must have a line before it may go: one may be the same report."""
_MAX_REMARK_CHARS = 40
"""Characters up to which a line is a mere remark or label; a longer sentence is running text."""
_MIN_SHARED_TITLE_SHARE = 0.6
"""Share of the shorter title's words from which two titles are alike, and their articles of one series."""
_MAX_LINKED_SHARE = 0.3
"""Share of a line's characters in links up to which it is the writer's own words with a link in them."""
_MIN_STRONG_SHARE = 0.9
"""Share of a line's characters in bold from which on it stands as a label over what follows."""
_ENDS = (".", "!", "…", "。", "！", "؟", "।", "۔", "”", "»", '."', ".”", ")")  # noqa: RUF001
_LEADS = ("?", ":", "：", "？", "؟")  # noqa: RUF001
_OPENS_QUOTE = ('"', "“", "„", "«", "‘", "「", "『", "‹")  # noqa: RUF001


class Zone(IntEnum):
    """Where a line stands: above the article's own paragraphs, among them, or below."""

    HEAD = 0
    BODY = 1
    TAIL = 2


@dataclass(frozen=True, slots=True)
class _RequiredShare:
    """What share of the other articles must have a line."""

    share: float
    fewest: int = MIN_SIBLINGS
    like_titles_once: bool = False


def find_boilerplate(lines: Sequence[TextLine], hashes: LineHashes, learnt: LearnedSource) -> frozenset[int]:
    """Return the places of the lines that are boilerplate: none while fewer than two others are known."""
    others = [other for other in learnt.siblings if other.group != learnt.group]
    if len({other.group for other in others}) < MIN_SIBLINGS:
        return frozenset()
    return _ArticleComparison(lines, hashes, others).find_places()


class _ArticleComparison:
    """One article against the others of its source."""

    def __init__(
        self, lines: Sequence[TextLine], prints: LineHashes, others: Sequence[SiblingArticle]
    ) -> None:
        self.lines = lines
        self.prints = prints
        self.others = others
        self.groups = len({other.group for other in others})
        self.sharing = _index_shared(others)
        self.series = _group_by_title(others, prints.title)
        self.recurs = [self._recurs(place) for place in range(len(lines))]
        own = [
            place for place, line in enumerate(lines) if not self.recurs[place] and is_running_text(line)
        ] or [place for place, line in enumerate(lines) if not self.recurs[place]]
        self.first = own[0] if own else len(lines)
        self.last = own[-1] if own else -1
        self.own_markup = {lines[place].markup for place in own}

    def find_places(self) -> frozenset[int]:
        """Decide line by line, then what leads or belongs to other lines."""
        if self.last < 0:
            return frozenset()
        gone = {place for place in range(len(self.lines)) if self._is_boilerplate(place)}
        gone = self._whole_lists(gone)
        gone |= set(self._links_under_labels(gone))
        for place in range(len(self.lines) - 1, -1, -1):  # a label is judged by what is left under it
            if (
                self._is_label(place)
                and self._has_required_share(place, "words", _RequiredShare(0.25))
                and not self._leads_text(place, gone)
            ):
                gone.add(place)
        return frozenset(gone)

    def zone(self, place: int) -> Zone:
        """Return where a line stands."""
        if place < self.first:
            return Zone.HEAD
        return Zone.TAIL if place > self.last else Zone.BODY

    def _articles_with(self, place: int, kind: str) -> list[SiblingArticle]:
        number = self.prints.entry_of_line.get((place, kind))
        return [] if number is None else self.sharing.get(number, [])

    def _recurs(self, place: int) -> bool:
        return len({other.group for other in self._articles_with(place, "words")}) >= MIN_SIBLINGS

    def _has_required_share(self, place: int, kind: str, needed: _RequiredShare) -> bool:
        having = self._articles_with(place, kind)
        if needed.like_titles_once:
            count, total = (
                len({self.series[other.group] for other in having} - {""}),
                len({series for series in self.series.values() if series}),
            )
        else:
            count, total = len({other.group for other in having}), self.groups
        return count >= needed.fewest and count >= needed.share * total

    def _is_boilerplate(self, place: int) -> bool:
        line, zone = self.lines[place], self.zone(place)
        menu = line.kind == "cell" and line.linked > NOTHING_BUT_LINKS and zone is not Zone.BODY
        if (line.kind in ("cell", "code") and not menu) or self._is_label(place):
            return False
        if line.kind == "quote":
            return self._has_required_share(place, "words", _RequiredShare(0.8, 4, like_titles_once=True))
        alien = line.markup not in self.own_markup
        if (
            line.lead
            and (alien or line.lead.rstrip().endswith(_LEADS))
            and self._has_required_share(place, "lead", _RequiredShare(0.4))
        ):
            return True
        if not alien and zone is not Zone.TAIL and line.linked < _MAX_LINKED_SHARE and _is_remark(line):
            return False
        row = alien and zone is not Zone.BODY and not line.text.endswith(_ENDS) and not _is_long(line)
        if row and self._has_required_share(place, "shape", _RequiredShare(0.6)):
            return True
        return self._has_required_share(place, "words", _required_share(line, zone, alien=alien))

    def _is_label(self, place: int) -> bool:
        """Return whether a line may stand over others: a heading, few words, a question, a colon."""
        line = self.lines[place]
        if line.kind == "heading":
            return True
        if line.linked > _MAX_LINKED_SHARE or line.kind != "paragraph":
            return False
        if line.text.endswith(_LEADS):
            return True
        if line.markup not in self.own_markup and self.zone(place) is Zone.HEAD:
            return line.strong > _MIN_STRONG_SHARE
        return (_is_remark(line) or line.strong > _MIN_STRONG_SHARE) and not line.text.endswith(_ENDS)

    def _leads_text(self, place: int, gone: set[int]) -> bool:
        """Return whether something that stays reads on under a label.

        What follows is not its own where the line right under it goes and shares its home with nothing that
        stays: a box of its own in the middle of the text.
        """
        after = place + 1
        if after in gone:
            home = self.lines[place].home
            mates = [mate for mate, line in enumerate(self.lines) if line.home == home and mate != place]
            if home >= 0 and self.lines[after].home == home and all(mate in gone for mate in mates):
                return False
        return any(later not in gone for later in range(after, len(self.lines)))

    def _whole_lists(self, gone: set[int]) -> set[int]:
        """Keep unlinked items unless the same articles have every item of a list below the text."""
        kept = set(gone)
        for run in _find_item_runs(self.lines):
            having = [{other.group for other in self._articles_with(place, "words")} for place in run]
            shared = set.intersection(*having)
            whole = len(shared) >= MIN_SIBLINGS and len(shared) >= 0.5 * self.groups
            if not (whole and self.zone(run[-1]) is not Zone.BODY):
                kept -= {place for place in run if self.lines[place].linked < NOTHING_BUT_LINKS}
        return kept

    def _links_under_labels(self, gone: set[int]) -> Iterator[int]:
        """Find the closing links under a label that most articles have: other headlines each time."""
        end = len(self.lines)
        start = end
        while start and (self.lines[start - 1].linked > NOTHING_BUT_LINKS or start - 1 in gone):
            start -= 1
        above = start - 1
        if (
            0 < start < end
            and self._is_label(above)
            and self._has_required_share(above, "words", _RequiredShare(0.5))
        ):
            yield from range(start, end)


def _required_share(line: TextLine, zone: Zone, *, alien: bool) -> _RequiredShare:  # noqa: PLR0911
    """Look up the share that a line needs, by its kind, its place, and whether its markup is its own."""
    if line.linked > NOTHING_BUT_LINKS:
        return _RequiredShare(0.3 if zone is Zone.BODY else 0.0)
    long = _is_long(line) or line.text.startswith(_OPENS_QUOTE)
    if zone is Zone.TAIL:
        if long:
            return _RequiredShare(0.5 if alien else 0.8)
        return _RequiredShare(0.1 if alien else 0.5)
    if zone is Zone.HEAD:
        if long:
            return _RequiredShare(0.8, MIN_SIBLINGS if alien else 4, like_titles_once=True)
        return _RequiredShare(0.5 if alien else 0.7, like_titles_once=True)
    if long:
        return _RequiredShare(0.8, MIN_SIBLINGS if alien else 4, like_titles_once=True)
    return _RequiredShare(0.5 if alien else 0.6)


def is_running_text(line: TextLine) -> bool:
    """Return whether a line may be the article's own running text."""
    is_sentence = len(line.text) > _MAX_REMARK_CHARS and line.text.endswith(_ENDS)
    return line.linked < LINKED and line.kind != "heading" and (_is_long(line) or is_sentence)


def _is_long(line: TextLine) -> bool:
    if line.text.isascii() and len(line.text) < LONG:
        return False
    return is_as_long(line.text, LONG, len(fold_line(line.text)))


def _is_remark(line: TextLine) -> bool:
    """Return whether a line is short enough for a mere remark: "Ann here.", "Let's begin."."""
    return not is_as_long(line.text, _MAX_REMARK_CHARS + 1)


def _index_shared(others: Sequence[SiblingArticle]) -> dict[int, list[SiblingArticle]]:
    """Map the entries of an article to the others that have them."""
    sharing: dict[int, list[SiblingArticle]] = {}
    for other in others:
        for number in other.shared:
            sharing.setdefault(number, []).append(other)
    return sharing


def _find_item_runs(lines: Sequence[TextLine]) -> Iterator[list[int]]:
    run: list[int] = []
    for place, line in enumerate(lines):
        if run and (line.kind != "item" or line.home != lines[run[-1]].home):
            yield run
            run = []
        if line.kind == "item":
            run.append(place)
    if run:
        yield run


def _group_by_title(others: Sequence[SiblingArticle], own_title: bytes) -> dict[str, str]:
    """Map each group to the first group of a like title; "" where the title is like this article's own."""
    heads: list[tuple[str, frozenset[bytes]]] = [("", _words(own_title))]
    series: dict[str, str] = {}
    for other in others:
        words = _words(other.title)
        head = next((name for name, title in heads if _is_alike(title, words)), None)
        if head is None:
            head = other.group
            heads.append((head, words))
        series.setdefault(other.group, head)
    return series


def _words(title: bytes) -> frozenset[bytes]:
    return frozenset(title[at : at + TITLE_WORD_BYTES] for at in range(0, len(title), TITLE_WORD_BYTES))


def _is_alike(one: frozenset[bytes], two: frozenset[bytes]) -> bool:
    fewer = min(len(one), len(two))
    return fewer > 1 and len(one & two) >= _MIN_SHARED_TITLE_SHARE * fewer
